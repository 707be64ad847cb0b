import { parseUserId, type UserId } from "@causeway/base";
import { engines, path, testWorld, TEST_PASSWORD, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  assert.ok(user);
  return user;
}

/** How a waiting sync ended, and after how many milliseconds. */
async function waiting(person: Person): Promise<{ readonly brief: string; readonly ms: number }> {
  const started = performance.now();
  const answer = await person.get("/sync", { since: person.since, timeout: 30_000 });
  return { brief: answer.brief, ms: performance.now() - started };
}

const login = (world: TestWorld, user: string, password = TEST_PASSWORD): ReturnType<TestWorld["call"]> =>
  world.call({
    method: "POST",
    path: "/login",
    body: { type: "m.login.password", identifier: { type: "m.id.user", user }, password },
  });

for (const engine of engines) {
  describe(`accounts in the whole server on ${engine}`, () => {
    test("who is deactivated, reset, signed out or signed in anew has no open sync five seconds later, and no way back", async () => {
      await using world = await testWorld({ engine });
      const { accounts } = world.server;
      const ends: Readonly<Record<string, (person: Person) => Promise<unknown>>> = {
        deactivated: (person) => accounts.deactivate(idOf(person)),
        reset: (person) => accounts.resetPassword(idOf(person), "a new long password"),
        "signed out": (person) => person.post("/logout"),
        "signed out everywhere": async (person) => (await person.device()).post("/logout/all"),
        "signed in anew": (person) => person.device(person.deviceId),
      };
      for (const [how, end] of Object.entries(ends)) {
        const person = await world.person("amy");
        const other = await world.person("bob");
        const room = await other.createRoomWith([person]);
        await person.sync();
        const open = [waiting(person), waiting(person)];
        await new Promise((resolve) => setTimeout(resolve, 200));
        await end(person);
        await other.send(room, "for nobody's eyes");
        for (const { brief, ms } of await Promise.all(open)) {
          assert.ok(ms < 5000, `${how}: ${ms} ms`);
          assert.equal(brief, "401 M_UNKNOWN_TOKEN", how);
        }
        assert.equal((await person.get("/account/whoami")).brief, "401 M_UNKNOWN_TOKEN", how);
        assert.equal((await person.get("/sync", { timeout: 0 })).brief, "401 M_UNKNOWN_TOKEN", how);
      }
    });

    test("a person who is deactivated leaves the rooms, and the others hear of it", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await bob.createRoomWith([amy]);
      await bob.sync();
      await world.server.accounts.deactivate(idOf(amy));
      const left = await bob.syncUntil((news) =>
        news
          .at("rooms", "join", room, "timeline", "events")
          .list.find((event) => event.at("content", "membership").value === "leave"),
      );
      assert.equal(left.at("state_key").value, amy.userId);
      assert.equal((await login(world, "amy")).brief, "403 M_FORBIDDEN");
    });

    test("wrong passwords run into limits by account and by address, which say how long to wait and end", async () => {
      await using world = await testWorld({ engine, env: { CAUSEWAY_RATE_LIMITS: "on" } });
      await world.person("amy");
      const answers = [];
      for (let tries = 0; tries < 12; tries += 1) answers.push(await login(world, "amy", `wrong ${tries}`));
      const [first] = answers;
      const last = answers.at(-1);
      assert.equal(first?.brief, "403 M_FORBIDDEN");
      assert.equal(last?.brief, "429 M_LIMIT_EXCEEDED");
      const wait = last?.at("retry_after_ms").number ?? 0;
      assert.ok(wait > 0);
      assert.equal(last?.headers.get("retry-after"), String(Math.ceil(wait / 1000)));
      world.clock.move(60_000);
      assert.equal((await login(world, "amy")).brief, "429 M_LIMIT_EXCEEDED", "the account's own limit lasts longer");
      world.clock.move(15 * 60_000);
      assert.equal((await login(world, "amy")).brief, "200");
    });

    test("who guesses tokens runs into a limit, and others do not", async () => {
      await using world = await testWorld({ engine, env: { CAUSEWAY_RATE_LIMITS: "on" } });
      const amy = await world.person("amy");
      const guess = (): ReturnType<TestWorld["call"]> =>
        world.call({ method: "GET", path: "/account/whoami", token: `cwa_${"x".repeat(43)}` });
      const answers = new Set<string>();
      for (let round = 0; round < 15; round += 1)
        for (const { brief } of await Promise.all(Array.from({ length: 50 }, guess))) answers.add(brief);
      assert.deepEqual([...answers].toSorted(), ["401 M_UNKNOWN_TOKEN", "429 M_LIMIT_EXCEEDED"]);
      assert.equal((await amy.get("/account/whoami")).brief, "200");
    });

    test("registration is closed, and the shared secret's endpoint does not exist, unless they were asked for", async () => {
      await using world = await testWorld({ engine });
      const register = {
        method: "POST",
        path: "/register",
        body: { username: "amy", password: TEST_PASSWORD },
      } as const;
      assert.equal((await world.call(register)).brief, "403 M_FORBIDDEN");
      for (const body of [{}, { nonce: "x" }, "{", undefined]) {
        for (const method of ["GET", "POST"] as const) {
          const call = { method, path: "/_synapse/admin/v1/register", ...(method === "POST" ? { body } : {}) };
          assert.equal((await world.call(call)).brief, "404 M_UNRECOGNIZED");
        }
      }
    });

    test("whose devices they are nobody else is told, and nobody else's name can be taken", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      assert.equal((await bob.get(path`/devices/${amy.deviceId}`)).brief, "404 M_NOT_FOUND");
      const same = await bob.device(amy.deviceId);
      assert.equal((await same.get("/account/whoami")).at("user_id").value, bob.userId);
      assert.equal(
        (await amy.get("/account/whoami")).at("user_id").value,
        amy.userId,
        "a device id is each person's own",
      );
    });
  });
}
