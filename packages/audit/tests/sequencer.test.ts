import { forEachEngine } from "@causeway/testkit";
import type { Database } from "@causeway/platform";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { auditMigrations, KeyPlace, recordAudit, verifyBeside, verifyLog } from "../src/index.ts";
import { DbTree } from "../src/db-tree.ts";
import { rootAt } from "../src/merkle/tree.ts";
import { parseCheckpoint } from "../src/note/checkpoint.ts";
import { AMY, keyDirectory, openLog } from "./world.ts";

async function idsIn(db: Database): Promise<readonly string[]> {
  const sql = "SELECT id FROM audit_entries ORDER BY idx";
  return (await db.all<{ readonly id: string }>({ sql, parameters: [] })).map(({ id }) => id);
}

async function expectRight(db: Database, keys: { readonly path: string }, entries: number): Promise<void> {
  const verdict = await verifyLog(db, { keys: new KeyPlace(keys.path).verifiers(), trusted: [], witnesses: [] });
  const beside = await verifyBeside(db);
  assert.deepEqual([verdict.faults, beside.faults, verdict.entries, beside.waiting], [[], [], entries, 0]);
}

/** Records one after another; gives the ids in the order of their commits. */
async function recordInOrder(db: Database, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const tx = db.begin();
    ids.push(recordAudit(tx, { act: "account.locked", by: "operator", on: AMY, at: AT }));
    await tx.commit();
  }
  return ids;
}

const AT = 1_700_000_000_000 as Parameters<typeof recordAudit>[1]["at"];

/** The same database for a log whose transactions come to grief as `commit` says. */
function withCommit(db: Database, commit: (real: () => Promise<void>) => Promise<void>): Database {
  return new Proxy(db, {
    get(target, name) {
      if (name !== "begin") {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return () => {
        const tx = target.begin();
        return { ...boundTx(tx), commit: () => commit(() => tx.commit()) };
      };
    },
  });
}

function boundTx(tx: ReturnType<Database["begin"]>): ReturnType<Database["begin"]> {
  return {
    add: (query, expect) => tx.add(query, expect),
    position: () => tx.position(),
    onCommitted: (listener) => tx.onCommitted(listener),
    commit: () => tx.commit(),
  };
}

forEachEngine((engine, open) => {
  describe(`numbering on ${engine}`, () => {
    test("entries get their places, and the checkpoint says how many there are and is kept beside the key", async () => {
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
      assert.deepEqual(parseCheckpoint(`${checkpoint.split("\n\n")[0]}\n`), { origin: "localhost/tlog", size, root });
      await expectRight(database.db, keys, 700);
    });

    test("what was committed first stands first, and what nobody numbered is numbered by the next start", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      const first = await recordInOrder(db, 40);
      {
        await using log = await openLog(db, keys);
        assert.equal(log.audit.published.size, 40);
      }
      const second = await recordInOrder(db, 10);
      await using _again = await openLog(db, keys);
      assert.deepEqual(await idsIn(db), [...first, ...second]);
      await expectRight(db, keys, 50);
    });

    test("an entry is signed for soon after its commit, without anybody asking", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      await using log = await openLog(database.db, keys);
      await log.record(1);
      while (log.audit.published.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // And so is one that another process has recorded, which wakes nobody here.
      await recordInOrder(database.db, 1);
      while (log.audit.published.size === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    });

    test("two sequencers on one database give each entry one place", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      await using one = await openLog(db, keys, { limits: { maxBatch: 7 } });
      await using other = await openLog(db, keys, { limits: { maxBatch: 5 } });
      for (let round = 0; round < 8; round += 1) {
        await Promise.all([one.record(15), other.record(15), one.audit.settle(), other.audit.settle()]);
      }
      await Promise.all([one.audit.settle(), other.audit.settle()]);
      await other.audit.settle();
      assert.equal(new Set(await idsIn(db)).size, 240);
      await expectRight(db, keys, 240);
    });

    test("a numbering that breaks off, before or after its commit, is done again and nothing twice", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      let turn = 0;
      const failures: unknown[] = [];
      const frail = withCommit(db, async (real) => {
        turn += 1;
        if (turn % 3 === 1) throw new Error("the power went before the commit");
        await real();
        if (turn % 3 === 2) throw new Error("the power went after the commit");
      });
      await recordInOrder(db, 30);
      for (let start = 0; start < 12; start += 1) {
        try {
          await using _log = await openLog(frail, keys, {
            limits: { maxBatch: 4 },
            failed: (error) => void failures.push(error),
          });
        } catch (error) {
          assert.match(String(error), /the power went/);
        }
      }
      await using log = await openLog(db, keys);
      assert.equal(log.audit.published.size, 30);
      assert.equal(new Set(await idsIn(db)).size, 30);
      await expectRight(db, keys, 30);
    });

    test("nobody sees a checkpoint that is not kept beside the key yet", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const place = new KeyPlace(keys.path);
      const failures: unknown[] = [];
      let isFull = false;
      const keep = place.keep.bind(place);
      place.keep = (checkpoint) => (isFull ? Promise.reject(new Error("no space left")) : keep(checkpoint));
      await using log = await openLog(database.db, keys, { place, failed: (error) => void failures.push(error) });
      await log.record(3);
      await log.audit.settle();
      isFull = true;
      await log.record(3);
      await assert.rejects(log.audit.settle(), /no space/);
      assert.equal(log.audit.published.size, 3);
      isFull = false;
      await log.audit.settle();
      assert.equal(log.audit.published.size, 6);
      assert.equal(readFileSync(join(keys.path, "checkpoint"), "utf8"), log.audit.published.checkpoint);
    });
  });
});
