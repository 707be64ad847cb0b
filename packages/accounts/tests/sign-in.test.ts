import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { accountsWorld, brief, PASSWORD, sessionOf } from "./world.ts";

const WHOAMI = "/_matrix/client/v3/account/whoami";
const REGISTER = "/_matrix/client/v3/register";
const BY_SECRET = "/_synapse/admin/v1/register";

for (const engine of engines) {
  describe(`signing in on ${engine}`, () => {
    test("one signs in by localpart, whole id or the older form, and is known by the token", async () => {
      await using world = await accountsWorld({ engine });
      const first = await world.person("amy", { device_id: "DESK", initial_device_display_name: "Desk" });
      assert.deepEqual((await world.call("GET", WHOAMI, { token: first.token })).body, {
        user_id: "@amy:test",
        device_id: "DESK",
        is_guest: false,
        "org.causeway.device_class": "personal",
      });
      for (const user of ["amy", "AMY", "@amy:test"]) assert.equal((await world.login(user)).status, 200);
      const old = { type: "m.login.password", user: "amy", password: PASSWORD };
      assert.equal((await world.call("POST", "/_matrix/client/v3/login", { body: old })).status, 200);
      assert.deepEqual((await world.call("GET", "/_matrix/client/v3/login")).body, {
        flows: [
          { type: "m.login.password" },
          { type: "m.login.token", get_login_token: true },
          { type: "org.causeway.passkey" },
        ],
      });
    });

    test("a wrong password, an unknown user and a user of another server get the same answer", async () => {
      await using world = await accountsWorld({ engine });
      await world.person("amy");
      const wrong = await world.login("amy", { password: "not it at all" });
      assert.equal(brief(wrong), "403 M_FORBIDDEN");
      for (const user of ["bob", "@amy:elsewhere", "no such name!", "", "@", "amy\0"])
        assert.deepEqual((await world.login(user)).body, wrong.body);
      assert.equal(brief(await world.login("amy", { type: "m.login.magic" })), "400 M_INVALID_PARAM");
      assert.deepEqual(world.failures, []);
    });

    test("signing in again with the same device ends the session before, and never makes it managed", async () => {
      await using world = await accountsWorld({ engine });
      const before = await world.person("amy", { device_id: "DESK" });
      world.roles.set("@amy:test", new Set(["security-administrator"]));
      const path = "/causeway/v1/accounts/@amy:test/devices/DESK/class";
      assert.equal((await world.call("PUT", path, { token: before.token, body: { class: "managed" } })).status, 200);
      const marked = await world.accounts.authenticate(before.token);
      assert.equal(marked.ok && marked.value.managed, true);
      const after = sessionOf(await world.login("amy", { device_id: "DESK" }));
      assert.equal(brief(await world.call("GET", WHOAMI, { token: before.token })), "401 M_UNKNOWN_TOKEN");
      const again = await world.accounts.authenticate(after.token);
      assert.equal(again.ok && again.value.managed, false);
      const listed = await world.call("GET", "/causeway/v1/accounts/@amy:test/devices", { token: after.token });
      const [device] = Array.isArray(listed.body["devices"]) ? listed.body["devices"] : [];
      assert.equal(Object(device)["class"], "personal");
      const at = world.clock.now();
      assert.deepEqual(listed.body["record"], [{ device_id: "DESK", class: "managed", by: "@amy:test", at }]);
      assert.deepEqual(world.told, ["ended @amy:test DESK"], "the device keeps its keys");
    });

    test("of many sign-ins with one device at the same time one session is left", async () => {
      await using world = await accountsWorld({ engine });
      await world.person("amy", { device_id: "DESK" });
      const all = await Promise.all(Array.from({ length: 6 }, () => world.login("amy", { device_id: "DESK" })));
      const known = await Promise.all(all.map((one) => world.call("GET", WHOAMI, { token: sessionOf(one).token })));
      assert.equal(known.filter((one) => one.status === 200).length, 1);
      assert.deepEqual(world.failures, []);
    });

    test("somebody with too many sessions loses the oldest, with its keys", async () => {
      await using world = await accountsWorld({ engine, limits: { maxSessions: 2 } });
      const first = await world.person("amy", { device_id: "A" });
      world.clock.move(1000);
      await world.login("amy", { device_id: "B" });
      world.clock.move(1000);
      await world.login("amy", { device_id: "C" });
      assert.equal((await world.call("GET", WHOAMI, { token: first.token })).status, 401);
      assert.deepEqual(world.told, ["keys @amy:test A", "ended @amy:test A"]);
    });

    test("a sign-in whose password was changed in between begins no session", async () => {
      await using world = await accountsWorld({ engine });
      const user = (await world.person("amy")).userId;
      const checked = await world.accounts.checkPassword({
        user: world.accounts.userOf(user),
        password: PASSWORD,
        ip: "::1",
      });
      assert.ok(checked.ok && checked.value !== undefined);
      const { userId, password: proof } = checked.value;
      await world.accounts.resetPassword(userId, "another password");
      const begun = await world.accounts.sessions.begin({
        user: userId,
        device: "X",
        name: undefined,
        refresh: false,
        proof,
      });
      assert.equal(begun.ok, false);
      assert.equal((await world.accounts.devicesOf(userId)).length, 0);
    });

    test("a device id or name with a NUL or of any length is refused or shortened, never an error", async () => {
      await using world = await accountsWorld({ engine });
      await world.person("amy");
      assert.equal(brief(await world.login("amy", { device_id: "A\0B" })), "400 M_INVALID_PARAM");
      const long = sessionOf(
        await world.login("amy", { device_id: "LONG", initial_device_display_name: `\0${"x".repeat(3000)}` }),
      );
      const shown = await world.call("GET", "/_matrix/client/v3/devices/LONG", { token: long.token });
      assert.equal(String(shown.body["display_name"]).length, 255);
      assert.equal(
        (
          await world.call("PUT", "/_matrix/client/v3/devices/LONG", {
            token: long.token,
            body: { display_name: "a\0b" },
          })
        ).status,
        200,
      );
      assert.equal(
        brief(await world.call("GET", "/_matrix/client/v3/devices/A%00B", { token: long.token })),
        "400 M_INVALID_PARAM",
      );
      assert.deepEqual(world.failures, []);
    });

    test("registration is closed unless it is opened, and guests are refused", async () => {
      await using closed = await accountsWorld({ engine });
      assert.equal(
        brief(await closed.call("POST", REGISTER, { body: { username: "amy", password: PASSWORD } })),
        "403 M_FORBIDDEN",
      );
      assert.equal(brief(await closed.call("GET", `${REGISTER}/available?username=amy`)), "403 M_FORBIDDEN");
      await using open = await accountsWorld({ engine, registration: "open" });
      assert.equal(
        brief(await open.call("POST", `${REGISTER}?kind=guest`, { body: {} })),
        "403 M_GUEST_ACCESS_FORBIDDEN",
      );
      const asked = await open.call("POST", REGISTER, { body: { username: "amy", password: PASSWORD } });
      assert.equal(asked.status, 401);
      assert.deepEqual(asked.body["flows"], [{ stages: ["m.login.dummy"] }]);
      const auth = { type: "m.login.dummy", session: asked.body["session"] };
      const made = await open.call("POST", REGISTER, { body: { username: "amy", password: PASSWORD, auth } });
      assert.equal((await open.call("GET", WHOAMI, { token: sessionOf(made).token })).body["user_id"], "@amy:test");
      const again = { username: "Amy", password: PASSWORD, auth: { type: "m.login.dummy" } };
      assert.equal(brief(await open.call("POST", REGISTER, { body: again })), "400 M_USER_IN_USE");
      for (const username of ["_bot", "陳大文", "a b", "", "x".repeat(251)]) {
        assert.equal(
          brief(await open.call("POST", REGISTER, { body: { ...again, username } })),
          "400 M_INVALID_USERNAME",
          username,
        );
      }
      assert.equal(
        brief(await open.call("POST", REGISTER, { body: { ...again, username: "bob", password: "short" } })),
        "400 M_WEAK_PASSWORD",
      );
      const quiet = await open.call("POST", REGISTER, { body: { ...again, username: "bob", inhibit_login: true } });
      assert.deepEqual(quiet.body, { user_id: "@bob:test", home_server: "test" });
      assert.deepEqual((await open.call("GET", `${REGISTER}/available?username=carol`)).body, { available: true });
    });

    test("of registrations of one name at the same time one succeeds", async () => {
      await using world = await accountsWorld({ engine, registration: "open" });
      const body = { username: "amy", password: PASSWORD, auth: { type: "m.login.dummy" } };
      const all = await Promise.all(Array.from({ length: 5 }, () => world.call("POST", REGISTER, { body })));
      assert.deepEqual(all.map(brief).sort(), ["200", ...Array.from({ length: 4 }, () => "400 M_USER_IN_USE")]);
    });

    test("the shared secret makes accounts by nonce and HMAC; a wrong one, a used or an old nonce does not", async () => {
      await using none = await accountsWorld({ engine });
      assert.equal(brief(await none.call("GET", BY_SECRET)), "404 M_UNRECOGNIZED");
      await using world = await accountsWorld({ engine, sharedSecret: "sesame" });
      const nonceOf = async (): Promise<string> => String((await world.call("GET", BY_SECRET)).body["nonce"]);
      const send = async (username: string, nonce: string, secret = "sesame"): Promise<string> => {
        const mac = createHmac("sha1", secret).update([nonce, username, "short", "notadmin"].join("\0")).digest("hex");
        return brief(
          await world.call("POST", BY_SECRET, { body: { nonce, username, password: "short", admin: false, mac } }),
        );
      };
      const nonce = await nonceOf();
      assert.equal(await send("amy", nonce), "200");
      assert.equal(await send("bob", nonce), "400 M_INVALID_PARAM", "a nonce is used once");
      assert.equal(await send("bob", await nonceOf(), "guess"), "403 M_FORBIDDEN");
      const old = await nonceOf();
      world.clock.move(61_000);
      assert.equal(await send("bob", old), "400 M_INVALID_PARAM");
      const body = { nonce: await nonceOf(), username: "bob", password: "x", mac: "zz" };
      assert.equal(brief(await world.call("POST", BY_SECRET, { body })), "403 M_FORBIDDEN");
      assert.equal((await world.login("amy", { password: "short" })).status, 200);
    });

    test("what Synapse's tools say beside a name counts in the HMAC, and nothing can be moved from one part to another", async () => {
      await using world = await accountsWorld({ engine, sharedSecret: "sesame" });
      const send = async (username: string, parts: readonly string[], more: object): Promise<string> => {
        const nonce = String((await world.call("GET", BY_SECRET)).body["nonce"]);
        const mac = createHmac("sha1", "sesame")
          .update([nonce, username, ...parts].join("\0"))
          .digest("hex");
        return brief(await world.call("POST", BY_SECRET, { body: { nonce, username, mac, ...more } }));
      };
      assert.equal(await send("amy", ["pw", "admin"], { password: "pw", admin: true, displayname: "Amy" }), "200");
      assert.equal(await send("bob", ["pw", "notadmin"], { password: "pw", admin: true }), "403 M_FORBIDDEN");
      assert.equal(await send("bob", ["pw", "notadmin", "bot"], { password: "pw", user_type: "bot" }), "200");
      assert.equal(await send("cat", ["pw", "notadmin"], { password: "pw", user_type: null }), "200");
      assert.equal(await send("dan", ["pw", "notadmin"], { password: "pw", user_type: "" }), "200");
      assert.equal(await send("eve", ["pw", "notadmin"], { password: "pw\0notadmin" }), "400 M_INVALID_PARAM");
      assert.equal(await send("eve", ["a\0b", "notadmin"], { password: "a\0b" }), "400 M_INVALID_PARAM");
      assert.equal(await send("Eve", ["密碼", "notadmin"], { password: "密碼" }), "200", "UTF-8 throughout");
      assert.equal((await world.login("eve", { password: "密碼" })).status, 200);
    });
  });
}
