import { parseUserId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

function known(text: string): UserId {
  const user = parseUserId(text);
  if (user === undefined) throw new Error("the database holds an identifier that does not parse");
  return user;
}

const identity = statement<{ readonly user_id: string }>(
  "SELECT user_id FROM accounts_identities WHERE issuer = ? AND subject = ?",
);
const issuers = statement<{ readonly issuer: string }>("SELECT issuer FROM accounts_identities WHERE user_id = ?");
const pending = statement<{ readonly body: string }>(
  "SELECT body FROM accounts_pending WHERE id = ? AND kind = ? AND expires > ?",
);
const token = statement<{ readonly user_id: string }>(
  "SELECT user_id FROM accounts_login_tokens WHERE hash = ? AND expires > ?",
);

/** Who somebody at a provider is here. */
export async function findIdentity(db: ReadDb, issuer: string, subject: string): Promise<UserId | undefined> {
  const row = await db.first(identity(issuer, subject));
  return row === undefined ? undefined : known(row.user_id);
}

/** The providers that an account can sign in with. */
export async function issuersOf(db: ReadDb, user: UserId): Promise<readonly string[]> {
  return (await db.all(issuers(user))).map((row) => row.issuer);
}

/** What waits under a hashed id, unless it has lapsed. */
export async function findPending(
  db: ReadDb,
  id: string,
  of: { readonly kind: string; readonly now: number },
): Promise<string | undefined> {
  return (await db.first(pending(id, of.kind, of.now)))?.body;
}

/** Whose login token has this hash, unless it has lapsed. */
export async function findLoginToken(db: ReadDb, hash: string, now: number): Promise<UserId | undefined> {
  const row = await db.first(token(hash, now));
  return row === undefined ? undefined : known(row.user_id);
}

const insertIdentity = statement(
  "INSERT INTO accounts_identities (issuer, subject, user_id, created) VALUES (?, ?, ?, ?) ON CONFLICT (issuer, subject) DO NOTHING",
);
const insertPending = statement("INSERT INTO accounts_pending (id, kind, expires, body) VALUES (?, ?, ?, ?)");
const deletePending = statement("DELETE FROM accounts_pending WHERE id = ? AND kind = ?");
const expirePending = statement("DELETE FROM accounts_pending WHERE expires <= ?");
const insertToken = statement("INSERT INTO accounts_login_tokens (hash, user_id, expires) VALUES (?, ?, ?)");
const deleteToken = statement("DELETE FROM accounts_login_tokens WHERE hash = ?");
const expireTokens = statement("DELETE FROM accounts_login_tokens WHERE expires <= ?");
const deleteTokensOf = statement("DELETE FROM accounts_login_tokens WHERE user_id = ?");

/** Keeps who somebody at a provider is here; fails as `identity-free` when it is known already. */
export function addIdentity(
  tx: Tx,
  made: { readonly issuer: string; readonly subject: string; readonly user: UserId; readonly at: number },
): void {
  tx.add(insertIdentity(made.issuer, made.subject, made.user, made.at), { rows: 1, what: "identity-free" });
}

/** Keeps something that waits, and forgets what has lapsed. */
export function addPending(
  tx: Tx,
  made: {
    readonly id: string;
    readonly kind: string;
    readonly now: number;
    readonly ms: number;
    readonly body: string;
  },
): void {
  tx.add(expirePending(made.now));
  tx.add(insertPending(made.id, made.kind, made.now + made.ms, made.body));
}

/** Uses up what waits; fails as `pending` when somebody else did. */
export function removePending(tx: Tx, id: string, kind: string): void {
  tx.add(deletePending(id, kind), { rows: 1, what: "pending" });
}

/** Keeps a login token's hash, and forgets those that have lapsed. */
export function addLoginToken(
  tx: Tx,
  made: { readonly hash: string; readonly user: UserId; readonly now: number; readonly ms: number },
): void {
  tx.add(expireTokens(made.now));
  tx.add(insertToken(made.hash, made.user, made.now + made.ms));
}

/** Uses up a login token; fails as `login-token` when somebody else did. */
export function removeLoginToken(tx: Tx, hash: string): void {
  tx.add(deleteToken(hash), { rows: 1, what: "login-token" });
}

/** Forgets all login tokens of somebody. */
export function removeLoginTokensOf(tx: Tx, user: UserId): void {
  tx.add(deleteTokensOf(user));
}
