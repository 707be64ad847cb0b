import { forEachEngine } from "@causeway/testkit";
import type { Database } from "@causeway/platform";
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { auditMigrations, AuditLogError, KeyPlace, verifyLog } from "../src/index.ts";
import { keyDirectory, openLog } from "./world.ts";

async function run(db: Database, ...statements: readonly string[]): Promise<void> {
  const tx = db.begin();
  for (const sql of statements) tx.add({ sql, parameters: [] });
  await tx.commit();
}

async function acts(db: Database): Promise<readonly string[]> {
  const sql = "SELECT act FROM audit_entries ORDER BY idx";
  return (await db.all<{ readonly act: string }>({ sql, parameters: [] })).map(({ act }) => act);
}

forEachEngine((engine, open) => {
  describe(`starts of the log on ${engine}`, () => {
    test("the key is made once, for its owner alone, and a start goes on with it", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      {
        await using log = await openLog(database.db, keys);
        await log.record(5);
      }
      const line = readFileSync(join(keys.path, "log.key"), "utf8");
      assert.match(line, /^PRIVATE\+KEY\+localhost\/tlog\+[0-9a-f]{8}\+/);
      for (const file of readdirSync(keys.path)) assert.equal(statSync(join(keys.path, file)).mode & 0o077, 0, file);
      await using again = await openLog(database.db, keys);
      assert.equal(again.audit.published.size, 5);
      assert.equal(readFileSync(join(keys.path, "log.key"), "utf8"), line);
      assert.deepEqual(again.warned, []);
    });

    test("where no key can be kept the start says what to do", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      writeFileSync(keys.path, "a file is in the way");
      await assert.rejects(openLog(database.db, { path: join(keys.path, "keys") }), /audit.keyDirectory/);
    });

    test("a log that is shorter than its last checkpoint does not start, whatever else was put back", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      {
        await using log = await openLog(db, keys);
        await log.record(5);
        await log.audit.settle();
        copyFileSync(join(keys.path, "checkpoint"), `${keys.path}-old`);
        await log.record(5);
      }
      const before = readFileSync(join(keys.path, "checkpoint"), "utf8");
      await run(
        db,
        "DELETE FROM audit_entries WHERE idx >= 5",
        `UPDATE audit_tree SET size = 5, checkpoint = '${readFileSync(`${keys.path}-old`, "utf8")}'`,
      );
      await assert.rejects(openLog(db, keys), (error: Error) => {
        assert.ok(error instanceof AuditLogError);
        assert.match(error.message, /has 5 entries, and .* says that it had 10/);
        return true;
      });
      assert.equal(readFileSync(join(keys.path, "checkpoint"), "utf8"), before);
      // Gone altogether is shorter too.
      await run(db, "DELETE FROM audit_entries", "UPDATE audit_tree SET size = 0, checkpoint = ''");
      await assert.rejects(openLog(db, keys), AuditLogError);
      await assert.rejects(openLog(db, keys, { isPlaceNamed: false }), AuditLogError);
    });

    test("a log that is as long and another one does not start", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      {
        await using log = await openLog(database.db, keys);
        await log.record(5);
      }
      await run(
        database.db,
        "UPDATE audit_entries SET leaf = REPLACE(leaf, 'grant.revoked', 'grant.lapsed') WHERE idx = 2",
      );
      await assert.rejects(openLog(database.db, keys), /not the one that/);
    });

    test("a checkpoint beside the key that the key has not signed stops the start", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      {
        await using log = await openLog(database.db, keys);
        await log.record(5);
      }
      const file = join(keys.path, "checkpoint");
      writeFileSync(file, readFileSync(file, "utf8").replace("\n5\n", "\n4\n"));
      await assert.rejects(openLog(database.db, keys), /not a checkpoint that the log's key has signed/);
      writeFileSync(join(keys.path, "log.key"), "rubbish");
      rmSync(file);
      await assert.rejects(openLog(database.db, keys), /not the key of an audit log/);
    });

    test("where the operator has named the key's place the key must be there; else the log goes on under a new one, and says so", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      {
        await using log = await openLog(db, keys);
        await log.record(5);
      }
      const [first] = new KeyPlace(keys.path).verifiers();
      rmSync(keys.path, { recursive: true });
      await assert.rejects(openLog(db, keys), /the log has 5 entries: put it there/);
      assert.ok(!existsSync(keys.path), "nothing was made on the way");
      {
        await using log = await openLog(db, keys, { isPlaceNamed: false });
        assert.equal(log.audit.published.size, 6);
        assert.match(log.warned.join(), /under a new key/);
      }
      assert.equal((await acts(db)).at(-1), "log.key-begun");
      const [second] = new KeyPlace(keys.path).verifiers();
      assert.ok(second !== undefined && first !== undefined && second.vkey !== first.vkey);
      assert.notEqual(second.name, first.name, "two logs never have one name");
      rmSync(keys.path, { recursive: true });
      await using _log = await openLog(db, keys, { mayMakeKey: true });
      const check = { keys: new KeyPlace(keys.path).verifiers(), trusted: [], witnesses: [] };
      assert.deepEqual((await verifyLog(db, check)).faults, []);
    });

    test("a new data directory has a new log; the key of the one before signs no more, and what it signed can be checked", async () => {
      using keys = keyDirectory();
      await using first = await open([auditMigrations]);
      {
        await using log = await openLog(first.db, keys);
        await log.record(5);
      }
      const [old] = new KeyPlace(keys.path).verifiers();
      await using second = await open([auditMigrations]);
      await assert.rejects(openLog(second.db, keys, { isNew: true }), AuditLogError, "a named place is for one log");
      await using log = await openLog(second.db, keys, { isNew: true, isPlaceNamed: false });
      assert.equal(log.audit.published.size, 0);
      assert.match(log.warned.join(), /retired/);
      const all = new KeyPlace(keys.path).verifiers();
      assert.equal(all.length, 2);
      assert.equal(all[1]?.vkey, old?.vkey);
      assert.ok(existsSync(join(keys.path, `checkpoint.${old?.id}`)));
    });
  });
});
