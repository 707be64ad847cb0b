import { parseDeviceId, parseUserId, type DeviceId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import { parsePusherData, type PusherData } from "./pusher-data.ts";

/** `http`: a gateway as the specification has it; `webpush`: a browser's push service, for our own client. */
export type PusherKind = "http" | "webpush";

/** Where somebody is told of news. */
export interface Pusher {
  readonly user: UserId;
  readonly appId: string;
  readonly pushkey: string;
  /** The device that asked for it: it ends with its session. */
  readonly device: DeviceId;
  readonly kind: PusherKind;
  readonly appName: string;
  readonly deviceName: string;
  readonly profileTag: string;
  readonly lang: string;
  readonly data: PusherData;
  readonly ts: number;
}

interface Columns {
  readonly user_id: string;
  readonly app_id: string;
  readonly pushkey: string;
  readonly device: string;
  readonly kind: string;
  readonly app_name: string;
  readonly device_name: string;
  readonly profile_tag: string;
  readonly lang: string;
  readonly data: string;
  readonly ts: number;
}

const ALL = "user_id, app_id, pushkey, device, kind, app_name, device_name, profile_tag, lang, data, ts";
const everything = statement<Columns>(`SELECT ${ALL} FROM push_pushers ORDER BY ts, user_id, app_id, pushkey`);

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds what does not parse");
  return value;
}

/** All pushers, the oldest first. */
export async function allPushers(db: ReadDb): Promise<readonly Pusher[]> {
  return (await db.all(everything())).map((row) => ({
    user: known(parseUserId(row.user_id)),
    appId: row.app_id,
    pushkey: row.pushkey,
    device: known(parseDeviceId(row.device)),
    kind: row.kind === "webpush" ? "webpush" : "http",
    appName: row.app_name,
    deviceName: row.device_name,
    profileTag: row.profile_tag,
    lang: row.lang,
    data: parsePusherData(row.data),
    ts: row.ts,
  }));
}

const remove = statement("DELETE FROM push_pushers WHERE user_id = ? AND app_id = ? AND pushkey = ?");
const removeOthers = statement("DELETE FROM push_pushers WHERE app_id = ? AND pushkey = ? AND user_id <> ?");
const removeDevice = statement("DELETE FROM push_pushers WHERE user_id = ? AND device = ?");
const insert = statement(`INSERT INTO push_pushers (${ALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);

/** Keeps a pusher in place of one of the same app and key; unless `append`, others lose theirs of that key. */
export function putPusher(tx: Tx, made: Pusher, append: boolean): void {
  removePusher(tx, made);
  if (!append) tx.add(removeOthers(made.appId, made.pushkey, made.user));
  const { user, appId, pushkey, device, kind, appName, deviceName, profileTag, lang, data, ts } = made;
  const names = [appName, deviceName, profileTag, lang] as const;
  tx.add(insert(user, appId, pushkey, device, kind, ...names, JSON.stringify(data), ts));
}

/** Forgets a pusher. */
export function removePusher(tx: Tx, of: Pick<Pusher, "user" | "appId" | "pushkey">): void {
  tx.add(remove(of.user, of.appId, of.pushkey));
}

/** Forgets the pushers of a device. */
export function removePushersOfDevice(tx: Tx, user: UserId, device: DeviceId): void {
  tx.add(removeDevice(user, device));
}
