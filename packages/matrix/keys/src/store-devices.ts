import { parseUserId, type DeviceId, type UserId } from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";

/** A device's keys as its owner signed them, in JSON. */
export interface DeviceKeysRow {
  readonly device: string;
  readonly keys: string;
}

/** A cross-signing key of a user: `master`, `self_signing` or `user_signing`. */
export interface CrossSigningRow {
  readonly usage: string;
  readonly key: string;
}

/** A signature that somebody has put on a key. */
export interface SignatureRow {
  readonly target_key: string;
  readonly signer: string;
  readonly signer_key: string;
  readonly signature: string;
}

const devices = statement<DeviceKeysRow>("SELECT device, keys FROM keys_devices WHERE user_id = ?");
const crossSigning = statement<CrossSigningRow>("SELECT usage, key FROM keys_cross_signing WHERE user_id = ?");
const signatures = statement<SignatureRow>(
  "SELECT target_key, signer, signer_key, signature FROM keys_signatures WHERE target_user = ?",
);

/** The keys of all devices of a user. */
export function readDevices(db: ReadDb, user: UserId): Promise<readonly DeviceKeysRow[]> {
  return db.all(devices(user));
}

/** The cross-signing keys of a user. */
export function readCrossSigning(db: ReadDb, user: UserId): Promise<readonly CrossSigningRow[]> {
  return db.all(crossSigning(user));
}

/** The signatures on a user's keys. */
export function readSignatures(db: ReadDb, user: UserId): Promise<readonly SignatureRow[]> {
  return db.all(signatures(user));
}

const putDevice = statement(
  "INSERT INTO keys_devices (user_id, device, keys) VALUES (?, ?, ?) ON CONFLICT (user_id, device) DO UPDATE SET keys = excluded.keys",
);
const putCross = statement(
  "INSERT INTO keys_cross_signing (user_id, usage, key) VALUES (?, ?, ?) ON CONFLICT (user_id, usage) DO UPDATE SET key = excluded.key",
);
const putSignature = statement(
  `INSERT INTO keys_signatures (target_user, target_key, signer, signer_key, signature) VALUES (?, ?, ?, ?, ?)
   ON CONFLICT (target_user, target_key, signer, signer_key) DO UPDATE SET signature = excluded.signature`,
);
const addChange = statement("INSERT INTO keys_changes (pos, user_id, only_for) VALUES (?, ?, ?)");
const changes = statement<{ readonly user_id: string; readonly only_for: string | null }>(
  "SELECT DISTINCT user_id, only_for FROM keys_changes WHERE pos > ? AND pos <= ?",
);

/** Keeps a device's keys. */
export function putDeviceKeys(tx: Tx, user: UserId, device: DeviceId, keys: string): void {
  tx.add(putDevice(user, device, keys));
}

/** Keeps a cross-signing key. */
export function putCrossSigning(tx: Tx, user: UserId, row: CrossSigningRow): void {
  tx.add(putCross(user, row.usage, row.key));
}

/** Keeps a signature on somebody's key. */
export function putKeySignature(tx: Tx, target: UserId, row: SignatureRow): void {
  tx.add(putSignature(target, row.target_key, row.signer, row.signer_key, row.signature));
}

/** That a user's keys changed: for everybody, or for one reader. */
export interface DeviceListChange {
  readonly user: UserId;
  readonly onlyFor: UserId | undefined;
}

/** Keeps that a user's keys changed. */
export function addDeviceListChange(tx: Tx, change: DeviceListChange & { readonly pos: number }): void {
  tx.add(addChange(change.pos, change.user, change.onlyFor ?? null));
}

/** Whose keys changed in `(from, to]`. */
export async function readDeviceListChanges(
  db: ReadDb,
  from: number,
  to: number,
): Promise<readonly DeviceListChange[]> {
  return (await db.all(changes(from, to))).flatMap((row) => {
    const user = parseUserId(row.user_id);
    return user === undefined ? [] : [{ user, onlyFor: parseUserId(row.only_for ?? "") }];
  });
}

const OF_DEVICES = [
  "keys_devices",
  "keys_one_time",
  "keys_uploaded",
  "keys_fallback",
  "keys_to_device",
  "keys_to_device_sent",
];

/** Forgets everything of some devices. */
export function removeDeviceRows(tx: Tx, user: UserId, gone: readonly DeviceId[]): void {
  for (const table of OF_DEVICES) {
    tx.add({
      sql: `DELETE FROM ${table} WHERE user_id = ? AND device IN (${placeholders(gone.length)})`,
      parameters: [user, ...gone],
    });
  }
  tx.add({
    sql: `DELETE FROM keys_signatures WHERE target_user = ? AND target_key IN (${placeholders(gone.length)})`,
    parameters: [user, ...gone],
  });
}

const dropMasterSignatures = statement("DELETE FROM keys_signatures WHERE target_user = ?");

/** Forgets all signatures on a user's keys, when a new identity begins. */
export function removeSignatures(tx: Tx, user: UserId): void {
  tx.add(dropMasterSignatures(user));
}

const OF_USERS = [
  ...OF_DEVICES,
  "keys_cross_signing",
  "keys_dehydrated",
  "keys_backups",
  "keys_backup_sessions",
] as const;

/** Forgets everything of a user, and what they signed. */
export function removeUserRows(tx: Tx, user: UserId): void {
  for (const table of OF_USERS) tx.add({ sql: `DELETE FROM ${table} WHERE user_id = ?`, parameters: [user] });
  tx.add({ sql: "DELETE FROM keys_signatures WHERE target_user = ? OR signer = ?", parameters: [user, user] });
}
