import { openDatabase, statement, type Database, type MigrationSet } from "@causeway/platform";
import { engines, testLocation } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import postgres from "postgres";

const tables: MigrationSet = {
  of: "test",
  list: [
    {
      name: "0001",
      statements: (t) => [
        `CREATE TABLE test_rows (pos ${t.intKey}, part ${t.int} NOT NULL)`,
        `CREATE TABLE test_parts (pos ${t.int} NOT NULL, part ${t.int} NOT NULL, PRIMARY KEY (pos, part))`,
      ],
    },
  ],
};

const insert = statement("INSERT INTO test_rows (pos, part) VALUES (?, 0)");
const insertPart = statement("INSERT INTO test_parts (pos, part) VALUES (?, ?)");
const positions = statement<{ readonly pos: number }>("SELECT pos FROM test_rows ORDER BY pos");
const partial = statement<{ readonly pos: number }>(
  "SELECT pos FROM test_parts GROUP BY pos HAVING COUNT(*) <> 3 UNION SELECT r.pos FROM test_rows r WHERE NOT EXISTS (SELECT 1 FROM test_parts p WHERE p.pos = r.pos)",
);
const LOCK = 7_226_001;

interface Open extends AsyncDisposable {
  readonly db: Database;
  readonly admin: postgres.Sql;
  readonly location: string;
}

async function openOne(): Promise<Open> {
  const place = await testLocation("postgres");
  const db = await openDatabase({ location: place.location, migrations: [tables] });
  const admin = postgres(place.location, { max: 1, onnotice: () => undefined });
  return {
    db,
    admin,
    location: place.location,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await admin.end();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** Ends the connection that holds the writer's lock, whatever it is doing. */
async function killWriter(admin: postgres.Sql): Promise<number> {
  const ended = await admin`SELECT pg_terminate_backend(l.pid) AS done FROM pg_locks l
    JOIN pg_database d ON d.oid = l.database AND d.datname = current_database() WHERE l.locktype = 'advisory' AND l.granted AND l.objid = ${LOCK}`;
  return ended.length;
}

function commitOne(db: Database): { readonly pos: number; readonly done: Promise<void> } {
  const tx = db.begin();
  const pos = tx.position();
  tx.add(insert(pos));
  for (const part of [1, 2, 3]) tx.add(insertPart(pos, part));
  return { pos, done: tx.commit() };
}

interface Told {
  readonly kept: number[];
  readonly refused: number[];
}

/** Commits all the time until told to stop, and remembers what was said of each. */
async function load(db: Database, going: () => boolean): Promise<Told> {
  const told: Told = { kept: [], refused: [] };
  const waiting: Promise<void>[] = [];
  while (going()) {
    for (let index = 0; index < 60; index += 1) {
      const { pos, done } = commitOne(db);
      waiting.push(
        done.then(
          () => void told.kept.push(pos),
          () => void told.refused.push(pos),
        ),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
    if (waiting.length > 3000) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  return told;
}

function tests(): void {
  test("a connection killed in mid-batch loses nothing that was acknowledged and keeps nothing that was refused", async () => {
    await using open = await openOne();
    const { db, admin } = open;
    let going = true;
    const loading = load(db, () => going);
    let kills = 0;
    for (let round = 0; kills < 15; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20 + (round % 5) * 13));
      kills += await killWriter(admin);
    }
    going = false;
    const told = await loading;
    assert.ok(told.kept.length > 1000, `${told.kept.length} were kept`);
    const there = new Set((await db.all(positions())).map((row) => row.pos));
    assert.deepEqual(
      told.kept.filter((pos) => !there.has(pos)),
      [],
    );
    assert.deepEqual(
      told.refused.filter((pos) => there.has(pos)),
      [],
    );
    assert.deepEqual([...(await db.all(partial()))], []);
    await commitOne(db).done;
    assert.equal(await db.canWrite(), true);
  });

  test("a transaction that waits in the driver while the connection dies is not kept in parts", async () => {
    await using open = await openOne();
    const { db, admin } = open;
    // A batch that is far longer than the driver's pipeline, and a lock in its way: the kill finds it in the middle.
    const blocker = postgres(open.location, { max: 1, onnotice: () => undefined });
    await blocker.begin(async (held) => {
      await held`LOCK TABLE test_parts IN EXCLUSIVE MODE`;
      const commits = Array.from({ length: 200 }, () => commitOne(db));
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(await killWriter(admin), 1);
      void Promise.allSettled(commits.map((one) => one.done));
    });
    await blocker.end();
    await commitOne(db).done;
    assert.deepEqual([...(await db.all(partial()))], []);
    assert.equal((await db.all(positions())).length, 201);
  });

  test("a writer that lost its place to another server writes nothing until it has it back", async () => {
    await using open = await openOne();
    const { db, admin } = open;
    await commitOne(db).done;
    const other = postgres(open.location, { max: 1, onnotice: () => undefined });
    const waiting = other`SELECT pg_advisory_lock(${LOCK})`.execute();
    await new Promise((resolve) => setTimeout(resolve, 100));
    await killWriter(admin);
    await waiting;
    await assert.rejects(commitOne(db).done, /another (Causeway )?server/);
    assert.equal((await db.all(positions())).length, 1);
    await other.end();
    await commitOne(db).done;
    assert.equal((await db.all(positions())).length, 2);
  });

  test("a second server is refused", async () => {
    await using open = await openOne();
    await assert.rejects(openDatabase({ location: open.location, migrations: [tables] }), /another (Causeway )?server/);
    await commitOne(open.db).done;
  });
}

if (engines.includes("postgres")) describe("the PostgreSQL writer", tests);
