import { parseServerName } from "@causeway/base";
import { checkEverything } from "@causeway/cli";
import { openSnapshot, placesIn, readSigner } from "@causeway/platform";
import { engines, runSql } from "@causeway/testkit";
import assert from "node:assert/strict";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fill, makeRoom, redact, send, type Filled } from "./fill.ts";
import { call, operatorsWorld, PASSWORD, tokenOf, type OperatorsWorld } from "./world.ts";

/** Damage done to one table: what must be found, and how it is done. */
interface Damage {
  readonly table: string;
  readonly finds: readonly string[];
  readonly sql: string;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function damages(filled: Filled): readonly Damage[] {
  const [first = "", second = "", third = "", fourth = ""] = filled.messages;
  const event = (id: string): string => `WHERE event_id = ${quote(id)}`;
  const events = (set: string, id: string): string => `UPDATE rooms_events SET ${set} ${event(id)}`;
  return [
    {
      table: "rooms_events",
      finds: ["event-content"],
      sql: events("client = replace(client, '巡邏 0', '巡邏 9')", first),
    },
    {
      table: "rooms_events",
      finds: ["event-hash", "event-signature"],
      sql: events("client = replace(client, '@ben:localhost', '@amy:localhost'), sender = '@amy:localhost'", second),
    },
    { table: "rooms_events", finds: ["event-columns"], sql: events("sender = '@ben:localhost'", first) },
    { table: "rooms_events", finds: ["event-columns"], sql: events("ts = ts + 1", first) },
    {
      table: "rooms_events",
      finds: ["event-signature"],
      sql: events(`rest = replace(rest, '"ed25519:', '"ed25519:other_')`, third),
    },
    { table: "rooms_events", finds: ["event-unreadable"], sql: events("rest = 'gone'", third) },
    { table: "rooms_events", finds: ["event-unreadable"], sql: events("client = substr(client, 1, 50)", third) },
    {
      table: "rooms_events",
      finds: ["event-hash", "prev-event-missing"],
      sql: events(`rest = replace(rest, ${quote(second)}, ${quote(`${second.slice(0, -1)}_`)})`, third),
    },
    {
      table: "rooms_events",
      finds: ["event-hash", "forward-extremities"],
      sql: events(`rest = replace(rest, ${quote(second)}, ${quote(first)})`, third),
    },
    {
      table: "rooms_events",
      finds: ["event-hash", "event-depth"],
      sql: events(`rest = replace(rest, '"depth":', '"depth":1')`, third),
    },
    { table: "rooms_events", finds: ["prev-event-missing"], sql: `DELETE FROM rooms_events ${event(fourth)}` },
    {
      table: "rooms_events",
      finds: ["auth-event-missing"],
      sql: "DELETE FROM rooms_events WHERE type = 'm.room.power_levels'",
    },
    {
      table: "rooms_events",
      finds: ["redaction-missing"],
      sql: events(`extra = '"redacted_because":{"event_id":"$no"}'`, filled.redacted),
    },
    { table: "rooms_events", finds: ["redaction-not-applied"], sql: events("extra = ''", filled.redacted) },
    { table: "rooms_events", finds: ["event-ordinal"], sql: events("ordinal = ordinal + 1", second) },
    {
      table: "rooms_events",
      finds: ["event-thread"],
      sql: "UPDATE rooms_events SET thread = NULL WHERE thread IS NOT NULL",
    },
    {
      table: "rooms_events",
      finds: ["position-beyond-head"],
      sql: `UPDATE rooms_events SET pos = pos + 1000000 ${event(filled.reaction)}`,
    },
    { table: "rooms_rooms", finds: ["room-end"], sql: "UPDATE rooms_rooms SET last_pos = last_pos - 1" },
    { table: "rooms_rooms", finds: ["room-end"], sql: "UPDATE rooms_rooms SET depth = depth + 1" },
    { table: "rooms_rooms", finds: ["room-create"], sql: "UPDATE rooms_rooms SET creator = '@ben:localhost'" },
    { table: "rooms_rooms", finds: ["room-version"], sql: "UPDATE rooms_rooms SET version = '99'" },
    {
      table: "rooms_rooms",
      finds: ["event-without-room", "alias-without-room"],
      sql: `DELETE FROM rooms_rooms WHERE room_id = ${quote(filled.room)}`,
    },
    {
      table: "rooms_state_changes",
      finds: ["state-missing"],
      sql: "DELETE FROM rooms_state_changes WHERE type = 'm.room.name'",
    },
    {
      table: "rooms_state_changes",
      finds: ["state-without-event", "state-missing"],
      sql: "UPDATE rooms_state_changes SET type = 'm.room.topic' WHERE type = 'm.room.name'",
    },
    {
      table: "rooms_memberships",
      finds: ["membership"],
      sql: "UPDATE rooms_memberships SET membership = 'ban' WHERE user_id = '@ben:localhost'",
    },
    {
      table: "rooms_memberships",
      finds: ["membership"],
      sql: "DELETE FROM rooms_memberships WHERE user_id = '@ben:localhost'",
    },
    {
      table: "rooms_memberships",
      finds: ["membership-without-event"],
      sql: "INSERT INTO rooms_memberships (user_id, room, membership, sender, pos, since) SELECT '@eve:localhost', room, 'join', sender, pos, since FROM rooms_memberships WHERE user_id = '@ben:localhost'",
    },
    {
      table: "rooms_relations",
      finds: ["relation-missing"],
      sql: "DELETE FROM rooms_relations WHERE rel_type = 'm.annotation'",
    },
    {
      table: "rooms_relations",
      finds: ["relation-not-declared"],
      sql: `INSERT INTO rooms_relations (target, rel_type, pos, room, event_id, type, sender) SELECT ${quote(second)}, 'm.reference', pos, room, event_id, type, sender FROM rooms_events ${event(first)}`,
    },
    {
      table: "rooms_receipts",
      finds: ["receipt-without-event"],
      sql: "UPDATE rooms_receipts SET event_pos = event_pos - 1",
    },
    {
      table: "rooms_transactions",
      finds: ["transaction-without-event"],
      sql: "UPDATE rooms_transactions SET event_id = '$none'",
    },
    {
      table: "rooms_highlights",
      finds: ["highlight-without-event"],
      sql: "UPDATE rooms_highlights SET pos = pos + 500000",
    },
    { table: "rooms_account_data", finds: ["not-json"], sql: "UPDATE rooms_account_data SET content = '{'" },
    { table: "stream", finds: ["position-beyond-head"], sql: "UPDATE stream SET head = 1" },
    { table: "stream", finds: ["stream-missing"], sql: "DELETE FROM stream" },
    {
      table: "accounts_users",
      finds: ["session-without-account"],
      sql: "DELETE FROM accounts_users WHERE user_id = '@ben:localhost'",
    },
    { table: "accounts_users", finds: ["password-unreadable"], sql: "UPDATE accounts_users SET password = 'plain'" },
    { table: "accounts_sessions", finds: ["token-without-session"], sql: "DELETE FROM accounts_sessions" },
    { table: "keys_one_time", finds: ["not-json"], sql: "UPDATE keys_one_time SET key = 'x'" },
    { table: "migrations", finds: ["migration-missing"], sql: "DELETE FROM migrations WHERE of = 'media'" },
    {
      table: "migrations",
      finds: ["migration-unknown"],
      sql: "INSERT INTO migrations (of, name) VALUES ('later', '0001')",
    },
    { table: "media_files", finds: ["wrong-digest"], sql: `UPDATE media_files SET sha256 = ${quote("0".repeat(64))}` },
    { table: "media_files", finds: ["file-without-row"], sql: "DELETE FROM media_files" },
  ];
}

async function filledWorld(world: OperatorsWorld): Promise<Filled> {
  for (const name of ["amy", "ben"]) assert.equal((await world.causeway(["create-user", name], PASSWORD)).code, 0);
  await using server = await world.server();
  return await fill(server);
}

/** The kinds of fault that `check` finds. */
async function kinds(world: OperatorsWorld): Promise<readonly string[]> {
  const checked = await world.causeway(["check", "--json"]);
  assert.equal(checked.err, "");
  const lines = checked.out.split("\n").filter((line) => line !== "");
  assert.equal(checked.code, lines.length === 0 ? 0 : 1);
  return lines.map((line): string => String(Reflect.get(Object(JSON.parse(line)), "kind")));
}

/** The same in this process: the command takes a second to start. */
async function kindsHere(world: OperatorsWorld): Promise<readonly string[]> {
  const serverName = parseServerName("localhost");
  assert.ok(serverName !== undefined);
  const places = placesIn(world.data);
  await using db = await openSnapshot(world.location);
  const signer = readSigner(join(places.path, "signing.key"), serverName);
  const found: string[] = [];
  for await (const { kind } of checkEverything({ db, media: places.media, signer, isRunning: false })) found.push(kind);
  return found;
}

for (const engine of engines) {
  describe(`check on ${engine}`, () => {
    test("finds nothing in what a server leaves, and each kind of damage for what it is", async (t) => {
      await using world = await operatorsWorld(engine);
      const filled = await filledWorld(world);
      assert.deepEqual(await kinds(world), []);
      const all = damages(filled);
      for (const { table, finds, sql } of all) {
        await runSql(world.location, [`CREATE TABLE saved AS SELECT * FROM ${table}`, sql]);
        const found = await kindsHere(world);
        for (const kind of finds)
          assert.ok(found.includes(kind), `${sql}\nfound ${JSON.stringify(found)} and not ${kind}`);
        await runSql(world.location, [
          `DELETE FROM ${table}`,
          `INSERT INTO ${table} SELECT * FROM saved`,
          "DROP TABLE saved",
        ]);
      }
      assert.deepEqual(await kinds(world), []);
      t.diagnostic(`${all.length} kinds of damage`);
    });
  });
}

test("check finds nothing in rooms of any version that can be made", async () => {
  await using world = await operatorsWorld("sqlite");
  for (const name of ["amy", "ben"]) await world.causeway(["create-user", name], PASSWORD);
  await using server = await world.server();
  const [amy, ben] = [await tokenOf(server, "amy"), await tokenOf(server, "ben")];
  const capabilities = await call(server, { path: "/capabilities", token: amy });
  const offered: unknown = Reflect.get(Object(capabilities.body["capabilities"]), "m.room_versions");
  const versions = Object.keys(Object(Reflect.get(Object(offered), "available")));
  assert.ok(versions.length >= 9);
  for (const version of versions) {
    const room = await makeRoom(server, [amy, ben], { room_version: version, name: version });
    const slip = await send({ server, token: ben, room }, { msgtype: "m.text", body: "slip" });
    await redact({ server, token: ben, room }, slip);
    await redact(
      { server, token: amy, room },
      await send({ server, token: ben, room }, { msgtype: "m.text", body: "no" }),
    );
  }
  assert.deepEqual(await kindsHere(world), []);
});

test("check looks at a running server without disturbing it", async () => {
  await using world = await operatorsWorld("sqlite");
  for (const name of ["amy", "ben"]) await world.causeway(["create-user", name], PASSWORD);
  await using server = await world.server();
  await fill(server);
  const checked = await world.causeway(["check"]);
  assert.equal(checked.code, 0, checked.out);
  assert.match(checked.out, /^No faults: \d+ events, 2 rooms, 1 files, 2 accounts\.\n$/);
});

function onlyFile(directory: string): string {
  const [file, ...others] = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile());
  assert.ok(file !== undefined && others.length === 0);
  return file;
}

test("check compares files with rows both ways", async () => {
  await using world = await operatorsWorld("sqlite");
  await filledWorld(world);
  const files = join(world.data, "media", "files");
  const file = onlyFile(files);
  const whole = readFileSync(file);
  appendFileSync(file, "x");
  assert.deepEqual(await kinds(world), ["wrong-length"]);
  writeFileSync(
    file,
    whole.map((byte, index) => (index === 7 ? byte ^ 1 : byte)),
  );
  assert.deepEqual(await kinds(world), ["wrong-digest"]);
  writeFileSync(file, whole);
  renameSync(file, join(world.directory, "away"));
  assert.deepEqual(await kinds(world), ["missing-file"]);
  renameSync(join(world.directory, "away"), file);
  mkdirSync(join(files, "a", "bc"), { recursive: true });
  writeFileSync(join(files, "a", "bc", "not-ours.txt"), "x");
  assert.deepEqual(await kinds(world), ["strange-file"]);
  rmSync(join(files, "a", "bc", "not-ours.txt"));
  rmSync(join(world.data, "media"), { recursive: true });
  assert.deepEqual(await kinds(world), ["missing-file"]);
});

test("a damaged file, another key, or no database: it says what it is, and does not stop at the first", async () => {
  await using world = await operatorsWorld("sqlite");
  await filledWorld(world);
  const key = join(world.data, "signing.key");
  const own = readFileSync(key, "utf8");
  writeFileSync(key, `ed25519 a_other ${Buffer.alloc(32, 7).toString("base64").replace(/=+$/, "")}\n`);
  const found = await kinds(world);
  assert.ok(found.length > 30 && found.every((kind) => kind === "event-signature"));
  writeFileSync(key, "not a key");
  assert.match((await world.causeway(["check"])).err, /is not a signing key/);
  writeFileSync(key, own);
  const database = join(world.data, "causeway.db");
  const whole = readFileSync(database);
  // A page of nonsense in the middle, as a bad sector leaves it.
  writeFileSync(
    database,
    whole.map((byte, index) => (index >= 40_960 && index < 49_152 ? 0x5a : byte)),
  );
  const torn = await kinds(world);
  assert.ok(torn.includes("database-file") || torn.includes("unreadable"), JSON.stringify(torn));
  truncateSync(database, 100);
  assert.equal((await world.causeway(["check"])).code, 1);
  rmSync(database);
  const gone = await world.causeway(["check"]);
  assert.deepEqual([gone.code, /there is no database/.test(gone.err)], [1, true]);
  assert.match((await world.at(join(world.directory, "none")).causeway(["check"])).err, /there is no data directory/);
});
