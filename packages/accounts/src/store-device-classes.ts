import { instant, parseUserId, type DeviceId, type Instant, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** That somebody said what a device is. */
export interface DeviceClassRecord {
  readonly device: string;
  readonly managed: boolean;
  readonly by: UserId;
  readonly at: Instant;
}

const add = statement(
  "INSERT INTO accounts_device_classes (user_id, device, at, by_user, managed) VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id, device, at, by_user) DO UPDATE SET managed = excluded.managed",
);
const all = statement<{
  readonly device: string;
  readonly at: number;
  readonly by_user: string;
  readonly managed: number;
}>("SELECT device, at, by_user, managed FROM accounts_device_classes WHERE user_id = ? ORDER BY at, device");

/** Keeps who said what a device is. */
export function recordDeviceClass(
  tx: Tx,
  of: { readonly user: UserId; readonly device: DeviceId },
  said: { readonly managed: boolean; readonly by: UserId; readonly at: Instant },
): void {
  tx.add(add(of.user, of.device, said.at, said.by, said.managed ? 1 : 0));
}

/** What was said of somebody's devices, the oldest first; of devices that have gone too. */
export async function deviceClassRecords(db: ReadDb, user: UserId): Promise<readonly DeviceClassRecord[]> {
  return (await db.all(all(user))).flatMap((row) => {
    const by = parseUserId(row.by_user);
    return by === undefined ? [] : [{ device: row.device, managed: row.managed === 1, by, at: instant(row.at) }];
  });
}
