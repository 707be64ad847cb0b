import type { UserId } from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";

/** A backup as kept. */
export interface BackupRow {
  readonly version: number;
  readonly algorithm: string;
  readonly authData: string;
  readonly etag: number;
  readonly deleted: boolean;
}

/** How good a session's key in a backup is. */
export interface SessionRank {
  readonly roomId: string;
  readonly sessionId: string;
  readonly firstIndex: number;
  readonly forwarded: number;
  readonly isVerified: boolean;
}

/** A session's key in a backup. */
export interface BackupSession extends SessionRank {
  /** Its JSON. */
  readonly data: string;
}

/** A whole backup, one of its rooms, or one session. */
export interface SessionPlace {
  readonly user: UserId;
  readonly version: number;
  readonly roomId?: string;
  readonly sessionId?: string;
}

interface BackupColumns {
  readonly version: number;
  readonly algorithm: string;
  readonly auth_data: string;
  readonly etag: number;
  readonly deleted: number;
}

interface SessionColumns {
  readonly room_id: string;
  readonly session_id: string;
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: number;
  readonly data: string;
}

const COLUMNS = "version, algorithm, auth_data, etag, deleted";
const one = statement<BackupColumns>(`SELECT ${COLUMNS} FROM keys_backups WHERE user_id = ? AND version = ?`);
const newest = statement<BackupColumns>(
  `SELECT ${COLUMNS} FROM keys_backups WHERE user_id = ? AND deleted <= ? ORDER BY version DESC LIMIT 1`,
);
const count = statement<{ readonly count: number }>(
  "SELECT COUNT(*) AS count FROM keys_backup_sessions WHERE user_id = ? AND version = ?",
);

function backupOf(row: BackupColumns | undefined): BackupRow | undefined {
  return row === undefined
    ? undefined
    : {
        version: row.version,
        algorithm: row.algorithm,
        authData: row.auth_data,
        etag: row.etag,
        deleted: row.deleted === 1,
      };
}

/** Finds a backup. */
export async function findBackup(db: ReadDb, user: UserId, version: number): Promise<BackupRow | undefined> {
  return backupOf(await db.first(one(user, version)));
}

/** The newest backup of a user. */
export async function latestBackup(
  db: ReadDb,
  user: UserId,
  options: { readonly withDeleted: boolean },
): Promise<BackupRow | undefined> {
  return backupOf(await db.first(newest(user, options.withDeleted ? 1 : 0)));
}

/** How many keys a backup holds. */
export async function countSessions(db: ReadDb, user: UserId, version: number): Promise<number> {
  return Number((await db.first(count(user, version)))?.count ?? 0);
}

function where(place: SessionPlace): { readonly text: string; readonly parameters: readonly (string | number)[] } {
  const { user, version, roomId, sessionId } = place;
  const text = `user_id = ? AND version = ?${roomId === undefined ? "" : " AND room_id = ?"}${sessionId === undefined ? "" : " AND session_id = ?"}`;
  return {
    text,
    parameters: [
      user,
      version,
      ...(roomId === undefined ? [] : [roomId]),
      ...(sessionId === undefined ? [] : [sessionId]),
    ],
  };
}

/** The keys at a place. */
export async function readSessions(db: ReadDb, place: SessionPlace): Promise<readonly BackupSession[]> {
  const { text, parameters } = where(place);
  const query = {
    sql: `SELECT room_id, session_id, first_message_index, forwarded_count, is_verified, data FROM keys_backup_sessions WHERE ${text} ORDER BY room_id, session_id`,
    parameters,
  };
  const rows = await db.all<SessionColumns>(query, { heavy: place.sessionId === undefined });
  return rows.map((row) => ({ ...rankOf(row), data: row.data }));
}

function rankOf(row: Omit<SessionColumns, "data">): SessionRank {
  return {
    roomId: row.room_id,
    sessionId: row.session_id,
    firstIndex: row.first_message_index,
    forwarded: row.forwarded_count,
    isVerified: row.is_verified === 1,
  };
}

const IDS_PER_QUERY = 200;

/** How good the keys of some sessions of a room are. */
export async function readRanks(
  db: ReadDb,
  place: SessionPlace,
  sessions: readonly string[],
): Promise<readonly SessionRank[]> {
  const { text, parameters } = where(place);
  const found: SessionRank[] = [];
  for (let at = 0; at < sessions.length; at += IDS_PER_QUERY) {
    const some = sessions.slice(at, at + IDS_PER_QUERY);
    const rows = await db.all<Omit<SessionColumns, "data">>({
      sql: `SELECT room_id, session_id, first_message_index, forwarded_count, is_verified FROM keys_backup_sessions WHERE ${text} AND session_id IN (${placeholders(some.length)})`,
      parameters: [...parameters, ...some],
    });
    found.push(...rows.map(rankOf));
  }
  return found;
}

const insert = statement(
  "INSERT INTO keys_backups (user_id, version, algorithm, auth_data, etag) VALUES (?, ?, ?, ?, 0)",
);
const setAuth = statement("UPDATE keys_backups SET auth_data = ? WHERE user_id = ? AND version = ?");
const markDeleted = statement("UPDATE keys_backups SET deleted = 1 WHERE user_id = ? AND version = ?");
const bump = statement("UPDATE keys_backups SET etag = etag + 1 WHERE user_id = ? AND version = ?");
const put = statement(
  `INSERT INTO keys_backup_sessions (user_id, version, room_id, session_id, first_message_index, forwarded_count, is_verified, data)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (user_id, version, room_id, session_id) DO UPDATE SET first_message_index = excluded.first_message_index,
     forwarded_count = excluded.forwarded_count, is_verified = excluded.is_verified, data = excluded.data`,
);

/** Keeps a new backup. */
export function addBackup(
  tx: Tx,
  user: UserId,
  made: { readonly version: number; readonly algorithm: string; readonly authData: string },
): void {
  tx.add(insert(user, made.version, made.algorithm, made.authData));
}

/** Keeps what proves a backup. */
export function setAuthData(tx: Tx, user: UserId, version: number, authData: string): void {
  tx.add(setAuth(authData, user, version));
}

/** Marks a backup as ended; its number is never used again. */
export function markBackupDeleted(tx: Tx, user: UserId, version: number): void {
  tx.add(markDeleted(user, version));
}

/** Changes a backup's etag. */
export function bumpBackup(tx: Tx, user: UserId, version: number): void {
  tx.add(bump(user, version));
}

/** Keeps a session's key. */
export function putSession(
  tx: Tx,
  place: { readonly user: UserId; readonly version: number },
  session: BackupSession,
): void {
  const { roomId, sessionId, firstIndex, forwarded, isVerified, data } = session;
  tx.add(put(place.user, place.version, roomId, sessionId, firstIndex, forwarded, isVerified ? 1 : 0, data));
}

/** Forgets the keys at a place. */
export function removeSessions(tx: Tx, place: SessionPlace): void {
  const { text, parameters } = where(place);
  tx.add({ sql: `DELETE FROM keys_backup_sessions WHERE ${text}`, parameters });
}

/** More versions than anybody makes between two backups of the server. */
const SKIPPED_VERSIONS = 1000;
const skip = statement(
  `INSERT INTO keys_backups (user_id, version, algorithm, auth_data, etag, deleted)
   SELECT user_id, MAX(version) + ${SKIPPED_VERSIONS}, '', '{}', 0, 1 FROM keys_backups GROUP BY user_id`,
);

/** Takes the next numbers of everybody's backups out of use: a deleted one stands behind them. */
export function skipBackupVersions(tx: Pick<Tx, "add">): void {
  tx.add(skip());
}
