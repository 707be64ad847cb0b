import type { DeviceId, UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** Which keys of which device. */
export interface KeyQueue {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly algorithm: string;
}

/** A one-time or fallback key: its JSON, or the JSON of a bare string. */
export interface KeyRow {
  readonly key_id: string;
  readonly key: string;
}

const oldest = statement<KeyRow>(
  "SELECT key_id, key FROM keys_one_time WHERE user_id = ? AND device = ? AND algorithm = ? ORDER BY place LIMIT 1",
);
const all = statement<KeyRow & { readonly algorithm: string }>(
  "SELECT algorithm, key_id, key FROM keys_one_time WHERE user_id = ? AND device = ?",
);
const fallback = statement<KeyRow & { readonly used: number }>(
  "SELECT key_id, key, used FROM keys_fallback WHERE user_id = ? AND device = ? AND algorithm = ?",
);
const unused = statement<{ readonly algorithm: string }>(
  "SELECT algorithm FROM keys_fallback WHERE user_id = ? AND device = ? AND used = 0",
);
const counts = statement<{ readonly algorithm: string; readonly count: number }>(
  "SELECT algorithm, COUNT(*) AS count FROM keys_one_time WHERE user_id = ? AND device = ? GROUP BY algorithm",
);

/** The oldest one-time key of a queue. */
export function oldestKey(db: ReadDb, queue: KeyQueue): Promise<KeyRow | undefined> {
  return db.first(oldest(queue.user, queue.device, queue.algorithm));
}

/** All one-time keys of a device. */
export function allKeys(
  db: ReadDb,
  user: UserId,
  device: DeviceId,
): Promise<readonly (KeyRow & { readonly algorithm: string })[]> {
  return db.all(all(user, device));
}

/** The fallback key of a queue. */
export function fallbackKey(db: ReadDb, queue: KeyQueue): Promise<KeyRow | undefined> {
  return db.first(fallback(queue.user, queue.device, queue.algorithm));
}

/** How many one-time keys a device has left, and which of its fallback keys are unused. */
export async function readCounts(
  db: ReadDb,
  user: UserId,
  device: DeviceId,
): Promise<{ readonly counts: Record<string, number>; readonly unusedFallback: readonly string[] }> {
  const [rows, algorithms] = await Promise.all([db.all(counts(user, device)), db.all(unused(user, device))]);
  return {
    counts: Object.fromEntries(rows.map((row) => [row.algorithm, Number(row.count)])),
    unusedFallback: algorithms.map((row) => row.algorithm),
  };
}

const insert = statement(
  "INSERT INTO keys_one_time (user_id, device, algorithm, key_id, place, key) VALUES (?, ?, ?, ?, ?, ?)",
);
const take = statement("DELETE FROM keys_one_time WHERE user_id = ? AND device = ? AND algorithm = ? AND key_id = ?");
const putFallback = statement(
  `INSERT INTO keys_fallback (user_id, device, algorithm, key_id, key, used) VALUES (?, ?, ?, ?, ?, 0)
   ON CONFLICT (user_id, device, algorithm) DO UPDATE SET
     used = CASE WHEN keys_fallback.key_id = excluded.key_id AND keys_fallback.key = excluded.key THEN keys_fallback.used ELSE 0 END, key_id = excluded.key_id, key = excluded.key`,
);
const useFallback = statement(
  "UPDATE keys_fallback SET used = 1 WHERE user_id = ? AND device = ? AND algorithm = ? AND key_id = ?",
);
const forgetAll = statement("DELETE FROM keys_one_time");

/** The name of a one-time key that was uploaded once, and a mark of what it was. */
export type UploadedName = readonly [name: string, mark: string];

const uploaded = statement<{ readonly names: string }>(
  "SELECT names FROM keys_uploaded WHERE user_id = ? AND device = ?",
);
const setUploaded = statement(
  "INSERT INTO keys_uploaded (user_id, device, names) VALUES (?, ?, ?) ON CONFLICT (user_id, device) DO UPDATE SET names = excluded.names",
);

/** The last one-time keys that a device uploaded, whether they are still there or not. */
export async function readUploaded(db: ReadDb, user: UserId, device: DeviceId): Promise<readonly UploadedName[]> {
  const row = await db.first(uploaded(user, device));
  return row === undefined ? [] : JSON.parse(row.names);
}

/** Keeps the last one-time keys that a device uploaded. */
export function putUploaded(
  tx: Tx,
  of: { readonly user: UserId; readonly device: DeviceId },
  names: readonly UploadedName[],
): void {
  tx.add(setUploaded(of.user, of.device, JSON.stringify(names)));
}

/** Keeps a one-time key; `place` orders the queue. */
export function addOneTimeKey(tx: Tx, queue: KeyQueue, key: KeyRow & { readonly place: number }): void {
  tx.add(insert(queue.user, queue.device, queue.algorithm, key.key_id, key.place, key.key), {
    rows: 1,
    what: "one-time-key",
  });
}

/** Takes a one-time key out; fails as `one-time-key` when somebody else has. */
export function takeOneTimeKey(tx: Tx, queue: KeyQueue, keyId: string): void {
  tx.add(take(queue.user, queue.device, queue.algorithm, keyId), { rows: 1, what: "one-time-key" });
}

/** Keeps a fallback key; unused unless it is the same key as before. */
export function putFallbackKey(tx: Tx, queue: KeyQueue, key: KeyRow): void {
  tx.add(putFallback(queue.user, queue.device, queue.algorithm, key.key_id, key.key));
}

/** Keeps that a fallback key was given out. */
export function markFallbackUsed(tx: Tx, queue: KeyQueue, keyId: string): void {
  tx.add(useFallback(queue.user, queue.device, queue.algorithm, keyId));
}

/** Forgets every one-time key. */
export function forgetOneTimeKeys(tx: Pick<Tx, "add">): void {
  tx.add(forgetAll());
}

const spendAll = statement("UPDATE keys_fallback SET used = 1");

/** Counts every fallback key as given out. */
export function spendFallbackKeys(tx: Pick<Tx, "add">): void {
  tx.add(spendAll());
}
