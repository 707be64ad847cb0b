import { parseUserId, type UserId } from "@causeway/base";
import { engines, path, testWorld, TEST_PASSWORD, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accountsWorld, type World } from "./world.ts";

const LOCK = "/_matrix/client/v1/admin/lock/";
const SUSPEND = "/_matrix/client/v1/admin/suspend/";

function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  assert.ok(user);
  return user;
}

const brief = ({ status, body }: { readonly status: number; readonly body: unknown }): string => {
  const code: unknown = Object(body)["errcode"];
  return typeof code === "string" ? `${status} ${code}` : String(status);
};

/** Does something as an administrator would, in the whole server, where nobody holds a role yet. */
async function held(
  world: TestWorld,
  person: Person,
  change: { hold: "locked" | "suspended"; on: boolean },
): Promise<void> {
  const done = await world.server.accounts.holds.set(idOf(person), change);
  assert.equal(done.ok, true);
}

for (const engine of engines) {
  describe(`held accounts on ${engine}`, () => {
    test("administrators of either kind lock and suspend; nobody else may, and nobody learns who there is by trying", async () => {
      await using world = await accountsWorld({ engine });
      const people = new Map<string, string>();
      for (const name of ["sysadmin", "secadmin", "auditor", "amy"]) people.set(name, (await world.person(name)).token);
      world.roles.set("@sysadmin:test", new Set(["system-administrator"]));
      world.roles.set("@secadmin:test", new Set(["security-administrator"]));
      world.roles.set("@auditor:test", new Set(["auditor"]));
      const get = (name: string, at: string): ReturnType<World["call"]> =>
        world.call("GET", at, { token: people.get(name) ?? "" });
      const put = (name: string, at: string, body: object): ReturnType<World["call"]> =>
        world.call("PUT", at, { token: people.get(name) ?? "", body });
      for (const [at, key] of [
        [LOCK, "locked"],
        [SUSPEND, "suspended"],
      ] as const) {
        for (const admin of ["sysadmin", "secadmin"]) {
          for (const on of [true, false]) {
            assert.deepEqual((await put(admin, `${at}@amy:test`, { [key]: on })).body, { [key]: on });
            assert.deepEqual((await get(admin, `${at}@amy:test`)).body, { [key]: on });
          }
          assert.equal(brief(await put(admin, `${at}@nobody:test`, { [key]: true })), "404 M_NOT_FOUND");
          assert.equal(brief(await put(admin, `${at}@amy:elsewhere`, { [key]: true })), "400 M_INVALID_PARAM");
          assert.equal(brief(await put(admin, `${at}@amy:test`, { [key]: "yes" })), "400 M_BAD_JSON");
          for (const other of ["sysadmin", "secadmin"])
            assert.equal(brief(await put(admin, `${at}@${other}:test`, { [key]: true })), "403 M_FORBIDDEN");
        }
        for (const target of ["amy", "nobody"]) {
          for (const name of ["auditor", "amy"]) {
            assert.equal(brief(await get(name, `${at}@${target}:test`)), "403 M_FORBIDDEN");
            assert.equal(brief(await put(name, `${at}@${target}:test`, { [key]: true })), "403 M_FORBIDDEN");
          }
        }
      }
      const capabilities = async (name: string): Promise<unknown> =>
        Object((await get(name, "/_matrix/client/v3/capabilities")).body["capabilities"])["m.account_moderation"];
      assert.deepEqual(await capabilities("secadmin"), { suspend: true, lock: true });
      assert.equal(await capabilities("amy"), undefined);
    });

    test("a locked account can do nothing but sign out, keeps its sessions, and goes on when it is unlocked", async () => {
      await using world = await accountsWorld({ engine });
      const admin = await world.person("admin");
      world.roles.set("@admin:test", new Set(["security-administrator"]));
      const amy = await world.person("amy", { refresh_token: true });
      const lock = (locked: boolean): ReturnType<World["call"]> =>
        world.call("PUT", `${LOCK}@amy:test`, { token: admin.token, body: { locked } });
      assert.equal((await lock(true)).status, 200);
      const refused = await world.call("GET", "/_matrix/client/v3/account/whoami", { token: amy.token });
      assert.equal(brief(refused), "401 M_USER_LOCKED");
      assert.equal(refused.body["soft_logout"], true);
      const refresh = { body: { refresh_token: amy.refresh } };
      assert.equal(brief(await world.call("POST", "/_matrix/client/v3/refresh", refresh)), "401 M_USER_LOCKED");
      assert.equal(brief(await world.login("amy")), "401 M_USER_LOCKED");
      assert.equal(
        brief(await world.login("amy", { password: "not it at all" })),
        "403 M_FORBIDDEN",
        "said to nobody else",
      );
      const restarted = await world.restarted().authenticate(amy.token);
      assert.equal(restarted.ok && restarted.value.held, "locked", "also after a restart");
      assert.equal((await lock(false)).status, 200);
      assert.equal((await world.call("GET", "/_matrix/client/v3/account/whoami", { token: amy.token })).status, 200);
      assert.equal((await world.call("POST", "/_matrix/client/v3/refresh", refresh)).status, 200);
      await lock(true);
      assert.equal((await world.call("POST", "/_matrix/client/v3/logout", { token: amy.token })).status, 200);
      assert.equal(
        brief(await world.call("POST", "/_matrix/client/v3/logout", { token: amy.token })),
        "401 M_UNKNOWN_TOKEN",
      );
    });

    test("a hold goes with the account: an ended one is not found", async () => {
      await using world = await accountsWorld({ engine });
      const admin = await world.person("admin");
      world.roles.set("@admin:test", new Set(["system-administrator"]));
      await world.person("amy");
      await world.call("POST", "/causeway/v1/accounts/@amy:test/deactivate", { token: admin.token });
      for (const at of [LOCK, SUSPEND])
        assert.equal(brief(await world.call("GET", `${at}@amy:test`, { token: admin.token })), "404 M_NOT_FOUND");
    });

    test("an open sync of somebody who is locked ends within seconds, as locked, not as signed out", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await bob.createRoomWith([amy]);
      await amy.sync();
      const started = performance.now();
      const waiting = amy.get("/sync", { since: amy.since, timeout: 30_000 });
      await new Promise((resolve) => setTimeout(resolve, 200));
      await held(world, amy, { hold: "locked", on: true });
      await bob.send(room, "not for the locked");
      const answer = await waiting;
      assert.equal(answer.brief, "401 M_USER_LOCKED");
      assert.equal(answer.at("soft_logout").value, true);
      assert.ok(performance.now() - started < 5000);
      await held(world, amy, { hold: "locked", on: false });
      const news = await amy.sync();
      assert.equal(news.at("rooms", "join", room, "timeline", "events").list.length, 1);
    });

    test("a suspended account reads, keeps its keys in order, leaves and signs out, and says nothing", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await bob.createRoomWith([amy], { power_level_content_override: { users_default: 50 } });
      const other = await bob.createRoom({ preset: "public_chat" });
      const own = await amy.send(room, "mine");
      const theirs = await bob.send(room, "theirs");
      await held(world, amy, { hold: "suspended", on: true });
      const refused: readonly (() => Promise<Answered>)[] = [
        () => amy.trySend(room, { msgtype: "m.text", body: "x" }),
        () => amy.setState(room, "m.room.topic", { content: { topic: "x" } }),
        () =>
          amy.setState(room, "m.room.member", { content: { membership: "join", displayname: "x" }, key: amy.userId }),
        () => amy.redact(room, theirs),
        () => amy.join(other),
        () => amy.post(path`/knock/${other}`),
        () => amy.post("/createRoom"),
        () => amy.about("invite", room, "@carol:localhost"),
        () => amy.about("kick", room, bob),
        () => amy.put(path`/profile/${amy.userId}/avatar_url`, { avatar_url: "mxc://localhost/abc" }),
        () => amy.put(path`/rooms/${room}/typing/${amy.userId}`, { typing: true }),
        () => amy.post("/causeway/v1/proxy-tokens"),
      ];
      for (const [index, ask] of refused.entries())
        assert.equal((await ask()).brief, "403 M_USER_SUSPENDED", `call ${index}`);
      assert.equal((await amy.sync()).at("rooms", "join", room).isThere, true);
      const done: readonly (() => Promise<Answered>)[] = [
        () => amy.get(path`/rooms/${room}/messages`, { dir: "b" }),
        () => amy.redact(room, own),
        () => amy.post("/keys/query", { device_keys: {} }),
        () => amy.put(path`/sendToDevice/m.key.verification.request/t1`, { messages: {} }),
        () => amy.post("/room_keys/version", { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: {} }),
        () => amy.put(path`/user/${amy.userId}/account_data/x`, { a: 1 }),
        () => amy.post(path`/rooms/${room}/receipt/m.read/${theirs}`),
        () =>
          amy.post("/login", {
            type: "m.login.password",
            identifier: { type: "m.id.user", user: amy.userId },
            password: TEST_PASSWORD,
          }),
        () => amy.leave(room),
        () => amy.post("/logout"),
      ];
      for (const [index, ask] of done.entries()) assert.equal((await ask()).brief, "200", `call ${index}`);
      await held(world, amy, { hold: "suspended", on: false });
      assert.equal((await (await amy.device()).post("/createRoom")).brief, "200");
    });

    test("administrators of either kind sign out a lost device, and that one alone; nobody else may, and nobody their own", async () => {
      await using world = await accountsWorld({ engine });
      const people = new Map<string, { readonly token: string; readonly device: string }>();
      for (const name of ["sysadmin", "secadmin", "auditor", "amy", "bob"]) people.set(name, await world.person(name));
      world.roles.set("@sysadmin:test", new Set(["system-administrator"]));
      world.roles.set("@secadmin:test", new Set(["security-administrator"]));
      world.roles.set("@auditor:test", new Set(["auditor"]));
      const of = (name: string): { readonly token: string; readonly device: string } =>
        people.get(name) ?? assert.fail();
      const signOut = (name: string, user: string, device: string): ReturnType<World["call"]> =>
        world.call("POST", `/causeway/v1/accounts/@${user}:test/devices/${device}/sign-out`, { token: of(name).token });
      const isIn = async (token: string): Promise<boolean> =>
        (await world.call("GET", "/_matrix/client/v3/account/whoami", { token })).status === 200;
      const login = {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: "amy" },
        password: TEST_PASSWORD,
      };
      const phone = Object((await world.call("POST", "/_matrix/client/v3/login", { body: login })).body);
      for (const name of ["auditor", "amy", "bob"])
        assert.match(brief(await signOut(name, "amy", phone.device_id)), /^403/, name);
      assert.equal(brief(await signOut("sysadmin", "sysadmin", of("sysadmin").device)), "403 M_FORBIDDEN");
      for (const [user, device] of [
        ["amy", "NOSUCH"],
        ["nobody", phone.device_id],
        ["bob", phone.device_id],
      ])
        assert.equal(brief(await signOut("secadmin", user, device)), "404 M_NOT_FOUND");
      assert.equal(await isIn(phone.access_token), true);
      assert.equal((await signOut("sysadmin", "amy", phone.device_id)).status, 200);
      assert.equal(await isIn(phone.access_token), false);
      assert.equal(await isIn(of("amy").token), true, "the others stay");
      assert.equal((await signOut("secadmin", "amy", of("amy").device)).status, 200);
      assert.equal(await isIn(of("amy").token), false);
    });

    test("one sees one's own devices and when they were seen; those of others take a role; addresses are nowhere", async () => {
      await using world = await accountsWorld({ engine });
      const [amy, bob, auditor] = [await world.person("amy"), await world.person("bob"), await world.person("auditor")];
      world.roles.set("@auditor:test", new Set(["auditor"]));
      const whois = (token: string, user: string): ReturnType<World["call"]> =>
        world.call("GET", `/_matrix/client/v3/admin/whois/${user}`, { token });
      const mine = await whois(amy.token, "@amy:test");
      const seen = { sessions: [{ connections: [{ last_seen: world.clock.now() }] }] };
      assert.deepEqual(mine.body, { user_id: "@amy:test", devices: { [amy.device]: seen } });
      assert.deepEqual((await whois(auditor.token, "@amy:test")).body, mine.body);
      assert.equal(brief(await whois(auditor.token, "@nobody:test")), "404 M_NOT_FOUND");
      for (const user of ["@amy:test", "@nobody:test"])
        assert.equal(brief(await whois(bob.token, user)), "403 M_FORBIDDEN");
    });
  });
}
