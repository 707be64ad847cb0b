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
  readSessions,
  removeSessions,
  setAuthData,
  type BackupRow,
  type BackupSession,
  type SessionPlace,
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
    return await this.#locks.holding([user], async () => {
      const latest = await latestBackup(this.#options.db, user, { withDeleted: true });
      const version = (latest?.version ?? 0) + 1;
      const tx = this.#options.db.begin();
      addBackup(tx, user, { version, algorithm, authData: JSON.stringify(authData) });
      await tx.commit();
      return ok({ version: String(version) });
    });
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
    const { db } = this.#options;
    const wanted = version === undefined || !/^[0-9]{1,15}$/.test(version) ? undefined : Number(version);
    const row =
      version === undefined
        ? await latestBackup(db, user, { withDeleted: false })
        : wanted === undefined
          ? undefined
          : await findBackup(db, user, wanted);
    return row === undefined || row.deleted ? failure("M_NOT_FOUND", "There is no such key backup.") : ok(row);
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
    const tx = this.#options.db.begin();
    setAuthData(tx, user, found.value.version, JSON.stringify(change.authData));
    await tx.commit();
    return ok({});
  }

  /** Ends a backup and forgets its keys. */
  async delete(user: UserId, version: string): Promise<Result<object>> {
    const found = await this.#find(user, version);
    if (!found.ok) return found;
    const tx = this.#options.db.begin();
    markBackupDeleted(tx, user, found.value.version);
    removeSessions(tx, { user, version: found.value.version });
    await tx.commit();
    return ok({});
  }

  /** Keeps keys in the newest backup; of two keys for one session the better one stays. */
  async put(
    user: UserId,
    version: string,
    sessions: readonly { readonly roomId: string; readonly sessionId: string; readonly data: SessionData }[],
  ): Promise<Result<object>> {
    if (
      sessions.some((one) => JSON.stringify(one.data.session_data).length > this.#options.limits.maxBackupSessionBytes)
    )
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
      const present = new Map<string, BackupSession>();
      for (const roomId of new Set(sessions.map((one) => one.roomId))) {
        for (const row of await readSessions(db, { ...place, roomId }))
          present.set(`${row.roomId}\0${row.sessionId}`, row);
      }
      const better = sessions.filter((one) => isBetter(one.data, present.get(`${one.roomId}\0${one.sessionId}`)));
      const tx = db.begin();
      for (const one of better) {
        const {
          first_message_index: firstIndex,
          forwarded_count: forwarded,
          is_verified: isVerified,
          session_data: data,
        } = one.data;
        putSession(tx, place, {
          roomId: one.roomId,
          sessionId: one.sessionId,
          firstIndex,
          forwarded,
          isVerified,
          data: JSON.stringify(data),
        });
      }
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
    const found = await this.#find(user, version);
    if (!found.ok) return found;
    const tx = this.#options.db.begin();
    removeSessions(tx, { user, version: found.value.version, ...place });
    bumpBackup(tx, user, found.value.version);
    await tx.commit();
    return await this.#standing(user, found.value.version);
  }
}

/** Verified before unverified, then the one that reads further back, then the one that was passed on less often. */
function isBetter(next: SessionData, now: BackupSession | undefined): boolean {
  if (now === undefined) return true;
  if (next.is_verified !== now.isVerified) return next.is_verified;
  if (next.first_message_index !== now.firstIndex) return next.first_message_index < now.firstIndex;
  return next.forwarded_count < now.forwarded;
}
