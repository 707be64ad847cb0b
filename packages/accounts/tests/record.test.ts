import { parseUserId } from "@causeway/base";
import { auditActs } from "@causeway/contract";
import { engines, testWorld, TEST_PASSWORD, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

/** What was recorded of somebody: acts, by whom, in their order. */
async function recorded(world: TestWorld, on: Person): Promise<readonly string[]> {
  await world.server.audit.settle();
  const rows = await world.server.db.all<{
    readonly act: string;
    readonly leaf: string;
    readonly by_user: string | null;
  }>({
    sql: `SELECT e.act, e.leaf, (SELECT value FROM audit_blinded WHERE entry = e.id AND field = 'by') AS by_user FROM audit_entries e
          JOIN audit_blinded b ON b.entry = e.id AND b.field IN ('on', 'person') WHERE b.value = ? ORDER BY e.idx`,
    parameters: [on.userId],
  });
  return rows.map(({ act, leaf, by_user: by }) => {
    assert.ok(Object.hasOwn(auditActs, act) && !leaf.includes("localhost"), leaf);
    return `${act} by ${by ?? /"by":"([a-z]+)"/.exec(leaf)?.[1]}`;
  });
}

for (const engine of engines) {
  describe(`what is recorded of accounts on ${engine}`, () => {
    test("signing in and out, passwords, locks and ends of accounts, each with who did it", async () => {
      await using world = await testWorld({ engine });
      const [admin, security, amy] = await world.people("admin", "security", "amy");
      const { grantRole } = await import("@causeway/directory");
      const { db, accounts, audit } = world.server;
      for (const [person, role] of [
        [admin, "system-administrator"],
        [security, "security-administrator"],
      ] as const) {
        const user = parseUserId(person.userId) ?? assert.fail();
        assert.ok((await grantRole({ db, clock: world.clock, accounts, audit: audit.record }, { user, role })).ok);
      }
      await world.server.directory.tick();
      const identifier = { type: "m.id.user", user: "amy" };
      const signIn = { type: "m.login.password", identifier, password: TEST_PASSWORD };
      const token = (await world.call({ method: "POST", path: "/login", body: signIn })).ok().at("access_token").text;
      (await world.call({ method: "POST", path: "/logout", token, body: {} })).ok();
      const wrong = await world.call({ method: "POST", path: "/login", body: { ...signIn, password: "wrong" } });
      assert.equal(wrong.brief, "403 M_FORBIDDEN");
      const auth = { type: "m.login.password", identifier, password: TEST_PASSWORD };
      (
        await amy.post("/account/password", { new_password: "another long password", logout_devices: false, auth })
      ).ok();
      const theirs = `/causeway/v1/accounts/${encodeURIComponent(security.userId)}/password`;
      const taken = await admin.post(theirs, { new_password: "to become them" });
      assert.equal(taken.brief, "403 NOT_PERMITTED", "whoever knew it would hold both roles");
      assert.equal(taken.at("reason").value, "roles-exclude");
      const own = encodeURIComponent(amy.userId);
      const signIn2 = { ...signIn, password: "another long password" };
      (await admin.put(`/_matrix/client/v1/admin/lock/${own}`, { locked: true })).ok();
      (await admin.put(`/_matrix/client/v1/admin/lock/${own}`, { locked: false })).ok();
      const lost = (await world.call({ method: "POST", path: "/login", body: signIn2 })).ok().at("device_id").text;
      (await security.post(`/causeway/v1/accounts/${own}/devices/${lost}/sign-out`)).ok();
      const before = await recorded(world, amy);
      assert.deepEqual(before, [
        "account.made by operator",
        "session.began by @amy:localhost",
        "session.began by @amy:localhost",
        "session.ended by @amy:localhost",
        "password.changed by @amy:localhost",
        "account.locked by @admin:localhost",
        "account.unlocked by @admin:localhost",
        "session.began by @amy:localhost",
        "session.ended by @security:localhost",
      ]);
      assert.ok((await accounts.deactivate(parseUserId(amy.userId) ?? assert.fail())).ok);
      await world.server.directory.settle();
      assert.deepEqual((await recorded(world, amy)).slice(before.length, before.length + 2), [
        "account.deactivated by operator",
        "session.ended by operator",
      ]);
      assert.deepEqual(await recorded(world, admin), [
        "account.made by operator",
        "session.began by @admin:localhost",
        "role.given by operator",
      ]);
    });
  });
}
