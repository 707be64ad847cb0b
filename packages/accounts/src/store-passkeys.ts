import { parseUserId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A passkey as kept. */
export interface PasskeyRow {
  /** The credential's id, base64url. */
  readonly id: string;
  readonly user: UserId;
  /** The account's random name at authenticators, base64url: it says nothing about the person. */
  readonly handle: string;
  readonly publicKey: Uint8Array<ArrayBuffer>;
  readonly counter: number;
  readonly name: string;
  readonly transports: readonly string[];
  /** Kept by the person's platform beyond one device. */
  readonly backedUp: boolean;
  readonly prf: boolean;
  /** What PRF is evaluated with, base64url. */
  readonly salt: string;
  /** What the client has sealed with the PRF output; opaque here. */
  readonly sealed: string | undefined;
  readonly created: number;
  readonly lastUsed: number | undefined;
}

interface Columns {
  readonly id: string;
  readonly user_id: string;
  readonly handle: string;
  readonly public_key: Uint8Array;
  readonly counter: number;
  readonly name: string;
  readonly transports: string;
  readonly backed_up: number;
  readonly prf: number;
  readonly salt: string;
  readonly sealed: string | null;
  readonly created: number;
  readonly last_used: number | null;
}

const ALL =
  "id, user_id, handle, public_key, counter, name, transports, backed_up, prf, salt, sealed, created, last_used";
const one = statement<Columns>(`SELECT ${ALL} FROM accounts_passkeys WHERE id = ?`);
const many = statement<Columns>(`SELECT ${ALL} FROM accounts_passkeys WHERE user_id = ? ORDER BY created, id`);
const stepUps = statement<{
  readonly id: string;
  readonly operation: string;
  readonly passkey: string;
  readonly at: number;
}>("SELECT id, operation, passkey, at FROM accounts_step_ups WHERE user_id = ? ORDER BY at, id");

function passkeyOf(row: Columns): PasskeyRow {
  const user = parseUserId(row.user_id);
  if (user === undefined) throw new Error("the database holds an identifier that does not parse");
  const transports: unknown = JSON.parse(row.transports);
  return {
    id: row.id,
    user,
    handle: row.handle,
    publicKey: new Uint8Array(row.public_key),
    counter: row.counter,
    name: row.name,
    transports: Array.isArray(transports) ? transports.map(String) : [],
    backedUp: row.backed_up === 1,
    prf: row.prf === 1,
    salt: row.salt,
    sealed: row.sealed ?? undefined,
    created: row.created,
    lastUsed: row.last_used ?? undefined,
  };
}

/** Finds a passkey by its id. */
export async function findPasskey(db: ReadDb, id: string): Promise<PasskeyRow | undefined> {
  const row = await db.first(one(id));
  return row === undefined ? undefined : passkeyOf(row);
}

/** The passkeys of an account, oldest first. */
export async function passkeysOf(db: ReadDb, user: UserId): Promise<readonly PasskeyRow[]> {
  return (await db.all(many(user))).map(passkeyOf);
}

/** A sensitive thing that was confirmed with a passkey. */
export interface StepUpRow {
  readonly id: string;
  readonly operation: string;
  readonly passkey: string;
  readonly at: number;
}

/** What somebody has confirmed, oldest first. */
export async function stepUpsOf(db: ReadDb, user: UserId): Promise<readonly StepUpRow[]> {
  return await db.all(stepUps(user));
}

const insert = statement(
  `INSERT INTO accounts_passkeys (${ALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
);
const use = statement(
  "UPDATE accounts_passkeys SET counter = ?, backed_up = ?, last_used = ? WHERE id = ? AND user_id = ? AND (counter < ? OR (counter = 0 AND ? = 0))",
);
const rename = statement("UPDATE accounts_passkeys SET name = ? WHERE id = ? AND user_id = ?");
const seal = statement("UPDATE accounts_passkeys SET sealed = ? WHERE id = ? AND user_id = ?");
const remove = statement("DELETE FROM accounts_passkeys WHERE id = ? AND user_id = ?");
const removeAll = statement("DELETE FROM accounts_passkeys WHERE user_id = ?");
const insertStepUp = statement(
  "INSERT INTO accounts_step_ups (id, user_id, operation, passkey, at) VALUES (?, ?, ?, ?, ?)",
);

/** Keeps a new passkey; fails as `passkey-free` when its id is known already, whoever has it. */
export function addPasskey(tx: Tx, made: PasskeyRow): void {
  const values = [made.id, made.user, made.handle, made.publicKey, made.counter, made.name] as const;
  const rest = [JSON.stringify(made.transports), made.backedUp ? 1 : 0, made.prf ? 1 : 0, made.salt] as const;
  tx.add(insert(...values, ...rest, made.sealed ?? null, made.created, made.lastUsed ?? null), {
    rows: 1,
    what: "passkey-free",
  });
}

/** Keeps that a passkey was used; fails as `passkey-counter` when it is gone or its counter has not moved on. */
export function touchPasskey(
  tx: Tx,
  used: {
    readonly id: string;
    readonly user: UserId;
    readonly counter: number;
    readonly backedUp: boolean;
    readonly at: number;
  },
): void {
  const { id, user, counter, backedUp, at } = used;
  tx.add(use(counter, backedUp ? 1 : 0, at, id, user, counter, counter), { rows: 1, what: "passkey-counter" });
}

/** Names a passkey of somebody; fails as `passkey-there`. */
export function renamePasskey(tx: Tx, of: { readonly id: string; readonly user: UserId }, name: string): void {
  tx.add(rename(name, of.id, of.user), { rows: 1, what: "passkey-there" });
}

/** Keeps what is sealed for a passkey of somebody; fails as `passkey-there`. */
export function sealForPasskey(
  tx: Tx,
  of: { readonly id: string; readonly user: UserId },
  sealed: string | undefined,
): void {
  tx.add(seal(sealed ?? null, of.id, of.user), { rows: 1, what: "passkey-there" });
}

/** Removes a passkey of somebody; fails as `passkey-there`. */
export function removePasskey(tx: Tx, of: { readonly id: string; readonly user: UserId }): void {
  tx.add(remove(of.id, of.user), { rows: 1, what: "passkey-there" });
}

/** Removes all passkeys of somebody. */
export function removePasskeysOf(tx: Tx, user: UserId): void {
  tx.add(removeAll(user));
}

/** Keeps that somebody has confirmed something with a passkey. */
export function addStepUp(tx: Tx, made: StepUpRow & { readonly user: UserId }): void {
  tx.add(insertStepUp(made.id, made.user, made.operation, made.passkey, made.at));
}
