import { statement, type ReadDb } from "@causeway/platform";
import { hashesIn, type Hash } from "./merkle/hash.ts";
import type { BlindedRow, EntryRow } from "./store.ts";

const PAGE = 5000;

const entriesFrom = statement<EntryRow>(
  "SELECT idx, id, act, at, thing, leaf FROM audit_entries WHERE idx > ? ORDER BY idx LIMIT ?",
);
const tiles = statement<{ readonly level: number; readonly n: number; readonly hashes: Uint8Array }>(
  "SELECT level, n, hashes FROM audit_tiles ORDER BY level, n",
);
const pendingAfter = statement<Omit<EntryRow, "idx">>(
  "SELECT id, act, at, thing, leaf FROM audit_pending WHERE id > ? ORDER BY id LIMIT ?",
);
const blindedAfter = statement<ValueRow>(
  `SELECT b.entry, b.field, b.kind, b.salt, b.value, COALESCE(e.leaf, p.leaf) AS leaf, COALESCE(e.act, p.act) AS act
   FROM audit_blinded b LEFT JOIN audit_entries e ON e.id = b.entry LEFT JOIN audit_pending p ON p.id = b.entry
   WHERE (b.entry, b.field) > (?, ?) ORDER BY b.entry, b.field LIMIT ?`,
);
const treeRows = statement<{ readonly id: number; readonly size: number; readonly checkpoint: string }>(
  "SELECT id, size, checkpoint FROM audit_tree",
);

/** Every entry with an index, in the order of indices, some at a time. */
export async function* entryPages(db: ReadDb): AsyncGenerator<readonly EntryRow[]> {
  let after = -Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = await db.all(entriesFrom(after, PAGE));
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)?.idx ?? after;
  }
}

/** Every entry without an index, some at a time. */
export async function* pendingPages(db: ReadDb): AsyncGenerator<readonly Omit<EntryRow, "idx">[]> {
  let after = "";
  for (;;) {
    const rows = await db.all(pendingAfter(after, PAGE));
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)?.id ?? after;
  }
}

/** A value beside the log with the entry that it belongs to; null when there is none. */
export interface ValueRow extends BlindedRow {
  readonly leaf: string | null;
  readonly act: string | null;
}

/** Everything beside the log, some at a time. */
export async function* valuePages(db: ReadDb): AsyncGenerator<readonly ValueRow[]> {
  let [entry, field] = ["", ""];
  for (;;) {
    const rows = await db.all(blindedAfter(entry, field, PAGE));
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    [entry, field] = [last.entry, last.field];
  }
}

/** The tiles that are kept, by `level/n`; undefined ones hold no whole hashes. */
export async function keptTiles(db: ReadDb): Promise<Map<string, readonly Hash[] | undefined>> {
  const rows = await db.all(tiles());
  return new Map(rows.map(({ level, n, hashes }) => [`${level}/${n}`, hashesIn(hashes)]));
}

/** The rows that say how far the log has come: there must be one. */
export function allTreeRows(
  db: ReadDb,
): Promise<readonly { readonly id: number; readonly size: number; readonly checkpoint: string }[]> {
  return db.all(treeRows());
}
