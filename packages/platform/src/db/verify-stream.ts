import { fault, type Fault } from "@causeway/base";
import type { Snapshot } from "./snapshot-types.ts";

/** Columns that hold positions of the stream, whatever their table. */
const POSITIONS = new Set(["pos", "last_pos", "event_pos"]);

/** Compares the stream's head with every position that is in use: a position may be given out only once. */
export async function* verifyStream(db: Snapshot): AsyncGenerator<Fault> {
  const streams = await db.all<{ readonly id: number; readonly epoch: number; readonly head: number }>({
    sql: "SELECT id, epoch, head FROM stream",
    parameters: [],
  });
  const [stream] = streams;
  if (stream === undefined || streams.length > 1) {
    yield fault("stream-missing", { rows: streams.length });
    return;
  }
  if (stream.head < 0 || stream.epoch < 1) yield fault("stream-head", { head: stream.head, epoch: stream.epoch });
  for (const table of await db.tables()) {
    for (const column of table.columns.filter((name) => POSITIONS.has(name))) {
      const row = await db.first<{ readonly most: number | null }>({
        sql: `SELECT MAX("${column}") AS most FROM "${table.name}"`,
        parameters: [],
      });
      const most = row?.most ?? 0;
      if (most > stream.head)
        yield fault("position-beyond-head", { table: table.name, position: most, head: stream.head });
    }
  }
}

/** What SQLite itself says of its file; nothing to ask of PostgreSQL. */
export async function* verifyFile(db: Snapshot): AsyncGenerator<Fault> {
  if (db.engine !== "sqlite") return;
  const found = await db.all<{ readonly integrity_check: string }>({ sql: "PRAGMA integrity_check", parameters: [] });
  for (const { integrity_check: said } of found) if (said !== "ok") yield fault("database-file", { said });
}
