import { forEachEngine } from "@causeway/testkit";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { auditMigrations } from "../src/index.ts";
import { DbTree } from "../src/db-tree.ts";
import { rootAt } from "../src/merkle/tree.ts";
import { parseCheckpoint } from "../src/note/checkpoint.ts";
import { keyDirectory, openLog } from "./world.ts";

forEachEngine((engine, open) => {
  describe(`numbering on ${engine}`, () => {
    test("entries get their places in the order of their commits, and the checkpoint says how many there are", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      await using log = await openLog(database.db, keys);
      assert.equal(log.audit.published.size, 0);
      await log.record(700);
      await log.audit.settle();
      const { size, root, checkpoint } = log.audit.published;
      assert.equal(size, 700);
      assert.equal(await rootAt(new DbTree(database.db, 8), 700), root);
      assert.equal(readFileSync(join(keys.path, "checkpoint"), "utf8"), checkpoint);
      assert.deepEqual(parseCheckpoint(checkpoint.split("\n\n")[0] + "\n"), { origin: "localhost/tlog", size, root });
      const rows = await database.db.all<{ readonly idx: number; readonly id: string }>({
        sql: "SELECT idx, id FROM audit_entries ORDER BY idx",
        parameters: [],
      });
      assert.deepEqual(
        rows.map(({ idx }) => idx),
        rows.map((_, at) => at),
      );
    });
  });
});
