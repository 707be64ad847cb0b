import { instant, parseDeviceId, parseUserId, type DeviceId, type Instant, type UserId } from "@causeway/base";
import type { SealingKey } from "@causeway/contract";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";

/** A department's custody. */
export interface CustodyRow {
  readonly department: string;
  readonly enabled: boolean;
  readonly custodians: readonly UserId[];
}

/** A share of somebody's recovery key, sealed to a custodian. */
export interface ShareRow {
  readonly user: UserId;
  readonly custodian: UserId;
  readonly department: string;
  readonly key: SealingKey;
  readonly sealed: string;
  readonly at: Instant;
}

/** How a recovery ended. */
export type RecoveryEnd = "refused" | "withdrawn" | "lapsed";

/** What a custodian has given. */
export interface Given {
  readonly share: string;
  readonly at: Instant;
}

/** A recovery. */
export interface RecoveryRow {
  readonly id: string;
  readonly user: UserId;
  readonly device: DeviceId;
  readonly session: string;
  readonly key: SealingKey;
  readonly department: string;
  readonly custodians: readonly [UserId, UserId];
  readonly given: readonly [Given | undefined, Given | undefined];
  readonly asked: Instant;
  readonly expires: Instant;
  readonly ended: RecoveryEnd | undefined;
  readonly endedBy: UserId | undefined;
  readonly reason: string | undefined;
  readonly opened: Instant | undefined;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds what does not parse");
  return value;
}

const custody = statement<{ readonly enabled: number; readonly custodians: string }>(
  "SELECT enabled, custodians FROM cards_custody WHERE department = ?",
);
const everyCustody = statement<{ readonly custodians: string }>(
  "SELECT custodians FROM cards_custody WHERE enabled = 1",
);

function usersOf(text: string): readonly UserId[] {
  const list: readonly string[] = JSON.parse(text);
  return list.map((one) => known(parseUserId(one)));
}

/** The custody of a department; off where nothing was said. */
export async function custodyOf(db: ReadDb, department: string): Promise<CustodyRow> {
  const row = await db.first(custody(department));
  if (row === undefined) return { department, enabled: false, custodians: [] };
  return { department, enabled: row.enabled === 1, custodians: usersOf(row.custodians) };
}

/** Whether somebody is a custodian of any department. */
export async function isCustodian(db: ReadDb, user: UserId): Promise<boolean> {
  return (await db.all(everyCustody())).some((row) => usersOf(row.custodians).includes(user));
}

const putRow = statement(
  `INSERT INTO cards_custody (department, enabled, custodians) VALUES (?, ?, ?)
   ON CONFLICT (department) DO UPDATE SET enabled = excluded.enabled, custodians = excluded.custodians`,
);
const dropShares = statement("DELETE FROM cards_shares WHERE department = ?");
const endAll = statement(
  "UPDATE cards_recoveries SET ended = 'withdrawn', ended_by = ?, first_share = NULL, second_share = NULL WHERE department = ? AND ended IS NULL",
);

/**
 * Keeps a department's custody. Switched off, every share of its people goes, and what was asked for ends; else what was asked of
 * somebody who is a custodian no more.
 */
export function putCustody(tx: Tx, row: CustodyRow, by: UserId): void {
  const { department, enabled, custodians } = row;
  tx.add(putRow(department, enabled ? 1 : 0, JSON.stringify(custodians)));
  if (!enabled) {
    tx.add(dropShares(department));
    tx.add(endAll(by, department));
    return;
  }
  const listed = placeholders(custodians.length);
  tx.add({
    sql: `UPDATE cards_recoveries SET ended = 'withdrawn', ended_by = ?, first_share = NULL, second_share = NULL
      WHERE department = ? AND ended IS NULL AND (first NOT IN (${listed}) OR second NOT IN (${listed}))`,
    parameters: [by, department, ...custodians, ...custodians],
  });
}

const keyRow = statement<{ readonly sealing_key: string }>(
  "SELECT sealing_key FROM cards_custodian_keys WHERE user_id = ?",
);
const putKeyRow = statement(
  `INSERT INTO cards_custodian_keys (user_id, sealing_key) VALUES (?, ?)
   ON CONFLICT (user_id) DO UPDATE SET sealing_key = excluded.sealing_key`,
);

/** A custodian's key. */
export async function keyOf(db: ReadDb, user: UserId): Promise<SealingKey | undefined> {
  const row = await db.first(keyRow(user));
  return row === undefined ? undefined : JSON.parse(row.sealing_key);
}

/** Keeps a custodian's key. */
export function putKey(tx: Tx, user: UserId, key: SealingKey): void {
  tx.add(putKeyRow(user, JSON.stringify(key)));
}

interface ShareColumns {
  readonly user_id: string;
  readonly custodian: string;
  readonly department: string;
  readonly sealing_key: string;
  readonly sealed: string;
  readonly at: number;
}

const shares = statement<ShareColumns>(
  "SELECT user_id, custodian, department, sealing_key, sealed, at FROM cards_shares WHERE user_id = ? ORDER BY custodian",
);
const addShare = statement(
  "INSERT INTO cards_shares (user_id, custodian, department, sealing_key, sealed, at) VALUES (?, ?, ?, ?, ?, ?)",
);
const dropSharesOf = statement("DELETE FROM cards_shares WHERE user_id = ?");

/** Somebody's shares. */
export async function sharesOf(db: ReadDb, user: UserId): Promise<readonly ShareRow[]> {
  return (await db.all(shares(user))).map((row) => ({
    ...{ user: known(parseUserId(row.user_id)), custodian: known(parseUserId(row.custodian)) },
    ...{ department: row.department, key: JSON.parse(row.sealing_key), sealed: row.sealed, at: instant(row.at) },
  }));
}

/** Keeps somebody's shares in place of those before; none: forgets them. */
export function putSharesOf(tx: Tx, user: UserId, made: readonly ShareRow[]): void {
  tx.add(dropSharesOf(user));
  for (const { custodian, department, key, sealed, at } of made)
    tx.add(addShare(user, custodian, department, JSON.stringify(key), sealed, at));
}

interface RecoveryColumns {
  readonly id: string;
  readonly user_id: string;
  readonly device: string;
  readonly session: string;
  readonly sealing_key: string;
  readonly department: string;
  readonly first: string;
  readonly second: string;
  readonly asked: number;
  readonly expires: number;
  readonly first_share: string | null;
  readonly first_at: number | null;
  readonly second_share: string | null;
  readonly second_at: number | null;
  readonly ended: string | null;
  readonly ended_by: string | null;
  readonly reason: string | null;
  readonly opened: number | null;
}

const ALL =
  "id, user_id, device, session, sealing_key, department, first, second, asked, expires, first_share, first_at, second_share, second_at, ended, ended_by, reason, opened";
const oneRecovery = statement<RecoveryColumns>(`SELECT ${ALL} FROM cards_recoveries WHERE id = ?`);
const ofPerson = statement<RecoveryColumns>(
  `SELECT ${ALL} FROM cards_recoveries WHERE user_id = ? ORDER BY asked DESC, id LIMIT 50`,
);
const ofCustodian = statement<RecoveryColumns>(
  `SELECT ${ALL} FROM cards_recoveries WHERE ((first = ? AND first_at IS NULL) OR (second = ? AND second_at IS NULL))
   AND ended IS NULL AND expires > ? ORDER BY asked DESC, id LIMIT 50`,
);

function givenOf(share: string | null, at: number | null): Given | undefined {
  return at === null ? undefined : { share: share ?? "", at: instant(at) };
}

function recoveryOf(row: RecoveryColumns): RecoveryRow {
  const { ended } = row;
  const user = (text: string): UserId => known(parseUserId(text));
  return {
    ...{ id: row.id, user: user(row.user_id), device: known(parseDeviceId(row.device)), session: row.session },
    ...{ key: JSON.parse(row.sealing_key), department: row.department },
    custodians: [user(row.first), user(row.second)],
    given: [givenOf(row.first_share, row.first_at), givenOf(row.second_share, row.second_at)],
    ...{ asked: instant(row.asked), expires: instant(row.expires), reason: row.reason ?? undefined },
    ended: ended === "refused" || ended === "withdrawn" || ended === "lapsed" ? ended : undefined,
    endedBy: row.ended_by === null ? undefined : user(row.ended_by),
    opened: row.opened === null ? undefined : instant(row.opened),
  };
}

/** One recovery. */
export async function findRecovery(db: ReadDb, id: string): Promise<RecoveryRow | undefined> {
  const row = await db.first(oneRecovery(id));
  return row === undefined ? undefined : recoveryOf(row);
}

/** Somebody's recoveries, newest first. */
export async function recoveriesOf(db: ReadDb, user: UserId): Promise<readonly RecoveryRow[]> {
  return (await db.all(ofPerson(user))).map(recoveryOf);
}

/** What waits for a custodian, newest first. */
export async function recoveriesFor(db: ReadDb, custodian: UserId, now: number): Promise<readonly RecoveryRow[]> {
  return (await db.all(ofCustodian(custodian, custodian, now))).map(recoveryOf);
}

const addRecoveryRow = statement(
  `INSERT INTO cards_recoveries (id, user_id, device, session, sealing_key, department, first, second, asked, expires)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
);
const lapseRow = statement(
  "UPDATE cards_recoveries SET ended = 'lapsed', first_share = NULL, second_share = NULL WHERE user_id = ? AND ended IS NULL AND expires <= ?",
);

/** What `UnmetExpectation` says when one of theirs is open, and when one no longer waits for what is being done. */
export const ONE_OPEN = "cards-recovery-open";
export const STILL_WAITS = "cards-recovery-waits";

/** Keeps a recovery; fails as `ONE_OPEN` when another of the same person is open. */
export function addRecovery(tx: Tx, made: RecoveryRow): void {
  const { id, user, device, session, key, department, custodians, asked, expires } = made;
  tx.add(lapseRow(user, asked));
  const whose = [id, user, device, session, JSON.stringify(key), department] as const;
  tx.add(addRecoveryRow(...whose, ...custodians, asked, expires), { rows: 1, what: ONE_OPEN });
}

const WAITS = "ended IS NULL AND expires > ?";
const giveFirst = statement(
  `UPDATE cards_recoveries SET first_share = ?, first_at = ? WHERE id = ? AND first_at IS NULL AND ${WAITS}`,
);
const giveSecond = statement(
  `UPDATE cards_recoveries SET second_share = ?, second_at = ? WHERE id = ? AND second_at IS NULL AND ${WAITS}`,
);
const end = statement(
  `UPDATE cards_recoveries SET ended = ?, ended_by = ?, reason = ?, first_share = NULL, second_share = NULL WHERE id = ? AND ${WAITS}`,
);
const open = statement("UPDATE cards_recoveries SET opened = ? WHERE id = ? AND opened IS NULL");

/** Keeps what the first or the second custodian gives; fails as `STILL_WAITS` when it no longer waits for that. */
export function giveShare(tx: Tx, id: string, of: Given & { readonly place: 0 | 1 }): void {
  const give = of.place === 0 ? giveFirst : giveSecond;
  tx.add(give(of.share, of.at, id, of.at), { rows: 1, what: STILL_WAITS });
}

/** Ends a recovery; what was given goes. Fails as `STILL_WAITS` when it has ended. */
export function endRecovery(
  tx: Tx,
  id: string,
  how: {
    readonly ended: RecoveryEnd;
    readonly by: UserId;
    readonly at: Instant;
    readonly reason: string | undefined;
  },
): void {
  tx.add(end(how.ended, how.by, how.reason ?? null, id, how.at), { rows: 1, what: STILL_WAITS });
}

/** Keeps when the device that asked first got the shares; fails as `STILL_WAITS` when it had them before. */
export function markOpened(tx: Tx, id: string, at: Instant): void {
  tx.add(open(at, id), { rows: 1, what: STILL_WAITS });
}
