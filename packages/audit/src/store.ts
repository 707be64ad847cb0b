import { placeholders, statement, type ReadDb, type SqlValue, type Tx } from "@causeway/platform";
import { bytesOfHashes, hashesIn, type Hash } from "./merkle/hash.ts";

/** How far the log has come. */
export interface TreeRow {
  readonly size: number;
  /** The signed checkpoint of that size; empty before the first. */
  readonly checkpoint: string;
}

/** An entry that has no index yet. */
export interface PendingRow {
  readonly seq: number;
  readonly id: string;
  readonly leaf: string;
}

/** An entry of the log. */
export interface EntryRow {
  readonly idx: number;
  readonly id: string;
  readonly act: string;
  readonly at: number;
  readonly thing: string | null;
  readonly leaf: string;
}

const selectTree = statement<TreeRow>("SELECT size, checkpoint FROM audit_tree WHERE id = 1");
const selectPending = statement<PendingRow>("SELECT seq, id, leaf FROM audit_pending ORDER BY seq, id LIMIT ?");
// NOTE The entries go from table to table inside the database. What became visible since they were read, and would come before the last
// of them, makes the count differ from the one that is expected, and the whole transaction is tried again.
const movePending = statement(
  `INSERT INTO audit_entries (idx, id, act, at, thing, leaf)
   SELECT CAST(? AS BIGINT) + ROW_NUMBER() OVER (ORDER BY seq, id) - 1, id, act, at, thing, leaf FROM audit_pending WHERE (seq, id) <= (?, ?)`,
);
const deletePending = statement("DELETE FROM audit_pending WHERE (seq, id) <= (?, ?)");
const updateTree = statement("UPDATE audit_tree SET size = ?, checkpoint = ? WHERE id = 1 AND size = ?");
const putTile = statement(
  "INSERT INTO audit_tiles (level, n, hashes) VALUES (?, ?, ?) ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes",
);
const selectTile = statement<{ readonly hashes: Uint8Array }>(
  "SELECT hashes FROM audit_tiles WHERE level = ? AND n = ?",
);
const selectLeaves = statement<{ readonly leaf: string }>(
  "SELECT leaf FROM audit_entries WHERE idx >= ? AND idx < ? ORDER BY idx",
);

/** What the sequencer expects of its transaction; another that was faster is named by it. */
export const OVERTAKEN = "audit-tree";

/** How far the log has come. */
export async function treeRow(db: ReadDb): Promise<TreeRow> {
  return (await db.first(selectTree())) ?? { size: 0, checkpoint: "" };
}

/** The entries that wait, in the order in which they were committed. */
export function pendingRows(db: ReadDb, most: number): Promise<PendingRow[]> {
  return db.all(selectPending(most));
}

/** Entries that get their places: those that waited up to `last`, all of them and no other. */
export interface Numbering {
  readonly from: number;
  readonly count: number;
  readonly last: PendingRow;
  readonly checkpoint: string;
  readonly tiles: readonly { readonly level: number; readonly n: number; readonly hashes: readonly Hash[] }[];
}

/** Collects a numbering. Fails as `OVERTAKEN` when somebody else has numbered meanwhile, or more waits than was read. */
export function putNumbering(tx: Tx, { from, count, last, checkpoint, tiles }: Numbering): void {
  const expect = { rows: count, what: OVERTAKEN };
  tx.add(updateTree(from + count, checkpoint, from), { rows: 1, what: OVERTAKEN });
  tx.add(movePending(from, last.seq, last.id), expect);
  tx.add(deletePending(last.seq, last.id), expect);
  for (const tile of tiles) tx.add(putTile(tile.level, tile.n, bytesOfHashes(tile.hashes)));
}

/** Collects a new checkpoint of the same size. */
export function putCheckpoint(tx: Tx, size: number, checkpoint: string): void {
  tx.add(updateTree(size, checkpoint, size), { rows: 1, what: OVERTAKEN });
}

/** The hashes of a tile of level 1 or above, as many as there are. */
export async function tileRow(db: ReadDb, level: number, n: number): Promise<readonly Hash[]> {
  const row = await db.first(selectTile(level, n));
  return row === undefined ? [] : (hashesIn(row.hashes) ?? []);
}

/** The texts of entries from one index until before another. */
export async function leavesBetween(db: ReadDb, from: number, to: number): Promise<readonly string[]> {
  return (await db.all(selectLeaves(from, to))).map(({ leaf }) => leaf);
}

/** What entries are looked for by. */
export interface EntrySearch {
  readonly thing?: string | undefined;
  readonly act?: string | undefined;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Only entries below this index. */
  readonly before?: number | undefined;
  /** Only entries below the size of the tree that is published. */
  readonly size: number;
}

function conditionsOf(search: EntrySearch): { readonly where: string; readonly values: readonly SqlValue[] } {
  const { thing, act, from, until, before, size } = search;
  const conditions: [string, SqlValue][] = [["idx < ?", Math.min(before ?? size, size)]];
  if (thing !== undefined) conditions.push(["thing = ?", thing]);
  if (act !== undefined) conditions.push(["act = ?", act]);
  if (from !== undefined) conditions.push(["at >= ?", from]);
  if (until !== undefined) conditions.push(["at < ?", until]);
  return { where: conditions.map(([text]) => text).join(" AND "), values: conditions.map(([, value]) => value) };
}

/** Entries that match, the newest first. */
export function findEntries(db: ReadDb, search: EntrySearch, limit: number): Promise<EntryRow[]> {
  const { where, values } = conditionsOf(search);
  const sql = `SELECT idx, id, act, at, thing, leaf FROM audit_entries WHERE ${where} ORDER BY idx DESC LIMIT ?`;
  return db.all(statement<EntryRow>(sql)(...values, limit));
}

/** How many entries of each act match. */
export function countEntries(
  db: ReadDb,
  search: EntrySearch,
): Promise<{ readonly act: string; readonly count: number }[]> {
  const { where, values } = conditionsOf(search);
  const sql = `SELECT act, COUNT(*) AS count FROM audit_entries WHERE ${where} GROUP BY act ORDER BY act`;
  return db.all(statement<{ readonly act: string; readonly count: number }>(sql)(...values), { heavy: true });
}

const byPerson = statement<EntryRow>(
  `SELECT e.idx, e.id, e.act, e.at, e.thing, e.leaf FROM audit_entries e
   WHERE e.idx < ? AND e.id IN (SELECT entry FROM audit_blinded WHERE kind = 'user' AND value = ?) ORDER BY e.idx DESC LIMIT ?`,
);

/** Entries that somebody stands in, the newest first. */
export function entriesOfPerson(
  db: ReadDb,
  person: string,
  page: { readonly before: number; readonly limit: number },
): Promise<EntryRow[]> {
  return db.all(byPerson(page.before, person, page.limit));
}

/** What is kept beside the log of an entry. */
export interface BlindedRow {
  readonly entry: string;
  readonly field: string;
  readonly kind: string;
  readonly salt: Uint8Array;
  readonly value: string;
}

/** What is kept beside the log of some entries. */
export async function blindedOf(db: ReadDb, entries: readonly string[]): Promise<readonly BlindedRow[]> {
  if (entries.length === 0) return [];
  const sql = `SELECT entry, field, kind, salt, value FROM audit_blinded WHERE entry IN (${placeholders(entries.length)})`;
  return await db.all(statement<BlindedRow>(sql)(...entries));
}

const ofPerson = "SELECT entry FROM audit_blinded WHERE kind = 'user' AND value = ?";
const countOfPerson = statement<{ readonly n: number }>(
  `SELECT COUNT(*) AS n FROM audit_blinded WHERE (kind = 'user' AND value = ?) OR (kind = 'text' AND entry IN (${ofPerson}))`,
);
const erasePerson = statement(
  `DELETE FROM audit_blinded WHERE (kind = 'text' AND entry IN (${ofPerson})) OR (kind = 'user' AND value = ?)`,
);

/** How many values beside the log say something of somebody. */
export async function valuesOfPerson(db: ReadDb, person: string): Promise<number> {
  return (await db.first(countOfPerson(person, person)))?.n ?? 0;
}

/** Collects their end: the person wherever they stand, and every text of those entries. The log keeps its hashes. */
export function eraseValues(tx: Tx, person: string): void {
  tx.add(erasePerson(person, person));
}
