import { placeholders, statement, type ReadDb, type SqlValue, type Tx } from "@causeway/platform";
import type { Columns } from "./columns.ts";
import { tables, type Table } from "./store-tables.ts";
import type { RowChanges, Rows } from "./types.ts";

/** A kind of row. */
export type RowKind = keyof Rows;

/** Every kind, in the order in which a change writes them. */
export const rowKinds: readonly RowKind[] = [
  "units",
  "posts",
  "people",
  "appointments",
  "roles",
  "delegations",
  "machines",
  "credentials",
  "postRooms",
  "reorganisations",
];

/** What identifies a row among those of its kind. */
export function rowId<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): string {
  return tables[kind].id(row);
}

const revision = statement<{ readonly revision: number }>("SELECT revision FROM directory_head WHERE id = 1");
const advance = statement("UPDATE directory_head SET revision = ? WHERE id = 1 AND revision = ?");

/** Collects the expectation that the directory is still at a revision; fails as `directory-revision`. */
export function expectRevision(tx: Tx, at: number): void {
  tx.add(advance(at, at), { rows: 1, what: "directory-revision" });
}

/** The revision of the directory: how often it has been changed. */
export async function directoryRevision(db: ReadDb): Promise<number> {
  return (await db.first(revision()))?.revision ?? 0;
}

/** Rows that were changed after a revision, and up to another; after −1: all. */
export async function changedRows(db: ReadDb, after: number, upTo: number): Promise<RowChanges> {
  const kinds = rowKinds.map(async (kind) => [kind, await changedOf(db, kind, { after, upTo })] as const);
  return Object.fromEntries(await Promise.all(kinds));
}

async function changedOf<Kind extends RowKind>(
  db: ReadDb,
  kind: Kind,
  range: { readonly after: number; readonly upTo: number },
): Promise<readonly Rows[Kind][]> {
  const table: Table<Rows[Kind]> = tables[kind];
  const select = statement<Columns>(`SELECT * FROM ${table.name} WHERE rev > ? AND rev <= ?`);
  return (await db.all(select(range.after, range.upTo))).map((columns) => table.read(columns));
}

const upserts = new Map<string, (...values: readonly SqlValue[]) => { sql: string; parameters: readonly unknown[] }>();

function upsertInto(
  table: { readonly name: string; readonly key: readonly string[] },
  names: readonly string[],
): (...values: readonly SqlValue[]) => { sql: string; parameters: readonly unknown[] } {
  const known = upserts.get(table.name);
  if (known !== undefined) return known;
  const updates = names.filter((name) => !table.key.includes(name)).map((name) => `${name} = excluded.${name}`);
  const made = statement(
    `INSERT INTO ${table.name} (${names.join(", ")}) VALUES (${placeholders(names.length)}) ON CONFLICT (${table.key.join(", ")}) DO UPDATE SET ${updates.join(", ")}`,
  );
  upserts.set(table.name, made);
  return made;
}

/**
 * Collects a change that rests on a revision, and makes the next one of it. Fails as `directory-revision` when the directory has
 * been changed in the meantime, by whomever.
 */
export function putChange(tx: Tx, changes: RowChanges, basedOn: number): void {
  tx.add(advance(basedOn + 1, basedOn), { rows: 1, what: "directory-revision" });
  for (const kind of rowKinds) putRows(tx, kind, { rows: changes[kind] ?? [], revision: basedOn + 1 });
}

function putRows<Kind extends RowKind>(
  tx: Tx,
  kind: Kind,
  of: { readonly rows: readonly Rows[Kind][]; readonly revision: number },
): void {
  const table: Table<Rows[Kind]> = tables[kind];
  const freeing = of.rows.filter((row) => table.frees(row));
  const taking = of.rows.filter((row) => !table.frees(row));
  for (const row of [...freeing, ...taking]) {
    const columns = { ...table.write(row), rev: of.revision };
    tx.add(upsertInto(table, Object.keys(columns))(...Object.values(columns)));
  }
}
