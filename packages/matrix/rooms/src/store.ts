import {
  parseEventId,
  parseRoomId,
  parseUserId,
  instant,
  type EventId,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { placeholders, statement, type ReadDb, type ToSign, type Tx } from "@causeway/platform";
import type { Call } from "./calls.ts";
import type { Progress } from "./room.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";

/** A row of `rooms_events`. */
export interface EventRow {
  readonly pos: number;
  readonly room: number;
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key: string | null;
  readonly ts: number;
  readonly ordinal: number;
  readonly main_ordinal: number;
  readonly thread: string | null;
  readonly client: string;
  readonly extra: string;
}

/** The columns of `EventRow`, to be read with the alias `e`. */
export const eventColumns =
  "e.pos, e.room, e.event_id, e.type, e.sender, e.state_key, e.ts, e.ordinal, e.main_ordinal, e.thread, e.client, e.extra";

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

/** Reads a row. */
export function eventOf(row: EventRow): StoredEvent {
  return {
    pos: row.pos,
    room: row.room,
    eventId: known(parseEventId(row.event_id)),
    type: row.type,
    sender: known(parseUserId(row.sender)),
    stateKey: row.state_key ?? undefined,
    ts: instant(row.ts),
    ordinal: row.ordinal,
    mainOrdinal: row.main_ordinal,
    thread: row.thread === null ? undefined : known(parseEventId(row.thread)),
    client: row.client,
    extra: row.extra,
    sentWith: undefined,
  };
}

/** What a room is, as kept. */
export interface RoomRow {
  readonly number: RoomNumber;
  readonly id: RoomId;
  readonly version: string;
  readonly creator: UserId;
  readonly progress: Progress;
}

interface RoomColumns {
  readonly room: number;
  readonly room_id: string;
  readonly version: string;
  readonly creator: string;
  readonly last_pos: number;
  readonly depth: number;
  readonly ordinal: number;
  readonly main_ordinal: number;
  readonly event_id: string;
}

const ROOM = `SELECT r.room, r.room_id, r.version, r.creator, r.last_pos, r.depth, r.ordinal, r.main_ordinal, e.event_id
  FROM rooms_rooms r JOIN rooms_events e ON e.pos = r.last_pos`;
const roomById = statement<RoomColumns>(`${ROOM} WHERE r.room_id = ?`);
const roomByNumber = statement<RoomColumns>(`${ROOM} WHERE r.room = ?`);

/** Finds a room by its id or number. */
export async function findRoom(db: ReadDb, room: RoomId | RoomNumber): Promise<RoomRow | undefined> {
  const row = await db.first(typeof room === "number" ? roomByNumber(room) : roomById(room));
  if (row === undefined) return undefined;
  return {
    number: row.room,
    id: known(parseRoomId(row.room_id)),
    version: row.version,
    creator: known(parseUserId(row.creator)),
    progress: {
      lastPos: row.last_pos,
      lastEventId: known(parseEventId(row.event_id)),
      depth: row.depth,
      ordinal: row.ordinal,
      mainOrdinal: row.main_ordinal,
    },
  };
}

const stateNow = statement<EventRow>(`SELECT ${eventColumns} FROM rooms_events e JOIN (
    SELECT event_pos FROM rooms_state_changes c WHERE room = ? AND pos <= ? AND NOT EXISTS (
      SELECT 1 FROM rooms_state_changes n WHERE n.room = c.room AND n.type = c.type AND n.state_key = c.state_key AND n.pos > c.pos AND n.pos <= ?)
  ) s ON e.pos = s.event_pos ORDER BY e.pos`);

/** A room's whole state as of a position, in order of position. */
export async function stateAt(db: ReadDb, room: RoomNumber, pos: number): Promise<readonly StoredEvent[]> {
  return (await db.all(stateNow(room, pos, pos), { heavy: true })).map(eventOf);
}

const statePiece =
  statement<EventRow>(`SELECT ${eventColumns} FROM rooms_state_changes c JOIN rooms_events e ON e.pos = c.event_pos
  WHERE c.room = ? AND c.type = ? AND c.state_key = ? AND c.pos <= ? ORDER BY c.pos DESC LIMIT 1`);

/** One piece of a room's state as of a position. */
export async function statePieceAt(
  db: ReadDb,
  room: RoomNumber,
  piece: { readonly type: string; readonly stateKey: string; readonly pos: number },
): Promise<StoredEvent | undefined> {
  const row = await db.first(statePiece(room, piece.type, piece.stateKey, piece.pos));
  return row === undefined ? undefined : eventOf(row);
}

const pieceHistory =
  statement<EventRow>(`SELECT ${eventColumns} FROM rooms_state_changes c JOIN rooms_events e ON e.pos = c.event_pos
  WHERE c.room = ? AND c.type = ? AND c.state_key = ? ORDER BY c.pos`);

/** Every event that ever set one piece of state, oldest first. */
export async function statePieceHistory(
  db: ReadDb,
  room: RoomNumber,
  piece: { readonly type: string; readonly stateKey: string },
): Promise<readonly StoredEvent[]> {
  return (await db.all(pieceHistory(room, piece.type, piece.stateKey))).map(eventOf);
}

const changedState =
  statement<EventRow>(`SELECT ${eventColumns} FROM rooms_state_changes c JOIN rooms_events e ON e.pos = c.event_pos
  WHERE c.room = ? AND c.pos > ? AND c.pos <= ? ORDER BY c.pos`);

/** The state that changed in `(from, to]`, the last change of each piece, in order of position. */
export async function stateChangedIn(
  db: ReadDb,
  room: RoomNumber,
  range: { readonly from: number; readonly to: number },
): Promise<readonly StoredEvent[]> {
  const last = new Map<string, StoredEvent>();
  for (const row of await db.all(changedState(room, range.from, range.to))) {
    const key = `${row.type}\0${row.state_key ?? ""}`;
    last.delete(key);
    last.set(key, eventOf(row));
  }
  return [...last.values()];
}

const backwards = statement<EventRow>(
  `SELECT ${eventColumns} FROM rooms_events e WHERE e.room = ? AND e.pos <= ? AND e.pos > ? ORDER BY e.pos DESC LIMIT ?`,
);
const forwards = statement<EventRow>(
  `SELECT ${eventColumns} FROM rooms_events e WHERE e.room = ? AND e.pos > ? AND e.pos <= ? ORDER BY e.pos LIMIT ?`,
);

/** Part of a room's history: `(from, to]`, at most `limit` events, newest first when `newestFirst`. */
export interface PageOf {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly newestFirst: boolean;
}

/** Reads a page of a room's history. */
export async function page(db: ReadDb, room: RoomNumber, want: PageOf): Promise<readonly StoredEvent[]> {
  const query = want.newestFirst
    ? backwards(room, want.to, want.from, want.limit)
    : forwards(room, want.from, want.to, want.limit);
  return (await db.all(query)).map(eventOf);
}

const references = statement<{ readonly event_id: string; readonly rest: string }>(
  "SELECT event_id, rest FROM rooms_events WHERE room = ? AND (state_key IS NOT NULL OR pos = ?)",
);

/** The reference hashes of a room's state events and of its last event, in the versions whose events name others by them. */
export async function referencesOf(
  db: ReadDb,
  room: RoomNumber,
  lastPos: number,
): Promise<readonly { readonly eventId: EventId; readonly hash: string }[]> {
  return (await db.all(references(room, lastPos))).flatMap((row) => {
    const { reference }: { readonly reference?: string } = JSON.parse(row.rest);
    return reference === undefined ? [] : [{ eventId: known(parseEventId(row.event_id)), hash: reference }];
  });
}

/** Events by id, in no order; unknown ids are left out. */
export async function eventsById(db: ReadDb, ids: readonly EventId[]): Promise<readonly StoredEvent[]> {
  if (ids.length === 0) return [];
  const query = {
    sql: `SELECT ${eventColumns} FROM rooms_events e WHERE e.event_id IN (${placeholders(ids.length)})`,
    parameters: ids,
  };
  return (await db.all<EventRow>(query)).map(eventOf);
}

const insertRoom = statement(
  "INSERT INTO rooms_rooms (room, room_id, version, creator, last_pos, depth, ordinal, main_ordinal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
);
const advanceRoom = statement(
  "UPDATE rooms_rooms SET last_pos = ?, depth = ?, ordinal = ?, main_ordinal = ? WHERE room = ? AND last_pos = ?",
);

/** Keeps a new room. */
export function addRoom(tx: Tx, room: RoomRow): void {
  const { lastPos, depth, ordinal, mainOrdinal } = room.progress;
  tx.add(insertRoom(room.number, room.id, room.version, room.creator, lastPos, depth, ordinal, mainOrdinal));
}

/** Moves a room on, only from where the writer believes it to be: a lost transaction takes those built on it with it. */
export function moveRoom(tx: Tx, room: RoomNumber, step: { readonly from: number; readonly to: Progress }): void {
  const { lastPos, depth, ordinal, mainOrdinal } = step.to;
  tx.add(advanceRoom(lastPos, depth, ordinal, mainOrdinal, room, step.from), { rows: 1, what: "room-progress" });
}

const insertEvent = statement(
  `INSERT INTO rooms_events (pos, room, event_id, type, sender, state_key, ts, ordinal, main_ordinal, thread, client, extra, rest)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const insertState = statement(
  "INSERT INTO rooms_state_changes (room, type, state_key, pos, event_pos) VALUES (?, ?, ?, ?, ?)",
);

/** Keeps an event; `rest` is what servers need of it beyond what clients get. */
export function addEvent(tx: Tx, event: StoredEvent, rest: string | ToSign): void {
  tx.add(
    insertEvent(
      event.pos,
      event.room,
      event.eventId,
      event.type,
      event.sender,
      event.stateKey ?? null,
      event.ts,
      event.ordinal,
      event.mainOrdinal,
      event.thread ?? null,
      event.client,
      event.extra,
      rest,
    ),
  );
  if (event.stateKey !== undefined) tx.add(insertState(event.room, event.type, event.stateKey, event.pos, event.pos));
}

const rewrite = statement("UPDATE rooms_events SET client = ?, extra = ? WHERE pos = ?");
const dropRelation = statement("DELETE FROM rooms_relations WHERE target = ? AND rel_type = ? AND pos = ?");

/** Keeps the redacted form of an event instead of it. */
export function rewriteEvent(tx: Tx, redacted: StoredEvent): void {
  tx.add(rewrite(redacted.client, redacted.extra, redacted.pos), { rows: 1, what: "redacted-event" });
}

/** An event's relation to another (client-server API, "Forming relationships between events"). */
export interface Relation {
  readonly target: EventId;
  readonly relType: string;
  readonly key?: string | undefined;
}

const insertRelation = statement(
  "INSERT INTO rooms_relations (target, rel_type, pos, room, event_id, type, sender, aggregation_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
);

/** Keeps a relation. */
export function addRelation(tx: Tx, event: StoredEvent, relation: Relation): void {
  const { target, relType, key } = relation;
  tx.add(insertRelation(target, relType, event.pos, event.room, event.eventId, event.type, event.sender, key ?? null));
}

/** Forgets the relation of an event that has been redacted. */
export function removeRelation(tx: Tx, event: StoredEvent, relation: Relation): void {
  tx.add(dropRelation(relation.target, relation.relType, event.pos));
}

const dropHighlights = statement("DELETE FROM rooms_highlights WHERE room = ? AND pos = ?");

/** Forgets whom an event that has been redacted called by name. */
export function removeHighlights(tx: Tx, event: StoredEvent): void {
  tx.add(dropHighlights(event.room, event.pos));
}

const nextState =
  statement<EventRow>(`SELECT ${eventColumns} FROM rooms_state_changes c JOIN rooms_events e ON e.pos = c.event_pos
  WHERE c.room = ? AND c.type = ? AND c.state_key = ? AND c.pos > ? ORDER BY c.pos LIMIT 1`);

/** The state event that replaced another. */
export async function successorOf(db: ReadDb, event: StoredEvent): Promise<StoredEvent | undefined> {
  if (event.stateKey === undefined) return undefined;
  const row = await db.first(nextState(event.room, event.type, event.stateKey, event.pos));
  return row === undefined ? undefined : eventOf(row);
}

const insertHighlight = statement(
  "INSERT INTO rooms_highlights (room, user_id, pos, thread, kind) VALUES (?, ?, ?, ?, ?)",
);

/** Keeps that an event calls somebody. */
export function addHighlight(tx: Tx, event: StoredEvent, { user, kind }: Call): void {
  tx.add(insertHighlight(event.room, user === "everybody" ? "" : user, event.pos, event.thread ?? null, kind));
}
