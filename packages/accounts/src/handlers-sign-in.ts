import { failure, ok, type Clock, type Result, type UserId } from "@causeway/base";
import {
  getLoginFlows,
  login,
  logout,
  logoutAll,
  refreshToken,
  register,
  registerAvailable,
  sharedSecretNonce,
  sharedSecretRegister,
} from "@causeway/contract";
import { serve, type Answer, type Route } from "@causeway/platform";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountsCore } from "./accounts.ts";

/** Signing in and out, and making accounts. */
export function signInRoutes(core: AccountsCore): readonly Route[] {
  const nonces = new Nonces(core.options.clock);
  return [
    serve(getLoginFlows, () => ok({ flows: [{ type: "m.login.password" }] })),
    serve(login, async ({ body, ip }) => {
      if (body.type !== "m.login.password") return failure("M_INVALID_PARAM", "This way of signing in is not offered.");
      const name = body.identifier === undefined ? body.user : body.identifier.type === "m.id.user" ? body.identifier.user : undefined;
      if (name === undefined || body.password === undefined) return failure("M_BAD_JSON", "A user name and a password are needed.");
      const user = core.userOf(name);
      const good = await core.checkPassword(user ?? nobody(core), body.password, ip);
      if (!good.ok) return good;
      if (user === undefined || !good.value) return failure("M_FORBIDDEN", "The user name or the password is not right.");
      return await beginSession(core, user, { device: body.device_id, name: body.initial_device_display_name, refresh: body.refresh_token === true });
    }),
    serve(refreshToken, ({ body }) => core.sessions.refresh(body.refresh_token)),
    serve(logout, async ({ caller }) => {
      await core.sessions.end(caller.user, [caller.device]);
      return ok({});
    }),
    serve(logoutAll, async ({ caller }) => {
      await core.sessions.end(caller.user, "all");
      return ok({});
    }),
    serve(register, ({ body, query, ip }) => registerOpenly(core, { ...body, kind: query.kind, ip })),
    serve(registerAvailable, async ({ query }) => {
      if (core.options.registration === "closed") return failure("M_FORBIDDEN", "Registration is closed.");
      const user = await core.newUser(query.username);
      return user.ok ? ok({ available: true }) : user;
    }),
    serve(sharedSecretNonce, () => (core.options.sharedSecret === undefined ? failure("M_UNRECOGNIZED") : ok({ nonce: nonces.issue() }))),
    serve(sharedSecretRegister, ({ body }) => registerBySecret(core, nonces, body)),
  ];
}

/** A user id that nobody has: checking it takes as long as checking a real one. */
function nobody(core: AccountsCore): UserId {
  return `@:${core.options.serverName}` as UserId; // only looked up
}

async function beginSession(
  core: AccountsCore,
  user: UserId,
  wish: { readonly device: string | undefined; readonly name: string | undefined; readonly refresh: boolean },
): Promise<Result<object>> {
  const begun = await core.sessions.begin({ user, ...wish });
  return begun.ok ? ok({ user_id: user, home_server: core.options.serverName, ...begun.value }) : begun;
}

interface RegisterWish {
  readonly kind: "user" | "guest";
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly device_id?: string | undefined;
  readonly initial_device_display_name?: string | undefined;
  readonly inhibit_login?: boolean | undefined;
  readonly refresh_token?: boolean | undefined;
  readonly auth?: unknown;
  readonly ip: string;
}

async function registerOpenly(core: AccountsCore, wish: RegisterWish): Promise<Answer> {
  if (wish.kind === "guest") return failure("M_GUEST_ACCESS_FORBIDDEN", "There are no guest accounts here.");
  if (core.options.registration === "closed") return failure("M_FORBIDDEN", "Registration is closed.");
  const localpart = wish.username?.toLowerCase() ?? `user-${randomBytes(6).toString("hex")}`;
  const free = await core.newUser(localpart);
  if (!free.ok) return free;
  const passed = await core.interactive.check({ name: "register", user: undefined, stage: "m.login.dummy", auth: wish.auth, ip: wish.ip });
  if (!passed.done) return ok(passed.reply);
  if (wish.password === undefined) return failure("M_BAD_JSON", "body `password`: is missing");
  const weak = core.passwordFault(wish.password);
  if (weak !== undefined) return weak;
  const made = await core.create(localpart, wish.password);
  if (!made.ok) return made;
  if (wish.inhibit_login === true) return ok({ user_id: made.value, home_server: core.options.serverName });
  return await beginSession(core, made.value, {
    device: wish.device_id,
    name: wish.initial_device_display_name,
    refresh: wish.refresh_token === true,
  });
}

interface SecretWish {
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
  readonly admin?: boolean | undefined;
  readonly user_type?: string | null | undefined;
  readonly mac: string;
}

/** Synapse's registration by shared secret: HMAC-SHA1 over nonce, name, password and whether an administrator is made, apart by NUL. */
async function registerBySecret(core: AccountsCore, nonces: Nonces, wish: SecretWish): Promise<Result<object>> {
  const secret = core.options.sharedSecret;
  if (secret === undefined) return failure("M_UNRECOGNIZED");
  if (!nonces.use(wish.nonce)) return failure("M_INVALID_PARAM", "This nonce is not known; ask for a new one.");
  const parts = [wish.nonce, wish.username, wish.password, wish.admin === true ? "admin" : "notadmin"];
  if (typeof wish.user_type === "string") parts.push(wish.user_type);
  const expected = createHmac("sha1", secret).update(parts.join("\0")).digest();
  const given = Buffer.from(/^[0-9a-f]{40}$/i.test(wish.mac) ? wish.mac : "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return failure("M_FORBIDDEN", "The HMAC is not right.");
  const made = await core.create(wish.username.toLowerCase(), wish.password);
  return made.ok ? await beginSession(core, made.value, { device: undefined, name: undefined, refresh: false }) : made;
}

const NONCE_MS = 60_000;
const MAX_NONCES = 10_000;

/** Random numbers that can be used once, within a minute. */
class Nonces {
  #clock: Clock;
  #issued = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(): string {
    const nonce = randomBytes(32).toString("hex");
    this.#issued.set(nonce, this.#clock.now() + NONCE_MS);
    for (const oldest of this.#issued.keys()) {
      if (this.#issued.size <= MAX_NONCES) break;
      this.#issued.delete(oldest);
    }
    return nonce;
  }

  use(nonce: string): boolean {
    const until = this.#issued.get(nonce);
    this.#issued.delete(nonce);
    return until !== undefined && until > this.#clock.now();
  }
}
