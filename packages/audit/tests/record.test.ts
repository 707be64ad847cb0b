import { instant, parseUserId } from "@causeway/base";
import { forEachEngine } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { auditMigrations, recordAudit } from "../src/index.ts";

const AMY = parseUserId("@amy:localhost") ?? assert.fail();
const count = { sql: "SELECT COUNT(*) AS n FROM audit_pending", parameters: [] };

forEachEngine((engine, open) => {
  describe(`recording on ${engine}`, () => {
    test("an entry is there when its change is, and not when the change fails", async () => {
      await using database = await open([auditMigrations]);
      const { db } = database;
      const lost = db.begin();
      recordAudit(lost, { act: "account.deactivated", by: AMY, on: AMY, at: instant(1) });
      lost.add({ sql: "UPDATE audit_tree SET size = size WHERE id = 7", parameters: [] }, { rows: 1, what: "it" });
      await assert.rejects(lost.commit());
      assert.equal((await db.first<{ readonly n: number }>(count))?.n, 0);
      const kept = db.begin();
      recordAudit(kept, { act: "account.deactivated", by: "operator", on: AMY, at: instant(1) });
      await kept.commit();
      assert.equal((await db.first<{ readonly n: number }>(count))?.n, 1);
    });
  });
});
