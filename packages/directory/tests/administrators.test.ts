import { parseUserId, systemClock, type UserId } from "@causeway/base";
import { directoryMigrations, grantRole, type OperatorParts } from "@causeway/directory";
import { forEachEngine } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function person(localpart: string): UserId {
  const user = parseUserId(`@${localpart}:test`);
  assert.ok(user !== undefined);
  return user;
}

const amy = person("amy");

forEachEngine((engine, open) => {
  const operator = (db: OperatorParts["db"]): OperatorParts => ({
    db,
    clock: systemClock,
    accounts: { standingOf: (user) => Promise.resolve(user.startsWith("@nobody") ? "none" : "active") },
  });

  describe(`operators give roles on ${engine}`, () => {
    test("the first administrators are two people, made by two commands", async () => {
      await using database = await open([directoryMigrations]);
      const parts = operator(database.db);
      assert.equal((await grantRole(parts, { user: amy, role: "system-administrator" })).ok, true);
      const both = await grantRole(parts, { user: amy, role: "security-administrator" });
      assert.equal(!both.ok && both.error.code, "ROLES_EXCLUDE");
      assert.equal((await grantRole(parts, { user: person("bob"), role: "security-administrator" })).ok, true);
      assert.equal((await grantRole(parts, { user: amy, role: "system-administrator" })).ok, true, "again is no fault");
    });

    test("of both administrator roles given to one person at the same time, one holds", async () => {
      await using database = await open([directoryMigrations]);
      for (let round = 0; round < 10; round += 1) {
        const user = person(`u${round}`);
        const given = await Promise.all(
          ["system-administrator", "security-administrator", "system-administrator", "security-administrator"].map(
            // Each with a memory of its own, as processes have.
            (role) => grantRole(operator(database.db), { user, role }),
          ),
        );
        assert.deepEqual(given.map((one) => (one.ok ? "given" : one.error.code)).toSorted(), [
          "ROLES_EXCLUDE",
          "ROLES_EXCLUDE",
          "given",
          "given",
        ]);
      }
      const rows = await database.db.all<{ readonly user_id: string }>({
        sql: "SELECT user_id FROM directory_roles WHERE is_over = 0",
        parameters: [],
      });
      assert.equal(new Set(rows.map((row) => row.user_id)).size, 10);
      assert.equal(rows.length, 10);
    });

    test("the database itself refuses both, whoever writes", async () => {
      await using database = await open([directoryMigrations]);
      const put = (id: string, role: string): Promise<void> => {
        const tx = database.db.begin();
        tx.add({
          sql: "INSERT INTO directory_roles (id, user_id, role, begins, is_over, rev) VALUES (?, '@amy:test', ?, 0, 0, 1)",
          parameters: [id, role],
        });
        return tx.commit();
      };
      await put("a", "system-administrator");
      await put("b", "auditor");
      await assert.rejects(put("c", "security-administrator"));
    });

    test("only roles that can be given are, and only to accounts that are there", async () => {
      await using database = await open([directoryMigrations]);
      const parts = operator(database.db);
      for (const role of ["head", "officer", "delegate", "root", "__proto__", ""]) {
        const given = await grantRole(parts, { user: amy, role });
        assert.equal(!given.ok && given.error.code, "M_INVALID_PARAM", role);
      }
      const nobody = await grantRole(parts, { user: person("nobody"), role: "auditor" });
      assert.equal(!nobody.ok && nobody.error.code, "DIRECTORY_UNKNOWN");
      const nowhere = await grantRole(parts, { user: amy, role: "ditso", department: "XX" });
      assert.equal(!nowhere.ok && nowhere.error.code, "DIRECTORY_UNKNOWN");
      const unsaid = await grantRole(parts, { user: amy, role: "ditso" });
      assert.equal(!unsaid.ok && unsaid.error.code, "DIRECTORY_CONFLICT");
    });
  });
});
