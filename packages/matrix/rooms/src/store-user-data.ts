import { parseUserId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A piece of account data; `roomId` is empty for what is not of a room. */
export interface AccountDataRow {
  readonly roomId: string;
  readonly type: string;
  readonly content: string;
}

interface Columns {
  readonly room_id: string;
  readonly type: string;
  readonly content: string;
}

const COLUMNS = "room_id, type, content";
const all = statement<Columns>(`SELECT ${COLUMNS} FROM rooms_account_data WHERE user_id = ? ORDER BY pos`);
const changed = statement<Columns>(
  `SELECT ${COLUMNS} FROM rooms_account_data WHERE user_id = ? AND pos > ? AND pos <= ? ORDER BY pos`,
);
const one = statement<Columns>(
  `SELECT ${COLUMNS} FROM rooms_account_data WHERE user_id = ? AND room_id = ? AND type = ?`,
);
const put = statement(
  `INSERT INTO rooms_account_data (user_id, room_id, type, content, pos) VALUES (?, ?, ?, ?, ?)
   ON CONFLICT (user_id, room_id, type) DO UPDATE SET content = excluded.content, pos = excluded.pos`,
);

function rowOf(row: Columns): AccountDataRow {
  return { roomId: row.room_id, type: row.type, content: row.content };
}

/** Everything that somebody keeps. */
export async function allAccountData(db: ReadDb, user: UserId): Promise<readonly AccountDataRow[]> {
  return (await db.all(all(user))).map(rowOf);
}

/** What changed in `(from, to]`. */
export async function accountDataChanged(
  db: ReadDb,
  user: UserId,
  range: { readonly from: number; readonly to: number },
): Promise<readonly AccountDataRow[]> {
  return (await db.all(changed(user, range.from, range.to))).map(rowOf);
}

/** One piece. */
export async function findAccountData(
  db: ReadDb,
  user: UserId,
  which: { readonly roomId: string; readonly type: string },
): Promise<string | undefined> {
  return (await db.first(one(user, which.roomId, which.type)))?.content;
}

const ruleChanges = statement<{ readonly user_id: string; readonly content: string }>(
  "SELECT user_id, content FROM rooms_account_data WHERE type = 'm.push_rules' AND room_id = ''",
);

/** What everybody has changed of the default push rules. */
export async function allRuleChanges(
  db: ReadDb,
): Promise<readonly { readonly user: UserId; readonly content: string }[]> {
  const rows = await db.all(ruleChanges(), { heavy: true });
  return rows.flatMap((row) => {
    const user = parseUserId(row.user_id);
    return user === undefined ? [] : [{ user, content: row.content }];
  });
}

/** Keeps a piece. */
export function putAccountDataRow(tx: Tx, user: UserId, row: AccountDataRow & { readonly pos: number }): void {
  tx.add(put(user, row.roomId, row.type, row.content, row.pos));
}

const filter = statement<{ readonly filter: string }>(
  "SELECT filter FROM rooms_filters WHERE user_id = ? AND filter_id = ?",
);
const filters = statement<{ readonly filter_id: number; readonly filter: string }>(
  "SELECT filter_id, filter FROM rooms_filters WHERE user_id = ?",
);
const insertFilter = statement(
  "INSERT INTO rooms_filters (user_id, filter_id, filter) VALUES (?, ?, ?) ON CONFLICT (user_id, filter_id) DO NOTHING",
);

/** A filter's JSON. */
export async function findFilter(db: ReadDb, user: UserId, id: number): Promise<string | undefined> {
  return (await db.first(filter(user, id)))?.filter;
}

/** All filters of somebody. */
export function filtersOf(
  db: ReadDb,
  user: UserId,
): Promise<readonly { readonly filter_id: number; readonly filter: string }[]> {
  return db.all(filters(user));
}

/** Keeps a filter; fails as `filter-free` when the number is taken. */
export function addFilter(tx: Tx, user: UserId, made: { readonly id: number; readonly filter: string }): void {
  tx.add(insertFilter(user, made.id, made.filter), { rows: 1, what: "filter-free" });
}
