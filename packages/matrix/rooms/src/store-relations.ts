import { parseEventId, type EventId } from "@causeway/base";
import { placeholders, type ReadDb } from "@causeway/platform";
import { eventColumns, eventOf, type EventRow } from "./store.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";

/** Children are of the parent's room, and not after a position. */
interface Range {
  readonly room: RoomNumber;
  readonly until: number;
}

/** The edits of some events that their own senders made, by the event that they edit. */
export async function readEdits(
  db: ReadDb,
  targets: readonly EventId[],
  range: Range,
): Promise<ReadonlyMap<string, readonly StoredEvent[]>> {
  const sql = `SELECT r.target, ${eventColumns} FROM rooms_relations r JOIN rooms_events e ON e.pos = r.pos
    JOIN rooms_events t ON t.event_id = r.target AND t.sender = r.sender AND t.type = r.type
    WHERE r.target IN (${placeholders(targets.length)}) AND r.rel_type = 'm.replace' AND r.room = ? AND r.pos <= ?`;
  const rows = await db.all<EventRow & { readonly target: string }>({
    sql,
    parameters: [...targets, range.room, range.until],
  });
  return grouped(rows, (row) => eventOf(row));
}

/** The ids of the events that refer to some events, oldest first. */
export async function readReferences(
  db: ReadDb,
  targets: readonly EventId[],
  range: Range,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const sql = `SELECT target, event_id FROM rooms_relations WHERE target IN (${placeholders(targets.length)})
    AND rel_type = 'm.reference' AND room = ? AND pos <= ? ORDER BY pos`;
  const rows = await db.all<{ readonly target: string; readonly event_id: string }>({
    sql,
    parameters: [...targets, range.room, range.until],
  });
  return grouped(rows, (row) => row.event_id);
}

function grouped<Row extends { readonly target: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.target);
    if (group === undefined) groups.set(row.target, [read(row)]);
    else group.push(read(row));
  }
  return groups;
}

/** What a thread comes to. */
export interface ThreadSum {
  readonly count: number;
  readonly participated: boolean;
  readonly latest: StoredEvent;
}

/** The threads that begin at some events, without the replies of people whom the reader ignores. */
export async function readThreadSums(
  db: ReadDb,
  targets: readonly EventId[],
  wanted: Range & { readonly reader: string; readonly ignored: readonly string[] },
): Promise<ReadonlyMap<string, ThreadSum>> {
  const { ignored } = wanted;
  const without = ignored.length === 0 ? "" : `AND r.sender NOT IN (${placeholders(ignored.length)})`;
  const sql = `SELECT s.target, s.count, s.mine, ${eventColumns} FROM (
      SELECT r.target, COUNT(*) AS count, MAX(r.pos) AS last_pos, MAX(CASE WHEN r.sender = ? THEN 1 ELSE 0 END) AS mine
      FROM rooms_relations r WHERE r.target IN (${placeholders(targets.length)}) AND r.rel_type = 'm.thread'
        AND r.room = ? AND r.pos <= ? ${without} GROUP BY r.target
    ) s JOIN rooms_events e ON e.pos = s.last_pos`;
  const rows = await db.all<EventRow & { readonly target: string; readonly count: number; readonly mine: number }>({
    sql,
    parameters: [wanted.reader, ...targets, wanted.room, wanted.until, ...ignored],
  });
  return new Map(
    rows.map((row) => [
      row.target,
      { count: Number(row.count), participated: Number(row.mine) === 1, latest: eventOf(row) },
    ]),
  );
}

/** Which of some events have children of some types, by some people. */
export async function withChildren(
  db: ReadDb,
  targets: readonly EventId[],
  by: {
    readonly room: RoomNumber;
    readonly relTypes: readonly string[] | undefined;
    readonly senders: readonly string[] | undefined;
  },
): Promise<ReadonlySet<string>> {
  if (targets.length === 0 || by.relTypes?.length === 0 || by.senders?.length === 0) return new Set();
  const oneOf = (column: string, values: readonly string[] | undefined): string =>
    values === undefined ? "" : ` AND ${column} IN (${placeholders(values.length)})`;
  const sql = `SELECT DISTINCT target FROM rooms_relations WHERE target IN (${placeholders(targets.length)}) AND room = ?${oneOf("rel_type", by.relTypes)}${oneOf("sender", by.senders)}`;
  const rows = await db.all<{ readonly target: string }>({
    sql,
    parameters: [...targets, by.room, ...(by.relTypes ?? []), ...(by.senders ?? [])],
  });
  return new Set(rows.map((row) => row.target));
}

/** Which relations of an event are wanted. */
export interface RelationsWanted {
  readonly relType?: string | undefined;
  readonly type?: string | undefined;
  /** `(from, to]`. */
  readonly from: number;
  readonly to: number;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** How many relations may lie between: 1 means children alone. */
  readonly depth: number;
}

/** The events that relate to one, page by page. An event of another room may name this one; it is no child of it. */
export async function readRelations(
  db: ReadDb,
  parent: Pick<StoredEvent, "eventId" | "room">,
  want: RelationsWanted,
): Promise<readonly StoredEvent[]> {
  const kinds: string[] = [];
  const names: string[] = [];
  for (const [column, value] of [
    ["rel_type", want.relType],
    ["type", want.type],
  ] as const) {
    if (value === undefined) continue;
    kinds.push(` AND t.${column} = ?`);
    names.push(value);
  }
  const kept = `t.pos > ? AND t.pos <= ?${kinds.join("")}`;
  const order = `ORDER BY e.pos ${want.newestFirst ? "DESC" : "ASC"} LIMIT ?`;
  const range = [want.from, want.to, ...names, want.limit];
  // Children alone come from an index, page by page; only who asks for more pays for the whole tree.
  const sql =
    want.depth === 1
      ? `SELECT ${eventColumns} FROM rooms_relations t JOIN rooms_events e ON e.pos = t.pos
         WHERE t.target = ? AND t.room = ? AND ${kept} ${order}`
      : `WITH RECURSIVE tree (event_id, pos, rel_type, type, depth) AS (
           SELECT event_id, pos, rel_type, type, 1 FROM rooms_relations WHERE target = ? AND room = ?
           UNION SELECT r.event_id, r.pos, r.rel_type, r.type, tree.depth + 1 FROM rooms_relations r
             JOIN tree ON r.target = tree.event_id WHERE r.room = ? AND tree.depth < ?
         ) SELECT ${eventColumns} FROM (SELECT DISTINCT t.pos AS child FROM tree t WHERE ${kept}) c
         JOIN rooms_events e ON e.pos = c.child ${order}`;
  const root = [parent.eventId, parent.room];
  const parameters = want.depth === 1 ? [...root, ...range] : [...root, parent.room, want.depth, ...range];
  return (await db.all<EventRow>({ sql, parameters })).map(eventOf);
}

/** Whether somebody has reacted to an event with this key already. */
export async function hasAnnotation(
  db: ReadDb,
  of: {
    readonly room: RoomNumber;
    readonly target: EventId;
    readonly type: string;
    readonly sender: string;
    readonly key: string;
  },
): Promise<boolean> {
  const row = await db.first({
    sql: `SELECT 1 AS found FROM rooms_relations
      WHERE target = ? AND rel_type = 'm.annotation' AND room = ? AND type = ? AND sender = ? AND aggregation_key = ?`,
    parameters: [of.target, of.room, of.type, of.sender, of.key],
  });
  return row !== undefined;
}

/** The root of a thread, and where its latest reply is. */
export interface ThreadRoot {
  readonly eventId: EventId;
  readonly lastPos: number;
}

/** The threads of a room by their latest reply, the latest first. */
export async function readThreadRoots(
  db: ReadDb,
  room: number,
  want: {
    readonly before: number;
    readonly limit: number;
    readonly by: string | undefined;
    /** Replies after this do not count. */
    readonly until: number;
  },
): Promise<readonly ThreadRoot[]> {
  const mine =
    want.by === undefined
      ? ""
      : `AND (EXISTS (SELECT 1 FROM rooms_events p WHERE p.room = t.room AND p.thread = t.thread AND p.sender = ?)
           OR EXISTS (SELECT 1 FROM rooms_events p WHERE p.event_id = t.thread AND p.sender = ?))`;
  const sql = `SELECT t.thread, MAX(t.pos) AS last_pos FROM rooms_events t WHERE t.room = ? AND t.thread IS NOT NULL AND t.pos <= ? ${mine}
    GROUP BY t.room, t.thread HAVING MAX(t.pos) <= ? ORDER BY 2 DESC LIMIT ?`;
  const by = want.by === undefined ? [] : [want.by, want.by];
  const rows = await db.all<{ readonly thread: string; readonly last_pos: number }>({
    sql,
    parameters: [room, want.until, ...by, want.before, want.limit],
  });
  return rows.flatMap((row) => {
    const eventId = parseEventId(row.thread);
    return eventId === undefined ? [] : [{ eventId, lastPos: Number(row.last_pos) }];
  });
}
