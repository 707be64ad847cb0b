import { parseEventId, type DeviceId, type EventId, type Instant, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** Who sent, and under which transaction id; `txn` includes the endpoint and the room (client-server API, "Transaction identifiers"). */
export interface TransactionKey {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly txn: string;
}

interface TransactionRow {
  readonly txn: string;
  readonly event_id: string;
}

const recent = statement<TransactionRow>(
  "SELECT txn, event_id FROM rooms_transactions WHERE user_id = ? AND device = ? ORDER BY at DESC LIMIT ?",
);
const one = statement<TransactionRow>(
  "SELECT txn, event_id FROM rooms_transactions WHERE user_id = ? AND device = ? AND txn = ?",
);
const insert = statement("INSERT INTO rooms_transactions (user_id, device, txn, event_id, at) VALUES (?, ?, ?, ?, ?)");
const expire = statement("DELETE FROM rooms_transactions WHERE at < ?");

function pair(row: TransactionRow): readonly [string, EventId] {
  const id = parseEventId(row.event_id);
  if (id === undefined) throw new Error("the database holds an event id that does not parse");
  return [row.txn, id];
}

/** The newest transactions of a device. */
export async function recentTransactions(
  db: ReadDb,
  device: Omit<TransactionKey, "txn">,
  limit: number,
): Promise<readonly (readonly [string, EventId])[]> {
  return (await db.all(recent(device.user, device.device, limit))).map(pair);
}

/** The event that a transaction made. */
export async function findTransaction(db: ReadDb, key: TransactionKey): Promise<EventId | undefined> {
  const row = await db.first(one(key.user, key.device, key.txn));
  return row === undefined ? undefined : pair(row)[1];
}

/** Keeps what a transaction made. */
export function addTransaction(
  tx: Tx,
  key: TransactionKey,
  made: { readonly eventId: EventId; readonly at: Instant },
): void {
  tx.add(insert(key.user, key.device, key.txn, made.eventId, made.at));
}

/** Forgets transactions older than an instant. */
export function expireTransactions(tx: Tx, before: Instant): void {
  tx.add(expire(before));
}
