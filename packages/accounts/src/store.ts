import { parseDeviceId, parseUserId, type DeviceId, type Instant, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** An account as kept. */
export interface AccountRow {
  readonly userId: UserId;
  readonly password: string | undefined;
  readonly deactivated: boolean;
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

/** A token, by its hash. */
export interface TokenRow {
  readonly kind: "access" | "refresh";
  readonly generation: number;
  readonly expires: number | undefined;
  readonly session: SessionRow;
}

interface UserColumns {
  readonly user_id: string;
  readonly password: string | null;
  readonly deactivated: number;
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

const account = statement<UserColumns>("SELECT user_id, password, deactivated FROM accounts_users WHERE user_id = ?");
const allAccounts = statement<UserColumns>("SELECT user_id, password, deactivated FROM accounts_users ORDER BY user_id");
const sessions = statement<SessionColumns>(`SELECT ${SESSION} FROM accounts_sessions s WHERE s.user_id = ? ORDER BY s.created, s.device`);
const token = statement<SessionColumns & { readonly kind: string; readonly token_generation: number; readonly expires: number | null }>(
  `SELECT ${SESSION}, t.kind, t.generation AS token_generation, t.expires FROM accounts_tokens t JOIN accounts_sessions s ON s.session = t.session WHERE t.hash = ?`,
);

function accountOf(row: UserColumns): AccountRow {
  return { userId: known(parseUserId(row.user_id)), password: row.password ?? undefined, deactivated: row.deactivated === 1 };
}

/** Finds an account. */
export async function findAccount(db: ReadDb, user: UserId): Promise<AccountRow | undefined> {
  const row = await db.first(account(user));
  return row === undefined ? undefined : accountOf(row);
}

/** All accounts. */
export async function listAccounts(db: ReadDb): Promise<readonly AccountRow[]> {
  return (await db.all(allAccounts())).map(accountOf);
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
    kind: row.kind === "refresh" ? "refresh" : "access",
    generation: row.token_generation,
    expires: row.expires ?? undefined,
    session: sessionOf(row),
  };
}

const insertAccount = statement("INSERT INTO accounts_users (user_id, password, created) VALUES (?, ?, ?) ON CONFLICT (user_id) DO NOTHING");
const updatePassword = statement("UPDATE accounts_users SET password = ? WHERE user_id = ? AND deactivated = 0");
const deactivate = statement("UPDATE accounts_users SET password = NULL, deactivated = 1 WHERE user_id = ?");
const insertSession = statement(
  "INSERT INTO accounts_sessions (user_id, device, session, name, created, managed, last_seen, generation, confirmed) VALUES (?, ?, ?, ?, ?, ?, ?, 1, 0)",
);
const insertToken = statement("INSERT INTO accounts_tokens (hash, session, kind, generation, expires) VALUES (?, ?, ?, ?, ?)");
const deleteSession = statement("DELETE FROM accounts_sessions WHERE session = ?");
const deleteTokens = statement("DELETE FROM accounts_tokens WHERE session = ?");
const deleteOldTokens = statement("DELETE FROM accounts_tokens WHERE session = ? AND kind = 'access' AND generation < ?");
const deleteGeneration = statement("DELETE FROM accounts_tokens WHERE session = ? AND generation = ?");
const advance = statement("UPDATE accounts_sessions SET generation = ? WHERE session = ? AND generation = ?");
const confirm = statement("UPDATE accounts_sessions SET confirmed = ? WHERE session = ? AND confirmed < ?");
const rename = statement("UPDATE accounts_sessions SET name = ? WHERE user_id = ? AND device = ?");
const classify = statement("UPDATE accounts_sessions SET managed = ? WHERE user_id = ? AND device = ?");
const seen = statement("UPDATE accounts_sessions SET last_seen = ? WHERE session = ?");

/** Keeps a new account; fails as `account-free` when the name is taken. */
export function addAccount(tx: Tx, user: UserId, made: { readonly password: string | undefined; readonly at: Instant }): void {
  tx.add(insertAccount(user, made.password ?? null, made.at), { rows: 1, what: "account-free" });
}

/** Keeps a new password of an active account. */
export function setPassword(tx: Tx, user: UserId, password: string): void {
  tx.add(updatePassword(password, user), { rows: 1, what: "account-active" });
}

/** Ends an account for good. */
export function markDeactivated(tx: Tx, user: UserId): void {
  tx.add(deactivate(user), { rows: 1, what: "account-there" });
}

/** Keeps a new session. */
export function addSession(tx: Tx, made: SessionRow, at: Instant): void {
  tx.add(insertSession(made.user, made.device, made.session, made.name ?? null, at, made.managed ? 1 : 0, at));
}

/** Keeps a token's hash. */
export function addToken(
  tx: Tx,
  made: { readonly hash: string; readonly session: string; readonly kind: "access" | "refresh"; readonly generation: number; readonly expires: number | undefined },
): void {
  tx.add(insertToken(made.hash, made.session, made.kind, made.generation, made.expires ?? null));
}

/** Forgets a session and all of its tokens. */
export function removeSession(tx: Tx, session: string): void {
  tx.add(deleteTokens(session));
  tx.add(deleteSession(session));
}

/** Begins the next generation of a session's tokens; fails as `generation` when somebody else has. */
export function nextGeneration(tx: Tx, session: string, from: number): void {
  tx.add(advance(from + 1, session, from), { rows: 1, what: "generation" });
}

/** Forgets the tokens of a generation that was never used. */
export function dropGeneration(tx: Tx, session: string, generation: number): void {
  tx.add(deleteGeneration(session, generation), { rows: 2, what: "generation" });
}

/** Keeps that a generation has been used, and forgets the access tokens before it. */
export function confirmGeneration(tx: Tx, session: string, generation: number): void {
  tx.add(confirm(generation, session, generation));
  tx.add(deleteOldTokens(session, generation));
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
export function touchSession(tx: Tx, session: string, at: Instant): void {
  tx.add(seen(at, session));
}
