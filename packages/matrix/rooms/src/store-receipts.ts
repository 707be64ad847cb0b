import { parseEventId, parseUserId, type EventId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import type { ReaderCall } from "./reader.ts";
import type { RoomNumber } from "./stored-event.ts";

/** `public` and `private` receipts are people's own; `own` is what somebody has read by writing, which nobody is told. */
export type ReceiptKind = "public" | "private" | "own";

/** How far somebody has read, in a room or one of its threads. */
export interface Receipt {
  readonly room: RoomNumber;
  readonly user: UserId;
  readonly kind: ReceiptKind;
  /** Empty: not of a thread. `main`: the main timeline. Else the thread's root. */
  readonly thread: string;
  readonly eventId: EventId;
  readonly eventPos: number;
  readonly mainOrdinal: number;
  readonly ordinal: number;
  readonly ts: number;
  readonly pos: number;
}

interface Columns {
  readonly room: number;
  readonly user_id: string;
  readonly kind: string;
  readonly thread: string;
  readonly event_id: string;
  readonly event_pos: number;
  readonly main_ordinal: number;
  readonly ordinal: number;
  readonly ts: number;
  readonly pos: number;
}

const COLUMNS = "room, user_id, kind, thread, event_id, event_pos, main_ordinal, ordinal, ts, pos";
const ofUser = statement<Columns>(`SELECT ${COLUMNS} FROM rooms_receipts WHERE user_id = ?`);
const changed = statement<Columns>(
  `SELECT ${COLUMNS} FROM rooms_receipts WHERE room = ? AND pos > ? AND pos <= ? AND kind <> 'own'`,
);
const put = statement(
  `INSERT INTO rooms_receipts (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (room, user_id, kind, thread) DO UPDATE SET event_id = excluded.event_id, event_pos = excluded.event_pos,
     main_ordinal = excluded.main_ordinal, ordinal = excluded.ordinal, ts = excluded.ts, pos = excluded.pos`,
);
const roomsChanged = statement<{ readonly room: number }>(
  `SELECT DISTINCT r.room FROM rooms_receipts r JOIN rooms_memberships m ON m.room = r.room AND m.user_id = ? AND m.membership = 'join'
   WHERE r.pos > ? AND r.pos <= ?`,
);

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

function receiptOf(row: Columns): Receipt {
  return {
    room: row.room,
    user: known(parseUserId(row.user_id)),
    kind: row.kind === "public" ? "public" : row.kind === "private" ? "private" : "own",
    thread: row.thread,
    eventId: known(parseEventId(row.event_id)),
    eventPos: row.event_pos,
    mainOrdinal: row.main_ordinal,
    ordinal: row.ordinal,
    ts: row.ts,
    pos: row.pos,
  };
}

/** Everything that somebody has read. */
export async function receiptsOfUser(db: ReadDb, user: UserId): Promise<readonly Receipt[]> {
  return (await db.all(ofUser(user))).map(receiptOf);
}

/** The receipts of a room in `(from, to]`. */
export async function receiptsChanged(
  db: ReadDb,
  room: RoomNumber,
  range: { readonly from: number; readonly to: number },
): Promise<readonly Receipt[]> {
  return (await db.all(changed(room, range.from, range.to))).map(receiptOf);
}

/** The rooms of somebody with receipts in `(from, to]`. */
export async function roomsWithReceipts(
  db: ReadDb,
  user: UserId,
  range: { readonly from: number; readonly to: number },
): Promise<readonly RoomNumber[]> {
  return (await db.all(roomsChanged(user, range.from, range.to))).map((row) => row.room);
}

/** Keeps a receipt. */
export function putReceipt(tx: Tx, one: Receipt): void {
  tx.add(
    put(
      one.room,
      one.user,
      one.kind,
      one.thread,
      one.eventId,
      one.eventPos,
      one.mainOrdinal,
      one.ordinal,
      one.ts,
      one.pos,
    ),
  );
}

/** A call that somebody may not have seen. */
export interface CallRow extends ReaderCall {
  readonly room: RoomNumber;
}

interface CallColumns {
  readonly room: number;
  readonly pos: number;
  readonly thread: string | null;
  readonly kind: string;
}

const calls = statement<CallColumns>(
  `SELECT h.room, h.pos, h.thread, h.kind FROM rooms_highlights h WHERE h.user_id = ?
   UNION ALL SELECT h.room, h.pos, h.thread, h.kind FROM rooms_memberships m
     JOIN rooms_highlights h ON h.room = m.room AND h.user_id = '' JOIN rooms_events e ON e.pos = h.pos
   WHERE m.user_id = ? AND m.membership = 'join' AND h.pos > m.since AND e.sender <> ?`,
);

/** Every call of somebody, and every call of a room that they are in. */
export async function callsOfUser(db: ReadDb, user: UserId): Promise<readonly CallRow[]> {
  return (await db.all(calls(user, user, user))).map(({ room, pos, thread, kind }) => ({
    room,
    pos,
    thread: thread === null ? undefined : parseEventId(thread),
    kind: kind === "quiet" || kind === "room" || kind === "tombstone" ? kind : "loud",
  }));
}

const dropHighlights = statement("DELETE FROM rooms_highlights WHERE room = ? AND user_id = ? AND pos <= ?");

/** Forgets the calls of somebody by name that they have read. */
export function forgetHighlights(tx: Tx, read: Pick<Receipt, "room" | "user" | "eventPos">): void {
  tx.add(dropHighlights(read.room, read.user, read.eventPos));
}

const threads = statement<{ readonly thread: string; readonly count: number }>(
  `SELECT thread, COUNT(*) AS count FROM rooms_events WHERE room = ? AND thread > '' AND pos > ? AND sender <> ?
   AND type IN ('m.room.message', 'm.room.encrypted', 'm.poll.start', 'org.matrix.msc3381.poll.start', 'm.call.invite')
   AND client NOT LIKE '%"msgtype":"m.notice"%' GROUP BY thread`,
);

/** How many messages of others each thread has after a position. */
export async function threadCounts(
  db: ReadDb,
  room: RoomNumber,
  after: { readonly pos: number; readonly reader: UserId },
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.all(threads(room, after.pos, after.reader));
  return new Map(rows.map((row) => [row.thread, Number(row.count)]));
}
