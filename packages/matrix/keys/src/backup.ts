import { failure, ok, type Result, type UserId } from "@causeway/base";
import type { KeysOptions } from "./create-keys.ts";
import {
  addBackup,
  bumpBackup,
  countSessions,
  findBackup,
  latestBackup,
  markBackupDeleted,
  putSession,
  readRanks,
  readSessions,
  removeSessions,
  setAuthData,
  type BackupRow,
  type BackupSession,
  type SessionPlace,
  type SessionRank,
} from "./store-backup.ts";
import { Locks } from "./locks.ts";

/** A session's key as clients send and get it. */
export interface SessionData {
  readonly first_message_index: number;
  readonly forwarded_count: number;
  readonly is_verified: boolean;
  readonly session_data: Readonly<Record<string, unknown>>;
}

/** Server-side backups of message keys, sealed by the client (client-server API, "Server-side key backups"). */
export class Backups {
  #options: KeysOptions;
  #locks = new Locks();

  constructor(options: KeysOptions) {
    this.#options = options;
  }

  /** Begins a new backup. */
  async create(user: UserId, algorithm: string, authData: object): Promise<Result<object>> {
    const auth = this.#authText(authData);
    if (!auth.ok) return auth;
    return await this.#locks.holding([user], async () => {
      const latest = await latestBackup(this.#options.db, user, { withDeleted: true });
      const version = (latest?.version ?? 0) + 1;
      const tx = this.#options.db.begin();
      addBackup(tx, user, { version, algorithm, authData: auth.value });
      await tx.commit();
      return ok({ version: String(version) });
    });
  }

  #authText(authData: object): Result<string> {
    const text = JSON.stringify(authData);
    return Buffer.byteLength(text) > this.#options.limits.maxBackupAuthBytes ? failure("M_TOO_LARGE") : ok(text);
  }

  /** A backup, or the newest one. */
  async view(user: UserId, version: string | undefined): Promise<Result<object>> {
    const found = await this.#find(user, version);
    if (!found.ok) return found;
    const row = found.value;
    const count = await countSessions(this.#options.db, user, row.version);
    return ok({
      algorithm: row.algorithm,
      auth_data: JSON.parse(row.authData),
      count,
      etag: String(row.etag),
      version: String(row.version),
    });
  }

  async #find(user: UserId, version: string | undefined): Promise<Result<BackupRow>> {
    const row = await this.#row(user, version);
    return row === undefined || row.deleted ? failure("M_NOT_FOUND", "There is no such key backup.") : ok(row);
  }

  async #row(user: UserId, version: string | undefined): Promise<BackupRow | undefined> {
    const { db } = this.#options;
    if (version === undefined) return await latestBackup(db, user, { withDeleted: false });
    return /^[1-9][0-9]{0,14}$/.test(version) ? await findBackup(db, user, Number(version)) : undefined;
  }

  /** Changes what proves a backup. */
  async update(
    user: UserId,
    version: string,
    change: { readonly algorithm: string; readonly authData: object },
  ): Promise<Result<object>> {
    const found = await this.#find(user, version);
    if (!found.ok) return found;
    if (found.value.algorithm !== change.algorithm)
      return failure("M_INVALID_PARAM", "The algorithm of a backup cannot change.");
    const auth = this.#authText(change.authData);
    if (!auth.ok) return auth;
    const tx = this.#options.db.begin();
    setAuthData(tx, user, found.value.version, auth.value);
    await tx.commit();
    return ok({});
  }

  /** Ends a backup and forgets its keys; one that has ended already is fine. */
  async delete(user: UserId, version: string): Promise<Result<object>> {
    const row = await this.#row(user, version);
    if (row === undefined) return failure("M_NOT_FOUND", "There is no such key backup.");
    return await this.#locks.holding([user], async () => {
      const tx = this.#options.db.begin();
      markBackupDeleted(tx, user, row.version);
      removeSessions(tx, { user, version: row.version });
      await tx.commit();
      return ok({});
    });
  }

  /** Keeps keys in the newest backup; of two keys for one session the better one stays. */
  async put(user: UserId, version: string, sessions: readonly NewSession[]): Promise<Result<object>> {
    const rows = sessions.map(rowOf);
    if (rows.some((row) => Buffer.byteLength(row.data) > this.#options.limits.maxBackupSessionBytes))
      return failure("M_TOO_LARGE");
    return await this.#locks.holding([user], async () => {
      const { db } = this.#options;
      const found = await this.#find(user, version);
      if (!found.ok) return found;
      const newest = await latestBackup(db, user, { withDeleted: false });
      if (newest?.version !== found.value.version) {
        return failure("M_WRONG_ROOM_KEYS_VERSION", undefined, { current_version: String(newest?.version ?? "") });
      }
      const place = { user, version: found.value.version };
      const present = new Map<string, SessionRank>();
      for (const [roomId, ofRoom] of Map.groupBy(rows, (row) => row.roomId)) {
        const ids = ofRoom.map((row) => row.sessionId);
        for (const rank of await readRanks(db, { ...place, roomId }, ids)) present.set(nameOf(rank), rank);
      }
      const better = rows.filter((row) => isBetter(row, present.get(nameOf(row))));
      const tx = db.begin();
      for (const row of better) putSession(tx, place, row);
      if (better.length > 0) bumpBackup(tx, user, place.version);
      await tx.commit();
      return await this.#standing(user, place.version);
    });
  }

  async #standing(user: UserId, version: number): Promise<Result<object>> {
    const { db } = this.#options;
    const [row, count] = await Promise.all([findBackup(db, user, version), countSessions(db, user, version)]);
    return ok({ etag: String(row?.etag ?? 0), count });
  }

  /** The keys of a backup, of one of its rooms, or of one session. */
  async get(
    user: UserId,
    version: string,
    place: Omit<SessionPlace, "user" | "version">,
  ): Promise<Result<readonly BackupSession[]>> {
    const found = await this.#find(user, version);
    return found.ok
      ? ok(await readSessions(this.#options.db, { user, version: found.value.version, ...place }))
      : found;
  }

  /** Removes keys from a backup. */
  async remove(user: UserId, version: string, place: Omit<SessionPlace, "user" | "version">): Promise<Result<object>> {
    return await this.#locks.holding([user], async () => {
      const found = await this.#find(user, version);
      if (!found.ok) return found;
      const tx = this.#options.db.begin();
      removeSessions(tx, { user, version: found.value.version, ...place });
      bumpBackup(tx, user, found.value.version);
      await tx.commit();
      return await this.#standing(user, found.value.version);
    });
  }
}

/** A session's key with its place. */
interface NewSession {
  readonly roomId: string;
  readonly sessionId: string;
  readonly data: SessionData;
}

function rowOf({ roomId, sessionId, data }: NewSession): BackupSession {
  return {
    roomId,
    sessionId,
    firstIndex: data.first_message_index,
    forwarded: data.forwarded_count,
    isVerified: data.is_verified,
    data: JSON.stringify(data.session_data),
  };
}

function nameOf(one: { readonly roomId: string; readonly sessionId: string }): string {
  return `${one.roomId}\0${one.sessionId}`;
}

/** Verified before unverified, then the one that reads further back, then the one that was passed on less often. */
function isBetter(next: SessionRank, now: SessionRank | undefined): boolean {
  if (now === undefined) return true;
  if (next.isVerified !== now.isVerified) return next.isVerified;
  if (next.firstIndex !== now.firstIndex) return next.firstIndex < now.firstIndex;
  return next.forwarded < now.forwarded;
}
