import { DatabaseUnavailable, type ReadDb } from "./types.ts";

/** How far a database has come. */
export interface Standing {
  readonly epoch: number;
  readonly head: number;
  /** The migrations that were applied: `<package>/<name>`. */
  readonly migrations: readonly string[];
}

/** Reads it. @throws DatabaseUnavailable when the database is none of ours. */
export async function standingOf(db: ReadDb): Promise<Standing> {
  const stream = await db.first<{ readonly epoch: number; readonly head: number }>({
    sql: "SELECT epoch, head FROM stream",
    parameters: [],
  });
  const rows = await db.all<{ readonly of: string; readonly name: string }>({
    sql: "SELECT of, name FROM migrations ORDER BY of, name",
    parameters: [],
  });
  if (stream === undefined) throw new DatabaseUnavailable("the database has lost its stream; run `causeway check`");
  return { epoch: stream.epoch, head: stream.head, migrations: rows.map((row) => `${row.of}/${row.name}`) };
}
