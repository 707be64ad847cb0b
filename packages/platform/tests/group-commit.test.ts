import { PositionOrderError, statement, UnmetExpectation, type Database, type MigrationSet } from "@causeway/platform";
import { forEachEngine } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const tables: MigrationSet = {
  of: "test",
  list: [
    {
      name: "0001",
      statements: (t) => [
        `CREATE TABLE test_rows (id ${t.intKey}, word ${t.text} NOT NULL)`,
        `CREATE TABLE test_counter (id ${t.intKey}, n ${t.int} NOT NULL)`,
        "INSERT INTO test_counter (id, n) VALUES (1, 0)",
      ],
    },
  ],
};

const insert = statement("INSERT INTO test_rows (id, word) VALUES (?, ?)");
const rows = statement<{ readonly id: number; readonly word: string }>("SELECT id, word FROM test_rows ORDER BY id");
const move = statement("UPDATE test_counter SET n = ? WHERE id = 1 AND n = ?");
const counter = statement<{ readonly n: number }>("SELECT n FROM test_counter WHERE id = 1");
const kept = statement<{ readonly head: number }>("SELECT head FROM stream");

async function words(db: Database): Promise<string[]> {
  return (await db.all(rows())).map((row) => row.word);
}

/** What became of some commits: `ok`, what they expected, or `failed`. */
async function fates(commits: readonly Promise<void>[]): Promise<string[]> {
  return (await Promise.allSettled(commits)).map((one) => {
    if (one.status === "fulfilled") return "ok";
    return one.reason instanceof UnmetExpectation ? one.reason.what : "failed";
  });
}

function put(db: Database, id: number, word: string): Promise<void> {
  const tx = db.begin();
  tx.add(insert(id, word));
  return tx.commit();
}

function moveCounter(db: Database, from: number): Promise<void> {
  const tx = db.begin();
  tx.add(move(from + 1, from), { rows: 1, what: "counter" });
  tx.add(insert(from + 1, `moved ${from + 1}`));
  return tx.commit();
}

forEachEngine((engine, open) => {
  describe(`transactions that share a commit, on ${engine}`, () => {
    test("one that fails takes nothing of the others with it, and leaves nothing of itself", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const broken = db.begin();
      broken.add(insert(2, "half"));
      broken.add({ sql: "INSERT INTO test_nothing (id) VALUES (?)", parameters: [1] });
      const commits = [put(db, 1, "first"), broken.commit(), put(db, 3, "third"), put(db, 3, "twice")];
      assert.deepEqual(await fates(commits), ["ok", "failed", "ok", "failed"]);
      assert.deepEqual(await words(db), ["first", "third"]);
      assert.equal(db.stats().failures, 2);
    });

    test("an expectation that is not met rolls back alone, and says which one it was", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const commits = [put(db, 100, "before"), moveCounter(db, 5), put(db, 101, "after")];
      assert.deepEqual(await fates(commits), ["ok", "counter", "ok"]);
      assert.deepEqual(await words(db), ["before", "after"]);
      assert.equal((await db.first(counter()))?.n, 0);
    });

    test("a value that no column holds fails alone", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const odd = db.begin();
      odd.add({ sql: "INSERT INTO test_rows (id, word) VALUES (?, ?)", parameters: [2, { an: "object" }] });
      assert.deepEqual(await fates([put(db, 1, "good"), odd.commit()]), ["ok", "failed"]);
      const never = db.begin();
      never.add({ sql: "INSERT INTO test_rows (id, word) VALUES (?, ?)", parameters: [3, Symbol("x")] });
      assert.deepEqual(await fates([never.commit()]), ["failed"]);
      assert.deepEqual(await fates([put(db, 4, "later")]), ["ok"]);
      assert.deepEqual(await words(db), ["good", "later"]);
    });

    test("those built on one that is lost are lost as well, also when they were already on their way", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const commits: Promise<void>[] = [];
      for (let round = 0; round < 200; round += 1) {
        // Number 120 believes in a counter that is not there: it and all after it fail, none before it.
        commits.push(moveCounter(db, round < 120 ? round : round + 1));
        if (round % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const all = await fates(commits);
      assert.deepEqual(all.slice(0, 120), Array<string>(120).fill("ok"));
      assert.deepEqual(all.slice(120), Array<string>(80).fill("counter"));
      assert.equal((await db.first(counter()))?.n, 120);
    });

    test("listeners hear of commits in the order of positions, before the commit resolves, and see the head there", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const heard: number[] = [];
      const heads: number[] = [];
      const commits: Promise<void>[] = [];
      for (let index = 0; index < 300; index += 1) {
        const tx = db.begin();
        tx.position();
        const pos = tx.position();
        tx.add(insert(index % 10 === 3 ? 1_000_000 : pos, "x")); // one in ten fails, all but the first of them
        tx.onCommitted(() => {
          heard.push(pos);
          heads.push(db.stream.head());
        });
        const at = tx.commit().then(() => assert.equal(heard.at(-1) !== undefined && heard.includes(pos), true));
        commits.push(at);
        if (index % 11 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const all = await fates(commits);
      assert.equal(all.filter((one) => one === "failed").length, 29);
      assert.deepEqual(
        heard,
        heard.toSorted((a, b) => a - b),
      );
      assert.deepEqual(heads, heard);
      // Positions of those that failed are used up all the same.
      assert.equal(db.stream.head(), 601);
      assert.equal(Number((await db.first(kept()))?.head), 601);
    });

    test("a listener that fails is its own transaction's surprise: the others of its commit are told, and the next commits go on", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const broken = db.begin();
      broken.add(insert(1, "kept all the same"));
      broken.onCommitted(() => {
        throw new Error("a surprise");
      });
      assert.deepEqual(await fates([broken.commit(), put(db, 2, "beside it")]), ["failed", "ok"]);
      assert.deepEqual(await fates([put(db, 3, "after it")]), ["ok"]);
      assert.deepEqual(await words(db), ["kept all the same", "beside it", "after it"]);
    });

    test("a transaction that was overtaken between its position and its commit is refused", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const slow = db.begin();
      slow.position();
      const quick = db.begin();
      quick.position();
      await quick.commit();
      await assert.rejects(slow.commit(), PositionOrderError);
      await assert.rejects(quick.commit(), /once/);
    });

    test("readiness is asked in the middle of everything, and commits nothing of anybody else's", async () => {
      await using place = await open([tables]);
      const { db } = place;
      const commits: Promise<string[]>[] = [];
      const ready: Promise<boolean>[] = [];
      for (let round = 0; round < 50; round += 1) {
        commits.push(fates([put(db, 1000 + round, "good"), moveCounter(db, 7)]));
        ready.push(db.canWrite());
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.deepEqual(new Set(await Promise.all(ready)), new Set([true]));
      for (const fate of await Promise.all(commits)) assert.deepEqual(fate, ["ok", "counter"]);
      assert.deepEqual(await words(db), Array<string>(50).fill("good"));
    });

    test("a position is never given out again after a restart, also not one whose transaction failed", async () => {
      await using place = await open([tables]);
      const failing = place.db.begin();
      failing.position();
      failing.position();
      failing.add(move(1, 99), { rows: 1, what: "counter" });
      assert.deepEqual(await fates([failing.commit()]), ["counter"]);
      assert.equal(Number((await place.db.first(kept()))?.head), 3);
    });
  });
});
