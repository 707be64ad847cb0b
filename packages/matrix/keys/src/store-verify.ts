import { fault, type Fault } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";

interface KeyTextRow {
  readonly person: string;
  readonly device: string;
  readonly text: string;
}

/** Texts that must be JSON. */
const TEXTS: readonly { readonly table: string; readonly sql: string }[] = [
  { table: "keys_one_time", sql: "SELECT user_id AS person, device, key AS text FROM keys_one_time" },
  { table: "keys_fallback", sql: "SELECT user_id AS person, device, key AS text FROM keys_fallback" },
  {
    table: "keys_cross_signing",
    sql: "SELECT user_id AS person, usage AS device, key AS text FROM keys_cross_signing",
  },
  { table: "keys_to_device", sql: "SELECT user_id AS person, device, message AS text FROM keys_to_device" },
  { table: "keys_dehydrated", sql: "SELECT user_id AS person, device, data AS text FROM keys_dehydrated" },
];
const DEVICES = "SELECT user_id AS person, device, keys AS text FROM keys_devices";
const BACKUPS = `SELECT s.user_id AS person, s.version FROM keys_backup_sessions s LEFT JOIN keys_backups b ON b.user_id = s.user_id AND b.version = s.version
  WHERE b.version IS NULL GROUP BY s.user_id, s.version`;

/** Compares what is kept of keys: every key can be read, a device's keys name that device, backed-up keys have their backup. */
export async function* verifyKeys(db: ReadDb): AsyncGenerator<Fault> {
  for (const { table, sql } of TEXTS) {
    for (const row of await db.all<KeyTextRow>({ sql, parameters: [] })) {
      if (objectIn(row.text) === undefined) yield fault("not-json", { table, person: row.person, device: row.device });
    }
  }
  for (const row of await db.all<KeyTextRow>({ sql: DEVICES, parameters: [] })) {
    const keys = objectIn(row.text);
    if (keys?.["user_id"] !== row.person || keys["device_id"] !== row.device)
      yield fault("device-keys", { person: row.person, device: row.device });
  }
  for (const row of await db.all<{ readonly person: string; readonly version: number }>({
    sql: BACKUPS,
    parameters: [],
  }))
    yield fault("backup-missing", { person: row.person, version: row.version });
}

/** A one-time key may also be a bare string, so whatever is JSON counts; only objects have members. */
function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return { ...Object(JSON.parse(text)) };
  } catch {
    return undefined;
  }
}
