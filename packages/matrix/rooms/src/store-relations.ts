import { parseEventId, type EventId } from "@causeway/base";
import { placeholders, type ReadDb } from "@causeway/platform";
import { eventColumns, eventOf, type EventRow } from "./store.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event that relates to another in a way that is bundled with it. */
export interface BundleRow {
  readonly target: string;
  readonly relType: string;
  readonly event: StoredEvent;
}

/** The edits, thread replies and references of some events, oldest first. */
export async function readBundleRows(db: ReadDb, targets: readonly EventId[]): Promise<readonly BundleRow[]> {
  const sql = `SELECT r.target, r.rel_type, ${eventColumns} FROM rooms_relations r JOIN rooms_events e ON e.pos = r.pos
    WHERE r.target IN (${placeholders(targets.length)}) AND r.rel_type IN ('m.replace', 'm.thread', 'm.reference') ORDER BY r.pos`;
  const rows = await db.all<EventRow & { readonly target: string; readonly rel_type: string }>({
    sql,
    parameters: targets,
  });
  return rows.map((row) => ({ target: row.target, relType: row.rel_type, event: eventOf(row) }));
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
}

/** The events that relate to one, page by page. */
export async function readRelations(
  db: ReadDb,
  target: EventId,
  want: RelationsWanted,
): Promise<readonly StoredEvent[]> {
  const clauses = ["r.target = ?", "r.pos > ?", "r.pos <= ?"];
  const parameters: (string | number)[] = [target, want.from, want.to];
  if (want.relType !== undefined) {
    clauses.push("r.rel_type = ?");
    parameters.push(want.relType);
  }
  if (want.type !== undefined) {
    clauses.push("r.type = ?");
    parameters.push(want.type);
  }
  const sql = `SELECT ${eventColumns} FROM rooms_relations r JOIN rooms_events e ON e.pos = r.pos WHERE ${clauses.join(" AND ")}
    ORDER BY r.pos ${want.newestFirst ? "DESC" : "ASC"} LIMIT ?`;
  return (await db.all<EventRow>({ sql, parameters: [...parameters, want.limit] })).map(eventOf);
}

/** Whether somebody has reacted to an event with this key already. */
export async function hasAnnotation(
  db: ReadDb,
  of: { readonly target: EventId; readonly type: string; readonly sender: string; readonly key: string },
): Promise<boolean> {
  const row = await db.first({
    sql: `SELECT 1 AS found FROM rooms_relations WHERE target = ? AND rel_type = 'm.annotation' AND type = ? AND sender = ? AND aggregation_key = ?`,
    parameters: [of.target, of.type, of.sender, of.key],
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
  want: { readonly before: number; readonly limit: number; readonly by: string | undefined },
): Promise<readonly ThreadRoot[]> {
  const mine =
    want.by === undefined
      ? ""
      : `AND (EXISTS (SELECT 1 FROM rooms_events p WHERE p.room = t.room AND p.thread = t.thread AND p.sender = ?)
           OR EXISTS (SELECT 1 FROM rooms_events p WHERE p.event_id = t.thread AND p.sender = ?))`;
  const sql = `SELECT t.thread, MAX(t.pos) AS last_pos FROM rooms_events t WHERE t.room = ? AND t.thread IS NOT NULL ${mine}
    GROUP BY t.room, t.thread HAVING MAX(t.pos) <= ? ORDER BY 2 DESC LIMIT ?`;
  const by = want.by === undefined ? [] : [want.by, want.by];
  const rows = await db.all<{ readonly thread: string; readonly last_pos: number }>({
    sql,
    parameters: [room, ...by, want.before, want.limit],
  });
  return rows.flatMap((row) => {
    const eventId = parseEventId(row.thread);
    return eventId === undefined ? [] : [{ eventId, lastPos: Number(row.last_pos) }];
  });
}
