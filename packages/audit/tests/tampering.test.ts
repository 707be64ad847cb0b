import { forEachEngine } from "@causeway/testkit";
import type { Database } from "@causeway/platform";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { auditMigrations, KeyPlace, openCheckpoint, verifyBeside, verifyLog, type Compared } from "../src/index.ts";
import { signCheckpoint } from "../src/note/checkpoint.ts";
import { AMY, keyDirectory, openLog } from "./world.ts";

const CHECK = { witnesses: [], trusted: [] };

async function run(db: Database, sql: string, ...parameters: readonly (string | number | Uint8Array)[]): Promise<void> {
  const tx = db.begin();
  tx.add({ sql, parameters });
  await tx.commit();
}

/** What is wrong with a log, as words. */
async function wrong(
  db: Database,
  keys: { readonly path: string },
  trusted: readonly Compared[] = [],
): Promise<string[]> {
  const place = new KeyPlace(keys.path);
  const log = await verifyLog(db, { ...CHECK, keys: place.verifiers(), trusted });
  const faults = [...log.faults, ...(await verifyBeside(db)).faults];
  return [...new Set(faults.map(({ kind }) => kind))].toSorted();
}

/** A byte of a text or of bytes, changed. */
function flipped(value: unknown, at: number): string | number | Uint8Array {
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") {
    const place = at % Math.max(1, value.length);
    return `${value.slice(0, place)}${value[place] === "7" ? "8" : "7"}${value.slice(place + 1)}`;
  }
  const bytes = Buffer.from(value instanceof Uint8Array ? value : []);
  bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ 1;
  return bytes;
}

interface Kept {
  readonly table: string;
  readonly keys: readonly string[];
  readonly columns: readonly string[];
}

/** Everything that the log keeps but the order of what waits. */
const KEPT: readonly Kept[] = [
  { table: "audit_entries", keys: ["idx"], columns: ["id", "act", "at", "thing", "leaf", "idx"] },
  { table: "audit_tiles", keys: ["level", "n"], columns: ["hashes", "n", "level"] },
  { table: "audit_tree", keys: ["id"], columns: ["size", "checkpoint"] },
  { table: "audit_blinded", keys: ["entry", "field"], columns: ["salt", "value", "kind", "field", "entry"] },
];

forEachEngine((engine, open) => {
  describe(`tampering on ${engine}`, () => {
    test("a changed byte of anything that is kept is found, wherever it is", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      const log = await openLog(db, keys);
      await log.record(300);
      await log.record(3, "@ben:localhost");
      await log[Symbol.asyncDispose]();
      assert.deepEqual(await wrong(db, keys), []);
      for (const { table, keys: names, columns } of KEPT) {
        const rows = await db.all<Readonly<Record<string, string | number | Uint8Array>>>({
          sql: `SELECT * FROM ${table}`,
          parameters: [],
        });
        assert.ok(rows.length > 0, table);
        const where = names.map((name) => `${name} = ?`).join(" AND ");
        for (const [at, row] of [...rows.entries()].filter(([at]) => at % 37 === 0 || at === rows.length - 1)) {
          for (const column of columns) {
            const value = row[column];
            if (value === null || value === undefined) continue;
            const changed = flipped(value, at * 13 + 5);
            const identity = names.map((name) => (name === column ? changed : (row[name] ?? "")));
            // What another row has already cannot be given to this one: the database refuses it.
            const set = `UPDATE ${table} SET ${column} = ? WHERE ${where}`;
            const isDone = await run(db, set, changed, ...names.map((name) => row[name] ?? "")).then(
              () => true,
              () => false,
            );
            if (!isDone) continue;
            assert.notDeepEqual(await wrong(db, keys), [], `${table}.${column} of row ${at}`);
            await run(db, set, value, ...identity);
          }
        }
      }
      assert.deepEqual(await wrong(db, keys), []);
    });

    test("an entry that was dropped is found: in the middle, at the end, and with what was kept of the tree", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      const log = await openLog(db, keys);
      await log.record(260);
      await log[Symbol.asyncDispose]();
      const early = openedIn(keys);
      const [row] = await db.all<{
        readonly leaf: string;
        readonly id: string;
        readonly act: string;
        readonly at: number;
      }>({
        sql: "SELECT id, act, at, leaf FROM audit_entries WHERE idx = 100",
        parameters: [],
      });
      assert.ok(row !== undefined);
      await run(db, "DELETE FROM audit_entries WHERE idx = 100");
      assert.deepEqual(await wrong(db, keys), ["audit-entry-missing", "audit-value-without-entry"]);
      // The gap closed, so that nothing is missing by its number.
      await run(db, "UPDATE audit_entries SET idx = -idx WHERE idx > 100");
      await run(db, "UPDATE audit_entries SET idx = -idx - 1 WHERE idx < 0");
      assert.deepEqual(await wrong(db, keys), ["audit-shorter", "audit-tile", "audit-value-without-entry"]);
      await run(db, "DELETE FROM audit_blinded WHERE entry = ?", row.id);
      await run(db, "UPDATE audit_tree SET size = 259");
      assert.ok((await wrong(db, keys)).includes("audit-checkpoint"));
      // Only the key can make a checkpoint for it, and then the one from before tells.
      const signer = new KeyPlace(keys.path).signer() ?? assert.fail();
      const { root } = await verifyLog(db, { ...CHECK, keys: [signer] });
      await run(db, "UPDATE audit_tree SET checkpoint = ?", signCheckpoint({ size: 259, root }, signer));
      await run(db, "DELETE FROM audit_tiles");
      assert.deepEqual(await wrong(db, keys, [{ of: "trusted", checkpoint: early }]), ["audit-shorter", "audit-tile"]);
    });

    test("entries in another order are found", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      const log = await openLog(db, keys);
      await log.record(20);
      await log[Symbol.asyncDispose]();
      for (const [from, to] of [
        [5, -1],
        [6, 5],
        [-1, 6],
      ] as const)
        await run(db, "UPDATE audit_entries SET idx = ? WHERE idx = ?", to, from);
      assert.deepEqual(await wrong(db, keys), ["audit-root"]);
    });

    test("another history under the right key is found by whoever has a checkpoint of the first one", async () => {
      await using database = await open([auditMigrations]);
      await using forked = await open([auditMigrations]);
      using keys = keyDirectory();
      const first = await openLog(database.db, keys);
      await first.record(20);
      await first[Symbol.asyncDispose]();
      const published = openedIn(keys);
      // Whoever has the key takes away what is beside it, and makes a log that is right in itself.
      const place = new KeyPlace(keys.path);
      const line = readFileSync(join(keys.path, "log.key"), "utf8");
      place.retire();
      const other = await openLog(forked.db, keys, { mayMakeKey: true });
      await other.record(25);
      await other[Symbol.asyncDispose]();
      const { writeFileSync } = await import("node:fs");
      writeFileSync(join(keys.path, "log.key"), line);
      const signer = new KeyPlace(keys.path).signer() ?? assert.fail();
      const { root } = await verifyLog(forked.db, { ...CHECK, keys: [signer] });
      await run(forked.db, "UPDATE audit_tree SET checkpoint = ?", signCheckpoint({ size: 25, root }, signer));
      const check = { ...CHECK, keys: [signer] };
      assert.deepEqual((await verifyLog(forked.db, check)).faults, []);
      const trusted = [{ of: "trusted", checkpoint: published }];
      const { faults } = await verifyLog(forked.db, { ...check, trusted });
      assert.deepEqual(
        faults.map(({ kind, at }) => [kind, at["checkpoint"]]),
        [["audit-root", "trusted"]],
      );
    });

    test("erasing a person takes every salt and value of theirs, and the log is as right as before", async () => {
      await using database = await open([auditMigrations]);
      using keys = keyDirectory();
      const { db } = database;
      const log = await openLog(db, keys);
      await log.record(30);
      const proof = await log.audit.operations["prove-audit"]?.({ on: ["gr_thing0001"], disclose: true });
      assert.ok(proof?.ok === true && JSON.stringify(proof.value).includes(AMY));
      const erased = await log.audit.operations["erase-person"]?.({ user: "amy" });
      assert.deepEqual(erased, { ok: true, value: { userId: AMY, values: 60 } });
      await log.audit.settle();
      const left = await db.all<{ readonly value: string }>({
        sql: "SELECT value FROM audit_blinded WHERE value = ? OR value LIKE 'reason%'",
        parameters: [AMY],
      });
      assert.equal(left.length, 0);
      assert.deepEqual(await wrong(db, keys), []);
      const { checkProof, readProof } = await import("../src/index.ts");
      const file = String(Reflect.get(Object(proof.value), "proof"));
      const read = readProof(file) ?? assert.fail("no proof");
      assert.ok(!("fault" in checkProof(read, new KeyPlace(keys.path).verifiers())), "an old proof stays right");
      const later = await log.audit.operations["prove-audit"]?.({ on: ["gr_thing0001"], disclose: true });
      assert.ok(later?.ok === true && !JSON.stringify(later.value).includes(AMY));
      await log[Symbol.asyncDispose]();
    });
  });
});

function openedIn(keys: { readonly path: string }): Compared["checkpoint"] {
  const opened = openCheckpoint(
    readFileSync(join(keys.path, "checkpoint"), "utf8"),
    new KeyPlace(keys.path).verifiers(),
  );
  assert.ok(typeof opened !== "string");
  return opened;
}
