import { failure, ok, type Result, type UserId } from "@causeway/base";
import {
  getLoginFlows,
  login,
  logout,
  logoutAll,
  refreshToken,
  register,
  registerAvailable,
  registrationTokenValidity,
  sharedSecretNonce,
  sharedSecretRegister,
} from "@causeway/contract";
import { serve, type Answer, type Route } from "@causeway/platform";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountsCore } from "./accounts.ts";
import { Nonces } from "./nonces.ts";
import type { Assertion } from "./passkeys/passkeys.ts";
import { locked, type SessionWish } from "./sessions.ts";
import { findAccount } from "./store.ts";

/** Signing in and out, and making accounts. */
export function signInRoutes(core: AccountsCore): readonly Route[] {
  return [
    ...sharedSecretRoutes(core),
    serve(getLoginFlows, () => ok({ flows: flowsOf(core) })),
    serve(login, ({ body, ip }) => signIn(core, { ...body, ip })),
    serve(refreshToken, ({ body }) => core.sessions.refresh(body.refresh_token)),
    serve(logout, async ({ caller }) => {
      await core.sessions.end(caller.user, { devices: [caller.device], session: caller.session });
      return ok({});
    }),
    serve(logoutAll, async ({ caller }) => {
      await core.sessions.end(caller.user, { devices: "all" });
      return ok({});
    }),
    serve(register, ({ body, query, ip }) => registerOpenly(core, { ...body, kind: query.kind, ip })),
    serve(registerAvailable, async ({ query }) => {
      if (core.options.registration === "closed") return failure("M_FORBIDDEN", "Registration is closed.");
      const user = await core.newUser(query.username);
      return user.ok ? ok({ available: true }) : user;
    }),
    serve(registrationTokenValidity, () => failure("M_FORBIDDEN", "Registration by token is not offered.")),
  ];
}

/** Registration by shared secret: where none is configured these endpoints do not exist, whatever they are sent. */
function sharedSecretRoutes(core: AccountsCore): readonly Route[] {
  const { sharedSecret, clock } = core.options;
  if (sharedSecret === undefined) return [];
  const nonces = new Nonces(clock);
  return [
    serve(sharedSecretNonce, () => ok({ nonce: nonces.issue() })),
    serve(sharedSecretRegister, ({ body }) => registerBySecret(core, { nonces, secret: sharedSecret }, body)),
  ];
}

/** How one can sign in (client-server API, "Login"). */
function flowsOf(core: AccountsCore): readonly object[] {
  const { providers } = core.signOn;
  return [
    { type: "m.login.password" },
    ...(providers.length === 0 ? [] : [{ type: "m.login.sso", identity_providers: providers }]),
    { type: "m.login.token", get_login_token: true },
    { type: "org.causeway.passkey" },
  ];
}

interface SignInWish {
  readonly type: string;
  readonly identifier?: { readonly type: string; readonly user?: string | undefined } | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
  readonly response?: Assertion | undefined;
  readonly device_id?: string | undefined;
  readonly initial_device_display_name?: string | undefined;
  readonly refresh_token?: boolean | undefined;
  readonly ip: string;
}

/** The name in a sign-in; `user` beside `type` is how it was before identifiers. */
function nameIn(wish: SignInWish): string | undefined {
  if (wish.identifier === undefined) return wish.user;
  return wish.identifier.type === "m.id.user" ? wish.identifier.user : undefined;
}

async function signIn(core: AccountsCore, wish: SignInWish): Promise<Answer> {
  switch (wish.type) {
    case "m.login.password":
      return await signInByPassword(core, wish);
    case "m.login.token":
      return await signInByToken(core, wish);
    case "org.causeway.passkey":
      return await signInByPasskey(core, wish);
    default:
      return failure("M_INVALID_PARAM", "This way of signing in is not offered.");
  }
}

async function signInByToken(core: AccountsCore, wish: SignInWish): Promise<Answer> {
  if (wish.token === undefined) return failure("M_BAD_JSON", "body `token`: is missing");
  const found = await core.loginTokens.find(wish.token);
  const begun =
    found === undefined
      ? failure("M_FORBIDDEN")
      : await beginSession(core, found.user, { ...sessionIn(core, wish), also: found.use });
  if (begun.ok || begun.error.code !== "M_FORBIDDEN") return begun;
  return failure("M_FORBIDDEN", "This login token is not known, has been used, or has lapsed.");
}

async function signInByPasskey(core: AccountsCore, wish: SignInWish): Promise<Answer> {
  if (wish.response === undefined) return failure("M_BAD_JSON", "body `response`: is missing");
  const proof = await core.passkeys.signIn(wish.response);
  const begun =
    proof === undefined
      ? failure("M_FORBIDDEN")
      : await beginSession(core, proof.passkey.user, { ...sessionIn(core, wish), also: proof.use });
  if (begun.ok || begun.error.code !== "M_FORBIDDEN") return begun;
  return failure("M_FORBIDDEN", "This passkey is not known, or was not accepted. Start again.");
}

async function signInByPassword(core: AccountsCore, wish: SignInWish): Promise<Answer> {
  const name = nameIn(wish);
  if (name === undefined || wish.password === undefined)
    return failure("M_BAD_JSON", "A user name and a password are needed.");
  const account = await core.checkPassword({ user: core.userOf(name), password: wish.password, ip: wish.ip });
  if (!account.ok) return account;
  if (account.value === undefined) return failure("M_FORBIDDEN", "The user name or the password is not right.");
  const { userId, password: proof } = account.value;
  return await beginSession(core, userId, { ...sessionIn(core, wish), proof });
}

/** What a sign-in or registration says about the session to begin. */
function sessionIn(
  core: AccountsCore,
  wish: Pick<SignInWish, "device_id" | "initial_device_display_name" | "refresh_token" | "ip">,
): Omit<SessionWish, "user"> {
  const managed = core.options.isManagedAddress(wish.ip);
  const { device_id: device, initial_device_display_name: name } = wish;
  return { device, name, managed, refresh: wish.refresh_token === true };
}

async function beginSession(
  core: AccountsCore,
  user: UserId,
  wish: Omit<SessionWish, "user">,
): Promise<Result<object>> {
  // Said to nobody but who has proved to be them.
  if ((await findAccount(core.options.db, user))?.locked === true) return locked();
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
  const passed = await core.interactive.check({
    name: "register",
    user: undefined,
    stages: ["m.login.dummy"],
    auth: wish.auth,
    ip: wish.ip,
  });
  if (!passed.done) return ok(passed.reply);
  if (wish.password === undefined) return failure("M_BAD_JSON", "body `password`: is missing");
  const made = await core.createUser({
    localpart,
    password: wish.password,
    made: { by: "self", how: "registration" },
  });
  if (!made.ok) return made;
  if (wish.inhibit_login === true) return ok({ user_id: made.value, home_server: core.options.serverName });
  return await beginSession(core, made.value, sessionIn(core, wish));
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
async function registerBySecret(
  core: AccountsCore,
  { nonces, secret }: { readonly nonces: Nonces; readonly secret: string },
  wish: SecretWish,
): Promise<Result<object>> {
  // What is apart by NUL may not hold one: two wishes would have the same HMAC.
  if (`${wish.username}${wish.password}`.includes("\0"))
    return failure("M_INVALID_PARAM", "A name or a password with a NUL cannot be registered.");
  if (!nonces.use(wish.nonce)) return failure("M_INVALID_PARAM", "This nonce is not known; ask for a new one.");
  const parts = [wish.nonce, wish.username, wish.password, wish.admin === true ? "admin" : "notadmin"];
  if (typeof wish.user_type === "string" && wish.user_type !== "") parts.push(wish.user_type);
  const expected = createHmac("sha1", secret).update(parts.join("\0")).digest();
  const given = Buffer.from(/^[0-9a-f]{40}$/i.test(wish.mac) ? wish.mac : "", "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return failure("M_FORBIDDEN", "The HMAC is not right.");
  // NOTE `admin` and `displayname` are accepted and change nothing: roles and names come from the directory.
  const made = await core.createUser({
    localpart: wish.username.toLowerCase(),
    password: wish.password,
    anyPassword: true,
    made: { by: "operator", how: "shared-secret" },
  });
  return made.ok ? await beginSession(core, made.value, { device: undefined, name: undefined, refresh: false }) : made;
}
