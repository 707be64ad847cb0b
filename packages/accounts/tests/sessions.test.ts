import { engines } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accountsWorld, brief, PASSWORD, sessionOf, type World } from "./world.ts";

const WHOAMI = "/_matrix/client/v3/account/whoami";

async function refreshed(
  world: World,
  token: string,
): Promise<{ readonly brief: string; readonly token: string; readonly refresh: string }> {
  const answered = await world.call("POST", "/_matrix/client/v3/refresh", { body: { refresh_token: token } });
  return {
    brief: brief(answered),
    token: String(answered.body["access_token"]),
    refresh: String(answered.body["refresh_token"]),
  };
}

async function whoami(world: World, token: string): Promise<string> {
  return brief(await world.call("GET", WHOAMI, { token }));
}

const GONE = "401 M_UNKNOWN_TOKEN";

for (const engine of engines) {
  describe(`sessions on ${engine}`, () => {
    test("an access token that expired is a soft logout, and the refresh token gives a new one", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      world.clock.move(60 * 60_000 + 1);
      const expired = await world.call("GET", WHOAMI, { token: amy.token });
      assert.equal(brief(expired), GONE);
      assert.equal(expired.body["soft_logout"], true);
      const next = await refreshed(world, amy.refresh);
      assert.equal(await whoami(world, next.token), "200");
    });

    test("the old tokens hold until the new access token is used once", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      assert.equal(await whoami(world, amy.token), "200");
      const lost = await refreshed(world, amy.refresh);
      assert.equal(await whoami(world, amy.token), "200");
      const next = await refreshed(world, amy.refresh);
      assert.equal(next.brief, "200", "the answer may have been lost");
      assert.equal(await whoami(world, next.token), "200");
      assert.equal(await whoami(world, amy.token), GONE);
      assert.notEqual(lost.token, next.token);
    });

    test("a refresh token that was exchanged and replaced ends the session when somebody uses its copy", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true, device_id: "DESK" });
      const next = await refreshed(world, amy.refresh);
      assert.equal(await whoami(world, next.token), "200");
      assert.equal((await refreshed(world, amy.refresh)).brief, GONE);
      assert.equal(await whoami(world, next.token), GONE);
      assert.equal((await refreshed(world, next.refresh)).brief, GONE);
      assert.deepEqual(world.told, ["keys @amy:test DESK", "ended @amy:test DESK"]);
    });

    test("a copy that exchanges before the owner's new tokens are used is found out by the owner's next request", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      const owner = await refreshed(world, amy.refresh);
      const thief = await refreshed(world, amy.refresh);
      assert.equal(await whoami(world, thief.token), "200");
      assert.equal(await whoami(world, owner.token), GONE);
      assert.equal(await whoami(world, thief.token), GONE);
    });

    test("of exchanges of one refresh token at the same time exactly one succeeds", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      const all = await Promise.all(Array.from({ length: 8 }, () => world.accounts.sessions.refresh(amy.refresh)));
      const won = all.filter((one) => one.ok);
      assert.equal(won.length, 1);
      const [winner] = won;
      assert.ok(winner?.ok === true);
      assert.equal(await whoami(world, winner.value.access_token), "200");
    });

    test("an access token is no refresh token, nor the other way round, and rubbish is neither", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      assert.equal((await refreshed(world, amy.token)).brief, GONE);
      assert.equal(await whoami(world, amy.refresh), GONE);
      assert.equal((await refreshed(world, "x")).brief, GONE);
      assert.equal(await whoami(world, `cwa_${"A".repeat(43)}`), GONE);
      assert.equal(await whoami(world, amy.token), "200");
    });

    test("signing out ends that session at once, its keys in the same transaction, and no other", async () => {
      await using world = await accountsWorld({ engine });
      const desk = await world.person("amy", { device_id: "DESK", refresh_token: true });
      const phone = sessionOf(await world.login("amy", { device_id: "PHONE" }));
      assert.equal(await whoami(world, desk.token), "200");
      assert.equal(
        (await world.call("POST", "/_matrix/client/v3/logout", { token: desk.token, body: {} })).status,
        200,
      );
      assert.equal(await whoami(world, desk.token), GONE);
      assert.equal((await refreshed(world, desk.refresh)).brief, GONE);
      assert.equal(await whoami(world, phone.token), "200");
      assert.deepEqual(world.told, ["keys @amy:test DESK", "ended @amy:test DESK"]);
      await world.call("POST", "/_matrix/client/v3/logout/all", { token: phone.token, body: {} });
      assert.equal(await whoami(world, phone.token), GONE);
    });

    test("tokens hold over a restart, and only hashes of them are kept", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { refresh_token: true });
      const after = await world.restarted().authenticate(amy.token);
      assert.equal(after.ok && after.value.user, "@amy:test");
      const rows = await world.accounts.options.db.all<Record<string, unknown>>({
        sql: "SELECT * FROM accounts_tokens",
        parameters: [],
      });
      const kept = JSON.stringify(rows);
      for (const token of [amy.token, amy.refresh]) assert.equal(kept.includes(token.slice(4)), false);
    });

    test("a token is looked up once; memory that is too small is no fault", async () => {
      await using world = await accountsWorld({ engine, limits: { maxTokensInMemory: 2 } });
      const people = await Promise.all(["amy", "bob", "carol", "dan"].map((name) => world.person(name)));
      for (let round = 0; round < 3; round += 1) {
        for (const one of people) assert.equal(await whoami(world, one.token), "200");
      }
      const last = people.at(-1);
      assert.ok(last !== undefined);
      assert.equal("then" in world.accounts.authenticate(last.token), false, "answered without waiting");
    });

    test("when a session was last seen is kept, soon and over a restart", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy");
      const user = world.accounts.userOf("amy");
      assert.ok(user !== undefined);
      world.clock.move(11 * 60_000);
      const now = world.clock.now();
      await whoami(world, amy.token);
      assert.equal((await world.accounts.devicesOf(user))[0]?.lastSeen, now);
      await world.accounts.settle();
      assert.equal((await world.restarted().devicesOf(user))[0]?.lastSeen, now);
    });

    test("deactivation ends every session, frees no name, lets nobody back in, and is announced", async () => {
      await using world = await accountsWorld({ engine });
      const desk = await world.person("amy", { device_id: "DESK", refresh_token: true });
      assert.equal(await whoami(world, desk.token), "200");
      const user = world.accounts.userOf("amy");
      assert.ok(user !== undefined);
      assert.equal(await world.accounts.isActive(user), true);
      const ended = await world.accounts.deactivate(user);
      assert.equal(ended.ok, true);
      assert.equal(await whoami(world, desk.token), GONE);
      assert.equal((await refreshed(world, desk.refresh)).brief, GONE);
      assert.equal(brief(await world.login("amy")), "403 M_FORBIDDEN");
      assert.equal(await world.accounts.isActive(user), false);
      assert.deepEqual(world.told, ["keys @amy:test DESK", "ended @amy:test DESK", "left @amy:test"]);
      const again = await world.accounts.createUser({ localpart: "amy", password: PASSWORD });
      assert.equal(again.ok, false);
    });

    test("a deactivation whose followers failed is announced again after a restart", async () => {
      await using world = await accountsWorld({ engine, failingDepartures: 1 });
      await world.person("amy", { device_id: "DESK" });
      const user = world.accounts.userOf("amy");
      assert.ok(user !== undefined);
      await world.accounts.deactivate(user);
      assert.equal(world.told.includes("left @amy:test"), false);
      const restarted = world.restarted();
      await restarted.resume();
      await restarted.settle();
      await restarted.resume();
      await restarted.settle();
      assert.equal(world.told.filter((one) => one === "left @amy:test").length, 1);
    });

    test("a deactivation while signing in leaves no session", async () => {
      await using world = await accountsWorld({ engine });
      await world.person("amy");
      const user = world.accounts.userOf("amy");
      assert.ok(user !== undefined);
      const logins = Array.from({ length: 4 }, () => world.login("amy"));
      await world.accounts.deactivate(user);
      const tokens = (await Promise.all(logins)).filter((one) => one.status === 200).map((one) => sessionOf(one).token);
      for (const token of tokens) assert.equal(await whoami(world, token), GONE);
      assert.equal((await world.accounts.devicesOf(user)).length, 0);
    });

    test("several leavers' sessions end in one transaction of somebody else's", async () => {
      await using world = await accountsWorld({ engine });
      const amy = await world.person("amy", { device_id: "A" });
      const bob = await world.person("bob", { device_id: "B" });
      const ids = ["amy", "bob"].flatMap((name) => world.accounts.userOf(name) ?? []);
      const [endAmy, endBob] = await Promise.all([
        world.accounts.prepareDeactivation(ids[0] ?? assert.fail()),
        world.accounts.prepareEndOfSessions(ids[1] ?? assert.fail()),
      ]);
      const tx = world.accounts.options.db.begin();
      endAmy(tx);
      endBob(tx);
      await tx.commit();
      await world.accounts.settle();
      assert.equal(await whoami(world, amy.token), GONE);
      assert.equal(await whoami(world, bob.token), GONE);
      assert.equal(brief(await world.login("amy")), "403 M_FORBIDDEN");
      assert.equal((await world.login("bob")).status, 200);
    });
  });
}
