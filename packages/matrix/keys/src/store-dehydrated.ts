import { parseDeviceId, type DeviceId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A device that was left behind to receive keys (MSC3814). */
export interface DehydratedRow {
  readonly device: DeviceId;
  readonly data: string;
}

const find = statement<{ readonly device: string; readonly data: string }>(
  "SELECT device, data FROM keys_dehydrated WHERE user_id = ?",
);
const put = statement(
  "INSERT INTO keys_dehydrated (user_id, device, data) VALUES (?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET device = excluded.device, data = excluded.data",
);
const remove = statement("DELETE FROM keys_dehydrated WHERE user_id = ?");

/** Finds the device that a user has left behind. */
export async function findDehydrated(db: ReadDb, user: UserId): Promise<DehydratedRow | undefined> {
  const row = await db.first(find(user));
  const device = row === undefined ? undefined : parseDeviceId(row.device);
  return row === undefined || device === undefined ? undefined : { device, data: row.data };
}

/** Keeps a device left behind. */
export function putDehydratedRow(tx: Tx, user: UserId, row: DehydratedRow): void {
  tx.add(put(user, row.device, row.data));
}

/** Forgets the device left behind. */
export function removeDehydratedRow(tx: Tx, user: UserId): void {
  tx.add(remove(user));
}
