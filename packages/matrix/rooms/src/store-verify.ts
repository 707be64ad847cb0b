import { statement, type ReadDb } from "@causeway/platform";
import { eventColumns, type EventRow } from "./store.ts";

/** A row of `rooms_events` with what only servers need. */
export interface WholeEventRow extends EventRow {
  readonly rest: string;
}

/** A row of `rooms_rooms`. */
export interface RoomCheckRow {
  readonly room: number;
  readonly room_id: string;
  readonly version: string;
  readonly creator: string;
  readonly last_pos: number;
  readonly depth: number;
  readonly ordinal: number;
  readonly main_ordinal: number;
}

/** Rows that are read in one go. */
export const VERIFY_PAGE = 500;

const rooms = statement<RoomCheckRow>(
  "SELECT room, room_id, version, creator, last_pos, depth, ordinal, main_ordinal FROM rooms_rooms WHERE room > ? ORDER BY room LIMIT ?",
);
const events = statement<WholeEventRow>(
  `SELECT ${eventColumns}, e.rest FROM rooms_events e WHERE e.room = ? AND e.pos > ? ORDER BY e.pos LIMIT ?`,
);
const stateRows = statement<StateChangeRow>(
  "SELECT type, state_key, pos, event_pos FROM rooms_state_changes WHERE room = ? AND pos > ? AND pos <= ? ORDER BY pos",
);
const eventAt = statement<EventRow>(`SELECT ${eventColumns} FROM rooms_events e WHERE e.event_id = ?`);
const relation = statement<{ readonly event_id: string; readonly aggregation_key: string | null }>(
  "SELECT event_id, aggregation_key FROM rooms_relations WHERE target = ? AND rel_type = ? AND pos = ?",
);
const membership = statement<MembershipCheckRow>(
  "SELECT user_id, room, membership, sender, pos, since FROM rooms_memberships WHERE user_id = ? AND room = ?",
);

/** A row of `rooms_state_changes`. */
export interface StateChangeRow {
  readonly type: string;
  readonly state_key: string;
  readonly pos: number;
  readonly event_pos: number;
}

/** A row of `rooms_memberships`. */
export interface MembershipCheckRow {
  readonly user_id: string;
  readonly room: number;
  readonly membership: string;
  readonly sender: string;
  readonly pos: number;
  readonly since: number;
}

/** Every room. */
export async function* allRooms(db: ReadDb): AsyncGenerator<RoomCheckRow> {
  let after = -1;
  for (;;) {
    const page = await db.all(rooms(after, VERIFY_PAGE));
    yield* page;
    after = page.at(-1)?.room ?? after;
    if (page.length < VERIFY_PAGE) return;
  }
}

/** The events of a room after a position, oldest first, a page of them. */
export function eventsAfter(db: ReadDb, room: number, pos: number): Promise<readonly WholeEventRow[]> {
  return db.all(events(room, pos, VERIFY_PAGE));
}

/** The rows of a room's state in `(from, to]`. */
export function stateChangesIn(
  db: ReadDb,
  room: number,
  range: { readonly from: number; readonly to: number },
): Promise<readonly StateChangeRow[]> {
  return db.all(stateRows(room, range.from, range.to));
}

/** An event of any room. */
export function eventNamed(db: ReadDb, id: string): Promise<EventRow | undefined> {
  return db.first(eventAt(id));
}

/** The row of a relation. */
export function relationRow(
  db: ReadDb,
  of: { readonly target: string; readonly relType: string; readonly pos: number },
): Promise<{ readonly event_id: string; readonly aggregation_key: string | null } | undefined> {
  return db.first(relation(of.target, of.relType, of.pos));
}

/** What somebody is to a room, as kept. */
export function membershipRow(db: ReadDb, user: string, room: number): Promise<MembershipCheckRow | undefined> {
  return db.first(membership(user, room));
}

/** Rows of one table that do not fit to those they name: the kind of fault, and how to find them. */
export const orphans: readonly { readonly kind: string; readonly sql: string }[] = [
  {
    kind: "event-without-room",
    sql: "SELECT e.event_id AS event FROM rooms_events e LEFT JOIN rooms_rooms r ON r.room = e.room WHERE r.room IS NULL",
  },
  {
    kind: "state-without-event",
    sql: `SELECT c.room, c.type, c.pos AS position FROM rooms_state_changes c LEFT JOIN rooms_events e ON e.pos = c.event_pos
      WHERE e.pos IS NULL OR e.room <> c.room OR e.type <> c.type OR e.state_key IS NULL OR e.state_key <> c.state_key`,
  },
  {
    kind: "membership-without-event",
    sql: `SELECT m.user_id AS person, m.room, m.pos AS position FROM rooms_memberships m LEFT JOIN rooms_events e ON e.pos = m.pos
      WHERE e.pos IS NULL OR e.room <> m.room OR e.type <> 'm.room.member' OR e.state_key IS NULL OR e.state_key <> m.user_id OR m.since > m.pos`,
  },
  {
    kind: "relation-without-event",
    sql: `SELECT r.event_id AS event FROM rooms_relations r LEFT JOIN rooms_events e ON e.pos = r.pos
      WHERE e.pos IS NULL OR e.event_id <> r.event_id OR e.room <> r.room OR e.type <> r.type OR e.sender <> r.sender`,
  },
  {
    kind: "transaction-without-event",
    sql: `SELECT t.event_id AS event FROM rooms_transactions t LEFT JOIN rooms_events e ON e.event_id = t.event_id
      WHERE e.pos IS NULL OR e.sender <> t.user_id`,
  },
  {
    kind: "highlight-without-event",
    sql: "SELECT h.room, h.pos AS position FROM rooms_highlights h LEFT JOIN rooms_events e ON e.pos = h.pos WHERE e.pos IS NULL OR e.room <> h.room",
  },
  {
    kind: "receipt-without-event",
    sql: `SELECT r.room, r.event_id AS event FROM rooms_receipts r LEFT JOIN rooms_events e ON e.pos = r.event_pos
      WHERE e.pos IS NULL OR e.event_id <> r.event_id OR e.room <> r.room`,
  },
  {
    kind: "alias-without-room",
    sql: "SELECT a.alias FROM rooms_aliases a LEFT JOIN rooms_rooms r ON r.room_id = a.room_id WHERE r.room IS NULL",
  },
];

/** Every relation with the event that has it. */
export async function* allRelations(
  db: ReadDb,
): AsyncGenerator<
  EventRow & { readonly target: string; readonly rel_type: string; readonly aggregation_key: string | null }
> {
  let after = { target: "", relType: "", pos: -1 };
  for (;;) {
    const page = await db.all(
      relations(after.target, after.target, after.relType, after.target, after.relType, after.pos, VERIFY_PAGE),
    );
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < VERIFY_PAGE) return;
    after = { target: last.target, relType: last.rel_type, pos: last.pos };
  }
}

const relations = statement<
  EventRow & { readonly target: string; readonly rel_type: string; readonly aggregation_key: string | null }
>(
  `SELECT r.target, r.rel_type, r.aggregation_key, ${eventColumns} FROM rooms_relations r JOIN rooms_events e ON e.pos = r.pos
   WHERE r.target > ? OR (r.target = ? AND r.rel_type > ?) OR (r.target = ? AND r.rel_type = ? AND r.pos > ?)
   ORDER BY r.target, r.rel_type, r.pos LIMIT ?`,
);

/** Texts that must be JSON. */
export const jsonColumns: readonly { readonly table: string; readonly sql: string }[] = [
  { table: "rooms_account_data", sql: "SELECT user_id AS person, content AS text FROM rooms_account_data" },
  { table: "rooms_profiles", sql: "SELECT user_id AS person, fields AS text FROM rooms_profiles" },
  { table: "rooms_filters", sql: "SELECT user_id AS person, filter AS text FROM rooms_filters" },
];
