import {
  parseDeviceId,
  parseEventId,
  parseRoomId,
  parseUserId,
  type DeviceId,
  type EventId,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** What became of an event that was to be sent later. */
export type DelayedStatus = "scheduled" | "sent" | "cancelled" | "failed";

/** An event that is to be sent later. */
export interface DelayedRow {
  readonly id: string;
  readonly user: UserId;
  readonly device: DeviceId;
  /** The request, so that the same one schedules nothing twice; with the room and the endpoint. */
  readonly txn: string | undefined;
  /** The transaction id as the client called it. */
  readonly clientTxn: string | undefined;
  readonly roomId: RoomId;
  readonly type: string;
  readonly stateKey: string | undefined;
  /** JSON. */
  readonly content: string;
  readonly delayMs: number;
  readonly since: number;
  readonly due: number;
  readonly status: DelayedStatus;
  readonly eventId: EventId | undefined;
  /** JSON of the refusal. */
  readonly error: string | undefined;
  readonly finalised: number | undefined;
}

interface Columns {
  readonly id: string;
  readonly user_id: string;
  readonly device: string;
  readonly txn: string | null;
  readonly client_txn: string | null;
  readonly room_id: string;
  readonly type: string;
  readonly state_key: string | null;
  readonly content: string;
  readonly delay: number;
  readonly since: number;
  readonly due: number;
  readonly status: string;
  readonly event_id: string | null;
  readonly error: string | null;
  readonly finalised: number | null;
}

const ALL =
  "id, user_id, device, txn, client_txn, room_id, type, state_key, content, delay, since, due, status, event_id, error, finalised";
const one = statement<Columns>(`SELECT ${ALL} FROM rooms_delayed WHERE id = ? AND user_id = ?`);
const byTxn = statement<Columns>(`SELECT ${ALL} FROM rooms_delayed WHERE user_id = ? AND device = ? AND txn = ?`);
const waiting = statement<Columns>(
  `SELECT ${ALL} FROM rooms_delayed WHERE user_id = ? AND status = 'scheduled' ORDER BY due, id`,
);
const ended = statement<Columns>(
  `SELECT ${ALL} FROM rooms_delayed WHERE user_id = ? AND status <> 'scheduled' ORDER BY finalised DESC, id LIMIT ?`,
);
const due = statement<Columns>(
  `SELECT ${ALL} FROM rooms_delayed WHERE status = 'scheduled' AND due <= ? ORDER BY due, id LIMIT ?`,
);
const next = statement<{ readonly due: number | null }>(
  "SELECT MIN(due) AS due FROM rooms_delayed WHERE status = 'scheduled'",
);

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

function statusOf(text: string): DelayedStatus {
  return text === "scheduled" || text === "sent" || text === "cancelled" ? text : "failed";
}

function rowOf(row: Columns): DelayedRow {
  return {
    id: row.id,
    user: known(parseUserId(row.user_id)),
    device: known(parseDeviceId(row.device)),
    txn: row.txn ?? undefined,
    clientTxn: row.client_txn ?? undefined,
    roomId: known(parseRoomId(row.room_id)),
    type: row.type,
    stateKey: row.state_key ?? undefined,
    content: row.content,
    delayMs: row.delay,
    since: row.since,
    due: row.due,
    status: statusOf(row.status),
    eventId: row.event_id === null ? undefined : known(parseEventId(row.event_id)),
    error: row.error ?? undefined,
    finalised: row.finalised ?? undefined,
  };
}

/** One of somebody's. */
export async function findDelayed(db: ReadDb, user: UserId, id: string): Promise<DelayedRow | undefined> {
  const row = await db.first(one(id, user));
  return row === undefined ? undefined : rowOf(row);
}

/** What a request has scheduled before. */
export async function delayedByTxn(
  db: ReadDb,
  of: { readonly user: UserId; readonly device: DeviceId; readonly txn: string },
): Promise<DelayedRow | undefined> {
  const row = await db.first(byTxn(of.user, of.device, of.txn));
  return row === undefined ? undefined : rowOf(row);
}

/** Somebody's events that wait, the next one first. */
export async function scheduledOf(db: ReadDb, user: UserId): Promise<readonly DelayedRow[]> {
  return (await db.all(waiting(user))).map(rowOf);
}

/** Somebody's events that no longer wait, the newest end first. */
export async function finalisedOf(db: ReadDb, user: UserId, limit: number): Promise<readonly DelayedRow[]> {
  return (await db.all(ended(user, limit))).map(rowOf);
}

/** What is to be sent by now, in the order in which it is due. */
export async function dueBy(db: ReadDb, now: number, limit: number): Promise<readonly DelayedRow[]> {
  return (await db.all(due(now, limit))).map(rowOf);
}

/** When the next one is due. */
export async function nextDue(db: ReadDb): Promise<number | undefined> {
  return (await db.first(next()))?.due ?? undefined;
}

// NOTE The engine cannot tell the types of values in a SELECT, so each is said.
const T = "CAST(? AS TEXT)";
const N = "CAST(? AS BIGINT)";
const insert = statement(
  `INSERT INTO rooms_delayed (id, user_id, device, txn, client_txn, room_id, type, state_key, content, delay, since, due, status) SELECT ${T}, ${T}, ${T}, ${T}, ${T}, ${T}, ${T}, ${T}, ${T}, ${N}, ${N}, ${N}, 'scheduled' WHERE (SELECT COUNT(*) FROM rooms_delayed WHERE user_id = ? AND status = 'scheduled') < ? ON CONFLICT (user_id, device, txn) DO NOTHING`,
);
const finalise = statement(
  "UPDATE rooms_delayed SET status = ?, event_id = ?, error = ?, finalised = ? WHERE id = ? AND status = 'scheduled' AND due = ?",
);
const restart = statement(
  "UPDATE rooms_delayed SET since = ?, due = ? WHERE id = ? AND status = 'scheduled' AND due = ?",
);
const expire = statement("DELETE FROM rooms_delayed WHERE finalised < ?");

/** Keeps an event that is to be sent later; fails as `delayed-free` when `most` wait already, or the request has scheduled it before. */
export function addDelayed(tx: Tx, made: DelayedRow, most: number): void {
  const request = [made.id, made.user, made.device, made.txn ?? null, made.clientTxn ?? null] as const;
  const event = [made.roomId, made.type, made.stateKey ?? null, made.content] as const;
  const times = [made.delayMs, made.since, made.due] as const;
  tx.add(insert(...request, ...event, ...times, made.user, most), { rows: 1, what: "delayed-free" });
}

/** Keeps what became of one; fails as `delayed-there` when it no longer waits, or waits for another moment. */
export function finaliseDelayed(
  tx: Tx,
  of: Pick<DelayedRow, "id" | "due">,
  end: {
    readonly status: DelayedStatus;
    readonly at: number;
    readonly eventId?: EventId | undefined;
    readonly error?: string | undefined;
  },
): void {
  tx.add(finalise(end.status, end.eventId ?? null, end.error ?? null, end.at, of.id, of.due), {
    rows: 1,
    what: "delayed-there",
  });
}

/** Lets one wait anew; fails as `delayed-there`. */
export function restartDelayed(tx: Tx, of: Pick<DelayedRow, "id" | "due" | "delayMs">, now: number): void {
  tx.add(restart(now, now + of.delayMs, of.id, of.due), { rows: 1, what: "delayed-there" });
}

/** Forgets what ended before an instant. */
export function expireDelayed(tx: Tx, before: number): void {
  tx.add(expire(before));
}
