import {
  parseGrantId,
  parsePostId,
  parseRequestId,
  parseUnitId,
  parseUserId,
  type GrantId,
  type Instant,
  type UserId,
} from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import { number, oneOf, optional, optionalText, optionalTime, read, text, time, type Columns } from "./columns.ts";
import type { EndCause, Grant } from "./types.ts";

/** What an unmet expectation of a grant's version is called. */
export const GRANT_CHANGED = "access-grant";

const insert = statement(
  "INSERT INTO access_grants (id, version, request, state, officer, post, department, scope, begins, ends, glass_due, glass_told, pos, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
);
const update = statement(
  "UPDATE access_grants SET version = ?, state = ?, department = ?, ends = ?, ended_at = ?, ended_by = ?, ended_cause = ?, ended_reason = ?, glass_due = ?, pos = ?, body = ? WHERE id = ? AND version = ?",
);
const endMany = (count: number): ReturnType<typeof statement> =>
  statement(
    `UPDATE access_grants SET version = version + 1, state = 'revoked', ended_at = ?, ended_by = ?, ended_cause = ?, pos = ? WHERE state IN ('active', 'extended') AND id IN (${placeholders(count)})`,
  );
const find = statement<Columns>("SELECT * FROM access_grants WHERE id = ?");
const inForce = statement<Columns>("SELECT * FROM access_grants WHERE state IN ('active', 'extended')");
const changedSince = statement<Columns>("SELECT * FROM access_grants WHERE pos > ? ORDER BY pos");
const lastPos = statement<{ readonly pos: number | null }>("SELECT MAX(pos) AS pos FROM access_grants");
const glassOverdue = statement<Columns>(
  "SELECT * FROM access_grants WHERE glass_due <= ? AND glass_told = 0 ORDER BY glass_due LIMIT 100",
);
const glassTold = statement("UPDATE access_grants SET glass_told = 1 WHERE id = ? AND glass_told = 0");
const ofOfficer = statement<Columns>(
  "SELECT * FROM access_grants WHERE officer = ? ORDER BY begins DESC, id DESC LIMIT ?",
);
const noneLeft = statement(
  "UPDATE access_grants SET pos = pos WHERE state IN ('active', 'extended') AND scope = 'officer' AND officer = ? AND post = ?",
);

type Body = Pick<
  Grant,
  "terms" | "machines" | "grantedBy" | "granted" | "breakGlass" | "glassReview" | "lastReviewed" | "warned"
>;

function bodyOf(grant: Grant): string {
  const { terms, machines, grantedBy, granted, breakGlass, glassReview, lastReviewed, warned } = grant;
  const body: Body = { terms, machines, grantedBy, granted, breakGlass, glassReview, lastReviewed, warned };
  return JSON.stringify(body);
}

const causes: readonly EndCause[] = [
  "lapsed",
  "revoked",
  "post-left",
  "review",
  "machine-retired",
  "break-glass-review",
  "handed-back",
];

/** Reads a row. */
export function readGrant(row: Columns): Grant {
  const body: Body = JSON.parse(text(row, "body"));
  const endedAt = optionalTime(row, "ended_at");
  return {
    ...body,
    terms: { ...body.terms, hours: body.terms.hours },
    glassReview: body.glassReview === undefined ? undefined : { ...body.glassReview, done: body.glassReview.done },
    lastReviewed: body.lastReviewed,
    id: read(row, "id", parseGrantId),
    version: number(row, "version"),
    request: read(row, "request", parseRequestId),
    state: read(row, "state", oneOf(["active", "extended", "revoked", "lapsed"])),
    officer: read(row, "officer", parseUserId),
    post: read(row, "post", parsePostId),
    department: read(row, "department", parseUnitId),
    begins: time(row, "begins"),
    ends: time(row, "ends"),
    ended:
      endedAt === undefined
        ? undefined
        : {
            at: endedAt,
            by: optional(row, "ended_by", parseUserId),
            cause: read(row, "ended_cause", oneOf(causes)),
            reason: optionalText(row, "ended_reason"),
          },
  };
}

function glassDue(grant: Grant): Instant | null {
  return grant.glassReview === undefined || grant.glassReview.done !== undefined ? null : grant.glassReview.due;
}

/** Collects a new grant. Reserves a position: commit in the same turn. */
export function addGrant(tx: Tx, one: Grant): void {
  const key = [one.id, one.version, one.request, one.state, one.officer, one.post, one.department] as const;
  const rest = [one.terms.scope, one.begins, one.ends, glassDue(one), tx.position(), bodyOf(one)] as const;
  tx.add(insert(...key, ...rest));
}

/** Collects a grant's new form; fails as `GRANT_CHANGED` when it has changed since. Reserves a position. */
export function changeGrant(tx: Tx, one: Grant, before: Grant): void {
  const { ended } = one;
  const end = [ended?.at ?? null, ended?.by ?? null, ended?.cause ?? null, ended?.reason ?? null] as const;
  const state = [one.version, one.state, one.department, one.ends] as const;
  const values = [...state, ...end, glassDue(one), tx.position(), bodyOf(one), one.id, before.version] as const;
  tx.add(update(...values), { rows: 1, what: GRANT_CHANGED });
}

/** Collects the end of grants that are in force; fails as `rights-ending` when one of them is no longer. Reserves a position. */
export function endGrants(
  tx: Tx,
  grants: readonly GrantId[],
  how: { readonly at: Instant; readonly by: UserId | undefined; readonly cause: EndCause },
): void {
  const CHUNK = 100;
  for (let from = 0; from < grants.length; from += CHUNK) {
    const some = grants.slice(from, from + CHUNK);
    const values = [how.at, how.by ?? null, how.cause, tx.position(), ...some] as const;
    tx.add(endMany(some.length)(...values), { rows: some.length, what: "rights-ending" });
  }
}

/** Collects the expectation, as `rights-ending`, that no grant of an officer's own is left in a post by now. */
export function expectNoneLeft(tx: Tx, user: UserId, post: string): void {
  tx.add(noneLeft(user, post), { rows: 0, what: "rights-ending" });
}

/** A grant. */
export async function findGrant(db: ReadDb, id: GrantId): Promise<Grant | undefined> {
  const row = await db.first(find(id));
  return row === undefined ? undefined : readGrant(row);
}

/** All that are in force, as far as is recorded. */
export async function grantsNotEnded(db: ReadDb): Promise<readonly Grant[]> {
  return (await db.all(inForce())).map(readGrant);
}

/** Grants that were changed after a position, with the last position. */
export async function grantsSince(
  db: ReadDb,
  pos: number,
): Promise<{ readonly grants: readonly Grant[]; readonly pos: number }> {
  const rows = await db.all(changedSince(pos));
  const last = rows.at(-1);
  return { grants: rows.map(readGrant), pos: last === undefined ? pos : number(last, "pos") };
}

/** The position of the last change. */
export async function lastGrantPosition(db: ReadDb): Promise<number> {
  return (await db.first(lastPos()))?.pos ?? 0;
}

/** Grants by break-glass that should have been reviewed, and of which nobody was told. */
export async function overdueGlass(db: ReadDb, now: Instant): Promise<readonly Grant[]> {
  return (await db.all(glassOverdue(now))).map(readGrant);
}

/** Collects that somebody was told of an overdue review; fails as `GRANT_CHANGED` when they were before. */
export function markGlassTold(tx: Tx, grant: GrantId): void {
  tx.add(glassTold(grant), { rows: 1, what: GRANT_CHANGED });
}

/** An officer's grants, newest first. */
export async function grantsOfOfficer(db: ReadDb, user: UserId, limit: number): Promise<readonly Grant[]> {
  return (await db.all(ofOfficer(user, limit))).map(readGrant);
}
