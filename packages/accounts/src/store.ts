import { parseDeviceId, parseUserId, type DeviceId, type Instant, type UserId } from "@causeway/base";
import type { Hold } from "@causeway/contract";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";

/** An account as kept. */
export interface AccountRow {
  readonly userId: UserId;
  readonly password: string | undefined;
  readonly deactivated: boolean;
  readonly locked: boolean;
  readonly suspended: boolean;
}

/** A session: a device that is signed in. */
export interface SessionRow {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly session: string;
  readonly name: string | undefined;
  readonly managed: boolean;
  readonly lastSeen: number;
  readonly generation: number;
  readonly confirmed: number;
}

/** `replaced`: an access token that another exchange of the same refresh token replaced before its first use. */
export type TokenKind = "access" | "refresh" | "replaced";

/** A token, by its hash. */
export interface TokenRow {
  readonly kind: TokenKind;
  readonly generation: number;
  readonly expires: number | undefined;
  readonly session: SessionRow;
  readonly held: Hold | undefined;
}

interface UserColumns {
  readonly user_id: string;
  readonly password: string | null;
  readonly deactivated: number;
  readonly locked: number;
  readonly suspended: number;
}

interface SessionColumns {
  readonly user_id: string;
  readonly device: string;
  readonly session: string;
  readonly name: string | null;
  readonly managed: number;
  readonly last_seen: number;
  readonly generation: number;
  readonly confirmed: number;
}

const ACCOUNT = "user_id, password, deactivated, locked, suspended";
const SESSION = "s.user_id, s.device, s.session, s.name, s.managed, s.last_seen, s.generation, s.confirmed";

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

function sessionOf(row: SessionColumns): SessionRow {
  return {
    user: known(parseUserId(row.user_id)),
    device: known(parseDeviceId(row.device)),
    session: row.session,
    name: row.name ?? undefined,
    managed: row.managed === 1,
    lastSeen: row.last_seen,
    generation: row.generation,
    confirmed: row.confirmed,
  };
}

const account = statement<UserColumns>(`SELECT ${ACCOUNT} FROM accounts_users WHERE user_id = ?`);
const sessions = statement<SessionColumns>(
  `SELECT ${SESSION} FROM accounts_sessions s WHERE s.user_id = ? ORDER BY s.created, s.device`,
);
const token = statement<
  SessionColumns & {
    readonly kind: string;
    readonly token_generation: number;
    readonly expires: number | null;
    readonly locked: number;
    readonly suspended: number;
  }
>(
  `SELECT ${SESSION}, t.kind, t.generation AS token_generation, t.expires, u.locked, u.suspended FROM accounts_tokens t
   JOIN accounts_sessions s ON s.session = t.session JOIN accounts_users u ON u.user_id = s.user_id WHERE t.hash = ?`,
);

function accountOf(row: UserColumns): AccountRow {
  return {
    userId: known(parseUserId(row.user_id)),
    password: row.password ?? undefined,
    deactivated: row.deactivated === 1,
    locked: row.locked === 1,
    suspended: row.suspended === 1,
  };
}

/** How an account is held; the stronger of two holds. */
export function holdOf(account: Pick<AccountRow, "locked" | "suspended">): Hold | undefined {
  if (account.locked) return "locked";
  return account.suspended ? "suspended" : undefined;
}

/** Finds an account; an empty id is nobody's. */
export async function findAccount(db: ReadDb, user: UserId | ""): Promise<AccountRow | undefined> {
  const row = await db.first(account(user));
  return row === undefined ? undefined : accountOf(row);
}

/** Accounts asked for at once. */
const MANY = 500;

/** Finds accounts; those that there are not are left out. */
export async function findAccounts(db: ReadDb, users: readonly UserId[]): Promise<readonly AccountRow[]> {
  const found: AccountRow[] = [];
  for (let from = 0; from < users.length; from += MANY) {
    const some = users.slice(from, from + MANY);
    const select = statement<UserColumns>(
      `SELECT ${ACCOUNT} FROM accounts_users WHERE user_id IN (${placeholders(some.length)})`,
    );
    found.push(...(await db.all(select(...some))).map(accountOf));
  }
  return found;
}

/** The sessions of an account, oldest first. */
export async function sessionsOf(db: ReadDb, user: UserId): Promise<readonly SessionRow[]> {
  return (await db.all(sessions(user))).map(sessionOf);
}

/** Finds a token by its hash. */
export async function findToken(db: ReadDb, hash: string): Promise<TokenRow | undefined> {
  const row = await db.first(token(hash));
  if (row === undefined) return undefined;
  return {
    kind: row.kind === "refresh" || row.kind === "replaced" ? row.kind : "access",
    generation: row.token_generation,
    expires: row.expires ?? undefined,
    session: sessionOf(row),
    held: holdOf({ locked: row.locked === 1, suspended: row.suspended === 1 }),
  };
}

const leaving = statement<{ readonly user_id: string }>(
  "SELECT user_id FROM accounts_users WHERE departed = 0 ORDER BY user_id",
);
const page = statement<UserColumns>(`SELECT ${ACCOUNT} FROM accounts_users WHERE user_id > ? ORDER BY user_id LIMIT ?`);

/** Deactivated accounts whose departure has not been announced with success. */
export async function accountsLeaving(db: ReadDb): Promise<readonly UserId[]> {
  return (await db.all(leaving())).map((row) => known(parseUserId(row.user_id)));
}

/** Accounts after a user id, in the order of ids. */
export async function accountsAfter(db: ReadDb, after: string, limit: number): Promise<readonly AccountRow[]> {
  return (await db.all(page(after, limit))).map(accountOf);
}

const OF_DEVICE = "(SELECT session FROM accounts_sessions WHERE user_id = ? AND device = ?)";
const OF_USER = "(SELECT session FROM accounts_sessions WHERE user_id = ?)";
const insertAccount = statement(
  "INSERT INTO accounts_users (user_id, password, created) VALUES (?, ?, ?) ON CONFLICT (user_id) DO NOTHING",
);
const updatePassword = statement("UPDATE accounts_users SET password = ? WHERE user_id = ? AND deactivated = 0");
const stillActive = statement("UPDATE accounts_users SET deactivated = 0 WHERE user_id = ? AND deactivated = 0");
const stillSame = statement(
  "UPDATE accounts_users SET deactivated = 0 WHERE user_id = ? AND deactivated = 0 AND password = ?",
);
const deactivate = statement(
  "UPDATE accounts_users SET password = NULL, deactivated = 1, departed = 0 WHERE user_id = ? AND deactivated = 0",
);
const setLocked = statement("UPDATE accounts_users SET locked = ? WHERE user_id = ? AND deactivated = 0");
const setSuspended = statement("UPDATE accounts_users SET suspended = ? WHERE user_id = ? AND deactivated = 0");
const depart = statement("UPDATE accounts_users SET departed = 1 WHERE user_id = ?");
const insertSession = statement(
  "INSERT INTO accounts_sessions (user_id, device, session, name, created, managed, last_seen, generation, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
);
const insertToken = statement(
  "INSERT INTO accounts_tokens (hash, session, kind, generation, expires) VALUES (?, ?, ?, ?, ?)",
);
const deleteDeviceTokens = statement(`DELETE FROM accounts_tokens WHERE session IN ${OF_DEVICE}`);
const deleteDevice = statement("DELETE FROM accounts_sessions WHERE user_id = ? AND device = ?");
const deleteUserTokens = statement(`DELETE FROM accounts_tokens WHERE session IN ${OF_USER}`);
const deleteUserSessions = statement("DELETE FROM accounts_sessions WHERE user_id = ?");
const deleteOldAccess = statement(
  "DELETE FROM accounts_tokens WHERE session = ? AND kind = 'access' AND generation < ?",
);
const replaceUnused = statement(
  "UPDATE accounts_tokens SET kind = 'replaced' WHERE session = ? AND kind = 'access' AND generation > ?",
);
const deleteOld = statement("DELETE FROM accounts_tokens WHERE session = ? AND generation < ?");
const advance = statement(
  "UPDATE accounts_sessions SET generation = ?, confirmed = ? WHERE session = ? AND generation = ? AND confirmed <= ?",
);
const confirm = statement("UPDATE accounts_sessions SET confirmed = ? WHERE session = ? AND generation = ?");
const rename = statement("UPDATE accounts_sessions SET name = ? WHERE user_id = ? AND device = ?");
const classify = statement("UPDATE accounts_sessions SET managed = ? WHERE user_id = ? AND device = ?");
const seen = statement("UPDATE accounts_sessions SET last_seen = ? WHERE session = ? AND last_seen < ?");

/** Keeps a new account; fails as `account-free` when the name is taken. */
export function addAccount(
  tx: Tx,
  user: UserId,
  made: { readonly password: string | undefined; readonly at: Instant },
): void {
  tx.add(insertAccount(user, made.password ?? null, made.at), { rows: 1, what: "account-free" });
}

/** Fails as `account-active` when the account has ended in the meantime, or has another password than the hash given. */
export function expectActive(tx: Tx, user: UserId, password?: string): void {
  tx.add(password === undefined ? stillActive(user) : stillSame(user, password), { rows: 1, what: "account-active" });
}

/** Keeps a new password of an active account; fails as `account-active`. */
export function setPassword(tx: Tx, user: UserId, password: string): void {
  tx.add(updatePassword(password, user), { rows: 1, what: "account-active" });
}

/** Ends an account for good; nothing when it has ended before. */
export function markDeactivated(tx: Tx, user: UserId): void {
  tx.add(deactivate(user));
}

/** Keeps whether an account is held in one way; fails as `account-active` when it has ended. */
export function setHold(tx: Tx, user: UserId, change: { readonly hold: Hold; readonly on: boolean }): void {
  const update = change.hold === "locked" ? setLocked : setSuspended;
  tx.add(update(change.on ? 1 : 0, user), { rows: 1, what: "account-active" });
}

/** Keeps that what follows a deactivation has been done. */
export function markDeparted(tx: Tx, user: UserId): void {
  tx.add(depart(user));
}

/** Keeps a new session. */
export function addSession(tx: Tx, made: SessionRow, at: Instant): void {
  tx.add(
    insertSession(
      made.user,
      made.device,
      made.session,
      made.name ?? null,
      at,
      made.managed ? 1 : 0,
      at,
      made.generation,
      made.confirmed,
    ),
  );
}

/** Keeps a token's hash. */
export function addToken(
  tx: Tx,
  made: {
    readonly hash: string;
    readonly session: string;
    readonly kind: "access" | "refresh";
    readonly generation: number;
    readonly expires: number | undefined;
  },
): void {
  tx.add(insertToken(made.hash, made.session, made.kind, made.generation, made.expires ?? null));
}

/** Forgets the session of a device and all of its tokens. */
export function removeSession(tx: Tx, user: UserId, device: DeviceId): void {
  tx.add(deleteDeviceTokens(user, device));
  tx.add(deleteDevice(user, device));
}

/** Forgets all sessions of a user, also one that began since they were read. */
export function removeAllSessions(tx: Tx, user: UserId): void {
  tx.add(deleteUserTokens(user));
  tx.add(deleteUserSessions(user));
}

/** Begins the next generation of a session's tokens, from a token of generation `used`; fails as `generation` when somebody else did. */
export function nextGeneration(tx: Tx, session: SessionRow, used: number): void {
  const { generation } = session;
  tx.add(advance(generation + 1, used, session.session, generation, used), { rows: 1, what: "generation" });
  tx.add(deleteOldAccess(session.session, used));
  tx.add(replaceUnused(session.session, used));
}

/** Keeps that the newest generation has been used, and forgets the access tokens before it; fails as `generation`. */
export function confirmGeneration(tx: Tx, session: string, generation: number): void {
  tx.add(confirm(generation, session, generation), { rows: 1, what: "generation" });
  tx.add(deleteOldAccess(session, generation));
}

/** Forgets everything about tokens before a generation. */
export function forgetTokensBefore(tx: Tx, session: string, before: number): void {
  tx.add(deleteOld(session, before));
}

/** Names a device; fails as `device-there`. */
export function renameSession(tx: Tx, user: UserId, device: DeviceId, name: string): void {
  tx.add(rename(name, user, device), { rows: 1, what: "device-there" });
}

/** Says whether a device is managed; fails as `device-there`. */
export function setManaged(tx: Tx, user: UserId, device: DeviceId, isManaged: boolean): void {
  tx.add(classify(isManaged ? 1 : 0, user, device), { rows: 1, what: "device-there" });
}

/** Keeps when a session was last seen. */
export function touchSession(tx: Tx, session: string, at: number): void {
  tx.add(seen(at, session, at));
}
