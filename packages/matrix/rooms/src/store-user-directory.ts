import { parseUserId, type UserId } from "@causeway/base";
import { placeholders, statement, type ReadDb } from "@causeway/platform";

/** Somebody who is in a room, with what they have set in their profile. */
export interface KnownPerson {
  readonly user: UserId;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface KnownRow {
  readonly user_id: string;
  readonly fields: string | null;
}

const joined = statement<KnownRow>(
  `SELECT u.user_id, p.fields FROM (
     SELECT DISTINCT m.user_id FROM rooms_memberships m WHERE m.user_id > ? AND m.membership = 'join' ORDER BY m.user_id LIMIT ?
   ) u LEFT JOIN rooms_profiles p ON p.user_id = u.user_id ORDER BY u.user_id`,
);

/** Everybody who is in any room, some at a time, in the order of user ids. */
export async function* peopleInRooms(db: ReadDb, atATime: number): AsyncGenerator<readonly KnownPerson[]> {
  let after = "";
  for (;;) {
    const rows = await db.all(joined(after, atATime), { heavy: true });
    yield rows.flatMap((row) => {
      const user = parseUserId(row.user_id);
      return user === undefined ? [] : [{ user, fields: row.fields === null ? {} : { ...JSON.parse(row.fields) } }];
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < atATime) return;
    after = last.user_id;
  }
}

/** A room's present setting of one kind. */
function settingOf(type: string): string {
  return `(SELECT e.client FROM rooms_state_changes c JOIN rooms_events e ON e.pos = c.event_pos
    WHERE c.room = m.room AND c.type = '${type}' AND c.state_key = '' ORDER BY c.pos DESC LIMIT 1)`;
}

/**
 * Which of some people somebody can see: who are in a room with them, in one that anybody may join, or in one that anybody may read
 * (client-server API, "User Directory").
 */
export async function visibleAmong(db: ReadDb, reader: UserId, users: readonly UserId[]): Promise<ReadonlySet<string>> {
  if (users.length === 0) return new Set();
  const sql = `SELECT DISTINCT m.user_id FROM rooms_memberships m
    WHERE m.user_id IN (${placeholders(users.length)}) AND m.membership = 'join' AND (
      m.room IN (SELECT o.room FROM rooms_memberships o WHERE o.user_id = ? AND o.membership = 'join')
      OR ${settingOf("m.room.join_rules")} LIKE ? OR ${settingOf("m.room.history_visibility")} LIKE ?)`;
  const rows = await db.all<{ readonly user_id: string }>(
    {
      sql,
      parameters: [
        ...users,
        reader,
        '{"content":{%"join_rule":"public"%',
        '{"content":{%"history_visibility":"world_readable"%',
      ],
    },
    { heavy: true },
  );
  return new Set(rows.map((row) => row.user_id));
}
