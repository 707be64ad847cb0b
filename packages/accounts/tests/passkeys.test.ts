import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Authenticator, type Behaviour, type Options } from "./providers/authenticator.ts";
import { accountsWorld, brief, PASSWORD, sessionOf, type Answered, type Session, type World } from "./world.ts";

const ORIGIN = "https://chat.test";
const PASSKEYS = "/causeway/v1/passkeys";
const LOGIN = "/_matrix/client/v3/login";

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function optionsIn(value: unknown): Options {
  const key = member(value, "publicKey");
  assert.ok(typeof key === "object" && key !== null, "there are options");
  return { challenge: String(member(key, "challenge")), ...key };
}

/** Goes through user-interactive authentication with the password. */
async function proven(
  world: World,
  who: Session,
  call: { readonly method: string; readonly path: string },
): Promise<Answered> {
  const asked = await world.call(call.method, call.path, { token: who.token, body: {} });
  assert.equal(asked.status, 401);
  const auth = { type: "m.login.password", password: PASSWORD, session: asked.body["session"] };
  return await world.call(call.method, call.path, { token: who.token, body: { auth } });
}

async function creation(world: World, who: Session): Promise<Options> {
  return optionsIn((await proven(world, who, { method: "POST", path: `${PASSKEYS}/options` })).body);
}

function add(world: World, who: Session, response: object): Promise<Answered> {
  return world.call("POST", PASSKEYS, { token: who.token, body: { name: "  Phone  ", response } });
}

interface WithPasskey {
  readonly who: Session;
  readonly key: Authenticator;
}

async function withPasskey(world: World, localpart: string): Promise<WithPasskey> {
  const who = await world.person(localpart);
  const key = new Authenticator(ORIGIN);
  const added = await add(world, who, key.create(await creation(world, who)));
  assert.equal(added.status, 200);
  return { who, key };
}

async function begin(world: World): Promise<Options> {
  return optionsIn((await world.call("POST", `${PASSKEYS}/sign-in/options`)).body);
}

function login(world: World, response: object, more: object = {}): Promise<Answered> {
  return world.call("POST", LOGIN, { body: { type: "org.causeway.passkey", response, ...more } });
}

async function signIn(world: World, key: Authenticator, how: Behaviour = {}): Promise<string> {
  return brief(await login(world, key.get(await begin(world), how)));
}

for (const engine of engines) {
  describe(`passkeys on ${engine}`, () => {
    test("one adds a passkey after proving the password, and it opens the app without a name", async () => {
      await using world = await accountsWorld({ engine });
      const who = await world.person("amy");
      const options = await creation(world, who);
      assert.deepEqual(member(options, "authenticatorSelection"), {
        residentKey: "required",
        userVerification: "required",
        requireResidentKey: true,
      });
      assert.equal(JSON.stringify(options).includes("@amy"), false, "nothing but the name that one signs in with");
      assert.match(String(member(member(member(options.extensions, "prf"), "eval"), "first")), /^[\w-]{43}$/);
      const key = new Authenticator(ORIGIN);
      const added = await add(world, who, key.create(options));
      assert.deepEqual([added.body["id"], added.body["name"], added.body["prf"]], [key.id, "Phone", true]);
      const started = await begin(world);
      assert.deepEqual(member(started, "allowCredentials"), []);
      assert.equal(member(started, "userVerification"), "required");
      const body = { device_id: "PHONE", refresh_token: true, initial_device_display_name: "Phone" };
      const session = sessionOf(await login(world, key.get(started), body));
      assert.deepEqual([session.userId, session.device], ["@amy:test", "PHONE"]);
      assert.match(session.refresh, /^cwr_/);
      const flows = (await world.call("GET", LOGIN)).body["flows"];
      assert.ok(Array.isArray(flows) && flows.some((flow) => member(flow, "type") === "org.causeway.passkey"));
      assert.equal(world.failures.length, 0);
    });

    test("passkeys are listed, named, sealed for and removed by their owner alone", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const bob = await world.person("bob");
      const path = `${PASSKEYS}/${key.id}`;
      const change = (token: string, body: object): Promise<Answered> => world.call("PUT", path, { token, body });
      for (const body of [{ name: "x" }, { sealed: "x" }])
        assert.equal(brief(await change(bob.token, body)), "404 M_NOT_FOUND");
      assert.equal((await change(who.token, { name: "新電話", sealed: "opaque" })).status, 200);
      const list = async (token: string): Promise<unknown> =>
        (await world.call("GET", PASSKEYS, { token })).body["passkeys"];
      const [listed] = [await list(who.token)].flat();
      assert.deepEqual([member(listed, "name"), member(listed, "sealed")], ["新電話", "opaque"]);
      assert.equal(member(listed, "public_key"), undefined);
      assert.deepEqual(await list(bob.token), []);
      assert.equal((await change(who.token, { sealed: null })).status, 200);
      assert.equal(member([await list(who.token)].flat()[0], "sealed"), undefined);
      for (const body of [{}, { name: "" }, { name: "x".repeat(101) }, { sealed: "x".repeat(8193) }, { sealed: 5 }])
        assert.equal(brief(await change(who.token, body)), "400 M_BAD_JSON");
      assert.equal(brief(await proven(world, bob, { method: "DELETE", path })), "404 M_NOT_FOUND");
      assert.equal((await proven(world, who, { method: "DELETE", path })).status, 200);
      assert.deepEqual(await list(who.token), []);
      assert.equal(await signIn(world, key), "403 M_FORBIDDEN");
    });

    test("what PRF gives is the client's secret: a client that sends it is refused and told why", async () => {
      await using world = await accountsWorld({ engine });
      const who = await world.person("amy");
      const key = new Authenticator(ORIGIN);
      const results = { prf: { enabled: true, results: { first: "c2VjcmV0" } } };
      const refused = await add(world, who, key.create(await creation(world, who), { results }));
      assert.equal(brief(refused), "400 M_BAD_JSON");
      assert.match(String(refused.body["error"]), /must not be sent/);
      assert.equal(JSON.stringify(refused.body).includes("c2VjcmV0"), false);
      const own = new Authenticator(ORIGIN);
      assert.equal((await add(world, who, own.create(await creation(world, who), { results: {} }))).body["prf"], false);
      assert.equal(await signIn(world, own, { results }), "400 M_BAD_JSON");
    });

    test("a challenge is answered once, in minutes, by whom and for what it was made", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const bob = await world.person("bob");
      const started = await begin(world);
      const both = await Promise.all([login(world, key.get(started)), login(world, key.get(started))]);
      assert.deepEqual(both.map(brief).sort(), ["200", "403 M_FORBIDDEN"]);
      const late = await begin(world);
      world.clock.move(5 * 60_000);
      assert.equal(brief(await login(world, key.get(late))), "403 M_FORBIDDEN");
      const made = await creation(world, who);
      assert.equal(brief(await login(world, key.get(made, { rpId: "chat.test" }))), "403 M_FORBIDDEN");
      const other = new Authenticator(ORIGIN);
      const mine = await creation(world, who);
      assert.equal(brief(await add(world, bob, other.create(mine))), "403 PASSKEY_REFUSED", "somebody else's options");
      assert.equal(brief(await add(world, who, other.create(mine))), "403 PASSKEY_REFUSED", "and they are used up");
      const options = await begin(world);
      const asCreation = { ...options, rp: { id: "chat.test" }, user: { id: "x" } };
      assert.equal(brief(await add(world, who, other.create(asCreation))), "403 PASSKEY_REFUSED");
      const invented = { challenge: "A".repeat(43), rpId: "chat.test" };
      assert.equal(brief(await login(world, key.get(invented))), "403 M_FORBIDDEN");
    });

    test("another origin or site, no verification, a wrong type or a wrong owner does not pass", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const { key: bobs } = await withPasskey(world, "bob");
      const faults: readonly Behaviour[] = [
        { origin: "https://chat.test.evil.test" },
        { origin: "http://chat.test" },
        { origin: "https://chat.test:8443" },
        { rpId: "evil.test" },
        { verifies: false },
      ];
      for (const how of [...faults, { type: "webauthn.create" }, { userHandle: "AAAA" }, { userHandle: "" }]) {
        const answered = await signIn(world, key, how);
        assert.ok(["403 M_FORBIDDEN", "400 M_BAD_JSON"].includes(answered), JSON.stringify(how));
      }
      for (const how of [...faults, { type: "webauthn.get" }]) {
        const made = new Authenticator(ORIGIN).create(await creation(world, who), how);
        assert.equal(brief(await add(world, who, made)), "403 PASSKEY_REFUSED", JSON.stringify(how));
      }
      const started = await begin(world);
      const mixed = { ...key.get(started), id: bobs.id, rawId: bobs.id };
      assert.equal(brief(await login(world, mixed)), "403 M_FORBIDDEN", "a signature of another passkey");
      for (const response of [{}, { id: "x" }, { ...key.get(started), type: "password" }])
        assert.equal(brief(await login(world, response)), "400 M_BAD_JSON");
      assert.equal(
        brief(await world.call("POST", LOGIN, { body: { type: "org.causeway.passkey" } })),
        "400 M_BAD_JSON",
      );
      assert.equal(await signIn(world, key), "200", "and the right one still does");
      assert.deepEqual(world.failures, []);
    });

    test("a counter that does not move on is a copy, and is refused; one that stays 0 is fine", async () => {
      await using world = await accountsWorld({ engine });
      const { key } = await withPasskey(world, "amy");
      for (const counter of [0, 0, 7]) assert.equal(await signIn(world, key, { counter }), "200");
      for (const counter of [7, 3, 0]) assert.equal(await signIn(world, key, { counter }), "403 M_FORBIDDEN");
      assert.equal(await signIn(world, key, { counter: 8 }), "200");
    });

    test("a passkey is not added twice, by anybody, and there is an end to them", async () => {
      await using world = await accountsWorld({ engine, limits: { maxPasskeys: 2 } });
      const { who, key } = await withPasskey(world, "amy");
      const bob = await world.person("bob");
      const excluded = await creation(world, who);
      assert.deepEqual(member(excluded, "excludeCredentials"), [
        { id: key.id, transports: ["internal"], type: "public-key" },
      ]);
      assert.equal(brief(await add(world, who, key.create(excluded))), "403 PASSKEY_REFUSED");
      assert.equal(brief(await add(world, bob, key.create(await creation(world, bob)))), "403 PASSKEY_REFUSED");
      assert.equal((await add(world, who, new Authenticator(ORIGIN).create(await creation(world, who)))).status, 200);
      const third = await proven(world, who, { method: "POST", path: `${PASSKEYS}/options` });
      assert.equal(brief(third), "409 PASSKEYS_TOO_MANY");
    });

    test("a passkey confirms a sensitive call of its owner's session, and it is kept that it did", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const { who: bob, key: bobs } = await withPasskey(world, "bob");
      await world.login("amy", { device_id: "PHONE" });
      const path = "/_matrix/client/v3/devices/PHONE";
      const remove = (auth: object, token = who.token): Promise<Answered> =>
        world.call("DELETE", path, { token, body: { auth } });
      const asked = await world.call("DELETE", path, { token: who.token });
      assert.deepEqual(asked.body["flows"], [{ stages: ["m.login.password"] }, { stages: ["org.causeway.passkey"] }]);
      const optionsOf = (answered: Answered): Options =>
        optionsIn(member(answered.body["params"], "org.causeway.passkey"));
      const step = { type: "org.causeway.passkey", session: asked.body["session"] };
      const options = optionsOf(asked);
      assert.deepEqual(member(options, "allowCredentials"), [
        { id: key.id, transports: ["internal"], type: "public-key" },
      ]);
      const wrong = await remove({ ...step, response: bobs.get(options) });
      assert.equal(brief(wrong), "401 PASSKEY_REFUSED");
      const theirs = await world.call("DELETE", path, { token: bob.token });
      assert.equal((await remove({ ...step, response: key.get(optionsOf(theirs)) })).status, 401, "of another session");
      assert.equal((await remove({ ...step, response: key.get(await begin(world)) })).status, 401, "of a sign-in");
      assert.equal((await remove({ ...step, response: "x" })).status, 401);
      const fresh = optionsOf(await remove({ ...step, type: "?" }));
      assert.equal((await remove({ ...step, response: key.get(fresh) })).status, 200);
      const { user } = expectCaller(await world.accounts.authenticate(who.token));
      const kept = await world.accounts.confirmationsOf(user);
      assert.deepEqual(
        kept.map(({ operation, passkey }) => [operation, passkey]),
        [['delete devices ["PHONE"]', key.id]],
      );
    });

    test("what is of high risk takes a passkey and nothing else", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const caller = expectCaller(await world.accounts.authenticate(who.token));
      const ask = async (auth: unknown): Promise<readonly [unknown, string]> => {
        const answered = await world.accounts.stepUp(caller, "approve r-1", { auth, ip: "127.0.0.1" });
        if (answered.done) return [answered, answered.record ?? ""];
        return [JSON.parse(typeof answered.reply.body === "string" ? answered.reply.body : ""), ""];
      };
      const [asked] = await ask(undefined);
      assert.deepEqual(member(asked, "flows"), [{ stages: ["org.causeway.passkey"] }]);
      const session = member(asked, "session");
      const [still] = await ask({ type: "m.login.password", password: PASSWORD, session });
      assert.equal(member(still, "done"), undefined);
      const options = optionsIn(member(member(still, "params"), "org.causeway.passkey"));
      const [, record] = await ask({ type: "org.causeway.passkey", session, response: key.get(options) });
      const kept = await world.accounts.confirmationsOf(caller.user);
      assert.deepEqual(
        kept.map(({ id, operation }) => [id, operation]),
        [[record, "approve r-1"]],
      );
    });

    test("a reset by an administrator and the end of the account end the passkeys", async () => {
      await using world = await accountsWorld({ engine });
      const { who, key } = await withPasskey(world, "amy");
      const caller = expectCaller(await world.accounts.authenticate(who.token));
      assert.equal((await world.accounts.resetPassword(caller.user, PASSWORD)).ok, true);
      assert.equal(await signIn(world, key), "403 M_FORBIDDEN");
      const { who: bob, key: bobs } = await withPasskey(world, "bob");
      const started = await begin(world);
      await world.accounts.deactivate(expectCaller(await world.accounts.authenticate(bob.token)).user);
      assert.equal(brief(await login(world, bobs.get(started))), "403 M_FORBIDDEN");
    });
  });
}

function expectCaller<T>(found: { readonly ok: true; readonly value: T } | { readonly ok: false }): T {
  assert.ok(found.ok);
  return found.value;
}
