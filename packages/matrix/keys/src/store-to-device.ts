import type { DeviceId, Instant, UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A message to a device: its JSON as the device gets it. */
export interface ToDeviceRow {
  readonly pos: number;
  readonly text: string;
}

const since = statement<{ readonly pos: number; readonly message: string }>(
  "SELECT pos, message FROM keys_to_device WHERE user_id = ? AND device = ? AND pos > ? AND pos <= ? ORDER BY pos LIMIT ?",
);
const insert = statement("INSERT INTO keys_to_device (pos, user_id, device, message) VALUES (?, ?, ?, ?)");
const acknowledge = statement("DELETE FROM keys_to_device WHERE user_id = ? AND device = ? AND pos <= ?");
const sent = statement<{ readonly found: number }>(
  "SELECT 1 AS found FROM keys_to_device_sent WHERE user_id = ? AND device = ? AND txn = ?",
);
const addSent = statement("INSERT INTO keys_to_device_sent (user_id, device, txn, at) VALUES (?, ?, ?, ?)");

/** Messages for a device in `(from, to]`, oldest first. */
export async function readToDevice(
  db: ReadDb,
  to: { readonly user: UserId; readonly device: DeviceId },
  range: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<readonly ToDeviceRow[]> {
  const rows = await db.all(since(to.user, to.device, range.from, range.to, range.limit));
  return rows.map((row) => ({ pos: row.pos, text: row.message }));
}

/** Keeps a message for a device. */
export function addToDevice(tx: Tx, to: { readonly user: UserId; readonly device: DeviceId }, row: ToDeviceRow): void {
  tx.add(insert(row.pos, to.user, to.device, row.text));
}

/** Forgets messages that a device has. */
export function removeToDevice(tx: Tx, to: { readonly user: UserId; readonly device: DeviceId }, upTo: number): void {
  tx.add(acknowledge(to.user, to.device, upTo));
}

/** Whether a transaction was sent already. */
export async function wasSent(
  db: ReadDb,
  key: { readonly user: UserId; readonly device: DeviceId; readonly txn: string },
): Promise<boolean> {
  return (await db.first(sent(key.user, key.device, key.txn))) !== undefined;
}

/** Keeps that a transaction was sent. */
export function markSent(
  tx: Tx,
  key: { readonly user: UserId; readonly device: DeviceId; readonly txn: string },
  at: Instant,
): void {
  tx.add(addSent(key.user, key.device, key.txn, at), { rows: 1, what: "sent-once" });
}

const dropSent = statement("DELETE FROM keys_to_device_sent WHERE at < ?");

/** Forgets transactions that nobody will try again. */
export function removeSentBefore(tx: Tx, at: number): void {
  tx.add(dropSent(at));
}
