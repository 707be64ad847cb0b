import type { UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

const find = statement<{ readonly fields: string }>("SELECT fields FROM rooms_profiles WHERE user_id = ?");
const put = statement(
  "INSERT INTO rooms_profiles (user_id, fields) VALUES (?, ?) ON CONFLICT (user_id) DO UPDATE SET fields = excluded.fields",
);

/** The profile fields that somebody has set. */
export async function profileFields(db: ReadDb, user: UserId): Promise<Readonly<Record<string, unknown>>> {
  const row = await db.first(find(user));
  return row === undefined ? {} : { ...JSON.parse(row.fields) };
}

/** Keeps the profile fields that somebody has set. */
export function putProfileFields(tx: Tx, user: UserId, fields: Readonly<Record<string, unknown>>): void {
  tx.add(put(user, JSON.stringify(fields)));
}
