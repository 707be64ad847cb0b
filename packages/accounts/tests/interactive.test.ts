import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accountsWorld, brief, PASSWORD, sessionOf, type Answered, type Session, type World } from "./world.ts";

const V3 = "/_matrix/client/v3";
const NEW_PASSWORD = "another password altogether";

function withPassword(asked: Answered | undefined, more: Readonly<Record<string, unknown>> = {}): object {
  return { type: "m.login.password", password: PASSWORD, session: asked?.body["session"], ...more };
}

function remove(world: World, who: Session, devices: readonly string[], auth?: object): Promise<Answered> {
  return world.call("POST", `${V3}/delete_devices`, {
    token: who.token,
    body: { devices, ...(auth === undefined ? {} : { auth }) },
  });
}

for (const engine of engines) {
  describe(`user-interactive authentication on ${engine}`, () => {
    test("a sensitive call asks for the password first, says when it is wrong, and then goes on", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "DESK" });
      await world.login("amy", { device_id: "PHONE" });
      const path = `${V3}/devices/PHONE`;
      const asked = await world.call("DELETE", path, { token: amy.token });
      assert.equal(asked.status, 401);
      assert.deepEqual(asked.body["flows"], [{ stages: ["m.login.password"] }]);
      assert.deepEqual([asked.body["completed"], asked.body["params"], asked.body["errcode"]], [[], {}, undefined]);
      const wrong = await world.call("DELETE", path, {
        token: amy.token,
        body: { auth: withPassword(asked, { password: "guess" }) },
      });
      assert.equal(brief(wrong), "401 M_FORBIDDEN");
      assert.equal(wrong.body["session"], asked.body["session"]);
      const identifier = { type: "m.id.user", user: "@amy:test" };
      assert.equal(
        (await world.call("DELETE", path, { token: amy.token, body: { auth: withPassword(asked, { identifier }) } }))
          .status,
        200,
      );
      assert.deepEqual(world.told, ["keys @amy:test PHONE", "ended @amy:test PHONE"]);
      assert.equal(brief(await world.call("GET", path, { token: amy.token })), "404 M_NOT_FOUND");
    });

    test("a session begun for something else, or by somebody else, or finished, finishes nothing", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "DESK" });
      const bob = await world.person("bob", { device_id: "DESK" });
      for (const device of ["A", "B"]) await world.login("amy", { device_id: device });
      const asked = await remove(world, amy, ["A"]);
      assert.equal((await remove(world, bob, ["A"], withPassword(asked))).status, 401);
      assert.equal((await remove(world, amy, ["B"], withPassword(asked))).status, 401);
      const body = { new_password: NEW_PASSWORD, auth: withPassword(asked) };
      assert.equal((await world.call("POST", `${V3}/account/password`, { token: amy.token, body })).status, 401);
      assert.equal((await remove(world, amy, ["A"], withPassword(asked))).status, 200);
      assert.equal((await remove(world, amy, ["A"], withPassword(asked))).status, 401, "a session is used once");
      world.clock.move(1);
      const old = await remove(world, amy, ["B"]);
      world.clock.move(16 * 60_000);
      assert.equal((await remove(world, amy, ["B"], withPassword(old))).status, 401, "a session lapses");
    });

    test("somebody else's password, or one's own given for somebody else, does not pass", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "DESK" });
      await world.person("bob");
      for (const identifier of [
        { type: "m.id.user", user: "bob" },
        { type: "m.id.thirdparty", user: "amy" },
        { type: "m.id.user", user: 5 },
      ]) {
        const answered = await remove(
          world,
          amy,
          ["DESK"],
          withPassword(undefined, { session: undefined, identifier }),
        );
        assert.equal(brief(answered), "401 M_FORBIDDEN");
      }
      for (const auth of [{ type: "m.login.dummy" }, { type: 7 }, {}, { session: 9, type: "m.login.password" }]) {
        assert.equal((await remove(world, amy, ["DESK"], auth)).status, 401);
      }
      assert.deepEqual(world.told, []);
    });

    test("nobody can end, name or see another person's device", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "DESK" });
      const bob = await world.person("bob", { device_id: "PHONE" });
      assert.equal((await remove(world, bob, ["DESK"], withPassword(undefined))).status, 200);
      assert.equal(brief(await world.call("GET", `${V3}/devices/DESK`, { token: bob.token })), "404 M_NOT_FOUND");
      assert.equal(
        brief(await world.call("PUT", `${V3}/devices/DESK`, { token: bob.token, body: { display_name: "x" } })),
        "404 M_NOT_FOUND",
      );
      assert.deepEqual(world.told, []);
      const shown = await world.call("GET", `${V3}/devices`, { token: amy.token });
      assert.deepEqual(shown.body, { devices: [{ device_id: "DESK", last_seen_ts: world.clock.now() }] });
    });

    test("a new password ends the other sessions, unless that is not wanted", async () => {
      await using world = await accountsWorld({ engine });
      const desk = await world.person("amy", { device_id: "DESK" });
      const phone = sessionOf(await world.login("amy", { device_id: "PHONE" }));
      const change = (body: object): Promise<Answered> =>
        world.call("POST", `${V3}/account/password`, { token: desk.token, body });
      assert.equal(
        brief(await change({ new_password: "short", auth: withPassword(undefined) })),
        "400 M_WEAK_PASSWORD",
      );
      assert.equal(
        (await change({ new_password: PASSWORD, logout_devices: false, auth: withPassword(undefined) })).status,
        200,
      );
      assert.equal((await world.accounts.authenticate(phone.token)).ok, true);
      assert.equal((await change({ new_password: NEW_PASSWORD, auth: withPassword(undefined) })).status, 200);
      assert.equal((await world.accounts.authenticate(phone.token)).ok, false);
      assert.equal((await world.accounts.authenticate(desk.token)).ok, true);
      assert.equal(brief(await world.login("amy")), "403 M_FORBIDDEN");
      assert.equal((await world.login("amy", { password: NEW_PASSWORD })).status, 200);
    });

    test("one ends one's own account with the password", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "DESK" });
      assert.equal((await world.call("POST", `${V3}/account/deactivate`, { token: amy.token, body: {} })).status, 401);
      const done = await world.call("POST", `${V3}/account/deactivate`, {
        token: amy.token,
        body: { auth: withPassword(undefined) },
      });
      assert.equal(done.status, 200);
      assert.equal((await world.accounts.authenticate(amy.token)).ok, false);
    });

    test("wrong passwords are counted for the account, also when many come at the same time, and for sensitive calls", async () => {
      await using world = await accountsWorld({
        engine,
        throttled: true,
        limits: { wrongPasswords: 3, wrongPasswordsPerAccount: 4 },
      });
      const amy = await world.person("amy");
      const all = await Promise.all(Array.from({ length: 8 }, () => world.login("amy", { password: "guess" })));
      assert.deepEqual(all.map(brief).sort(), [
        ...Array.from({ length: 3 }, () => "403 M_FORBIDDEN"),
        ...Array.from({ length: 5 }, () => "429 M_LIMIT_EXCEEDED"),
      ]);
      const refused = await world.login("amy");
      assert.equal(brief(refused), "429 M_LIMIT_EXCEEDED", "the right password waits as well");
      assert.equal(refused.body["retry_after_ms"], 15 * 60_000);
      assert.equal(refused.headers.get("retry-after"), "900");
      const asked = await remove(world, amy, ["X"], withPassword(undefined));
      assert.equal(brief(asked), "429 M_LIMIT_EXCEEDED");
      assert.equal(asked.headers.get("retry-after"), "900");
      const unknown = await Promise.all(Array.from({ length: 8 }, () => world.login("nobody", { password: "guess" })));
      assert.deepEqual(unknown.map(brief).sort(), all.map(brief).sort(), "an unknown name is counted alike");
      world.clock.move(15 * 60_000);
      for (let round = 0; round < 6; round += 1)
        assert.equal((await world.login("amy")).status, 200, "what succeeds is not counted");
    });
  });

  describe(`administration on ${engine}`, () => {
    test("accounts are made, reset, listed and ended by those whose roles allow it, and by nobody else", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy");
      const admin = await world.person("root");
      world.roles.set("@root:test", new Set(["system-administrator"]));
      const accounts = "/causeway/v1/accounts";
      const calls: readonly (readonly [string, string, object | undefined])[] = [
        ["POST", accounts, { localpart: "new", password: PASSWORD }],
        ["GET", `${accounts}?limit=2`, undefined],
        ["POST", `${accounts}/@amy:test/password`, { new_password: NEW_PASSWORD }],
        ["POST", `${accounts}/@amy:test/deactivate`, undefined],
        ["PUT", `${accounts}/@amy:test/devices/X/class`, { class: "managed" }],
        ["GET", `${accounts}/@amy:test/devices`, undefined],
      ];
      for (const [method, path, body] of calls) {
        assert.equal(brief(await world.call(method, path, { token: amy.token, body })), "403 NOT_PERMITTED");
      }
      const answers: Answered[] = [];
      for (const [method, path, body] of calls)
        answers.push(await world.call(method, path, { token: admin.token, body }));
      assert.deepEqual(answers.map(brief), ["200", "200", "200", "200", "403 NOT_PERMITTED", "403 NOT_PERMITTED"]);
      assert.deepEqual(answers[1]?.body, {
        accounts: [
          { user_id: "@amy:test", deactivated: false, locked: false, suspended: false },
          { user_id: "@new:test", deactivated: false, locked: false, suspended: false },
        ],
        next: "@new:test",
      });
      assert.equal((await world.accounts.authenticate(amy.token)).ok, false);
      assert.equal(
        brief(await world.call("POST", `${accounts}/@who:test/deactivate`, { token: admin.token })),
        "404 M_NOT_FOUND",
      );
      assert.deepEqual(world.failures, []);
    });

    test("the server says what it speaks; third-party identifiers are refused", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy");
      const versions = (await world.call("GET", "/_matrix/client/versions")).body["versions"];
      assert.ok(Array.isArray(versions) && versions.includes("v1.15") && versions.includes("r0.6.1"));
      assert.deepEqual((await world.call("GET", "/.well-known/matrix/client")).body, {
        "m.homeserver": { base_url: "https://chat.test" },
      });
      const { capabilities } = (await world.call("GET", `${V3}/capabilities`, { token: amy.token })).body;
      assert.ok(JSON.stringify(capabilities).includes(`"m.set_displayname":{"enabled":false}`));
      assert.deepEqual((await world.call("GET", `${V3}/account/3pid`, { token: amy.token })).body, { threepids: [] });
      assert.equal(
        brief(await world.call("POST", `${V3}/account/3pid/add`, { token: amy.token, body: {} })),
        "403 M_THREEPID_DENIED",
      );
      assert.equal(
        brief(await world.call("POST", `${V3}/register/email/requestToken`, { body: {} })),
        "403 M_THREEPID_DENIED",
      );
    });
  });
}
