import {
  parseGrantId,
  parsePostId,
  parseRequestId,
  parseUnitId,
  parseUserId,
  type Instant,
  type RequestId,
  type UserId,
} from "@causeway/base";
import { requestStates } from "@causeway/contract";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import { number, oneOf, optional, optionalTime, read, text, time, type Columns } from "./columns.ts";
import { waitingStates } from "./states.ts";
import type { AccessRequest } from "./types.ts";

/** What an unmet expectation of a request's version is called: somebody was faster. */
export const REQUEST_CHANGED = "access-request";

const insert = statement(
  "INSERT INTO access_requests (id, version, kind, state, requester, post, department, grant_id, extends, until, made, asked, waiting_since, changed, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
);
const update = statement(
  "UPDATE access_requests SET version = ?, state = ?, post = ?, department = ?, grant_id = ?, until = ?, asked = ?, waiting_since = ?, changed = ?, body = ? WHERE id = ? AND version = ?",
);
const forgetThings = statement("DELETE FROM access_request_things WHERE request = ?");
const addThing = statement("INSERT INTO access_request_things (request, kind, value) VALUES (?, ?, ?)");
const find = statement<Columns>("SELECT * FROM access_requests WHERE id = ?");
const waiting = `state IN (${placeholders(waitingStates.length)})`;
const open = statement<Columns>(`SELECT * FROM access_requests WHERE ${waiting} ORDER BY asked, id`);
const due = statement<Columns>(
  `SELECT * FROM access_requests WHERE ${waiting} AND (waiting_since <= ? OR until <= ?) ORDER BY asked, id LIMIT 500`,
);
const openOfPost = statement<Columns>(
  `SELECT * FROM access_requests WHERE requester = ? AND post = ? AND (${waiting} OR state = 'draft')`,
);
const openOfUser = statement<Columns>(
  `SELECT * FROM access_requests WHERE requester = ? AND (${waiting} OR state = 'draft')`,
);
const endOpenOfPost = statement(
  `UPDATE access_requests SET version = version + 1, state = 'withdrawn', waiting_since = NULL, changed = ? WHERE requester = ? AND post = ? AND (${waiting} OR state = 'draft')`,
);
const mine = statement<Columns>(
  "SELECT * FROM access_requests WHERE requester = ? AND (made < ? OR (made = ? AND id < ?)) ORDER BY made DESC, id DESC LIMIT ?",
);
const glassSince = statement<{ readonly count: number }>(
  "SELECT COUNT(*) AS count FROM access_requests WHERE requester = ? AND kind = 'break-glass' AND made > ?",
);

/** What a row's `body` holds: everything that is not looked for. */
type Body = Pick<
  AccessRequest,
  | "need"
  | "label"
  | "terms"
  | "machine"
  | "url"
  | "risk"
  | "advice"
  | "questions"
  | "decided"
  | "escalations"
  | "escalated"
>;

function bodyOf(request: AccessRequest): string {
  const { need, label, terms, machine, url, risk, advice, questions, decided, escalations, escalated } = request;
  const body: Body = { need, label, terms, machine, url, risk, advice, questions, decided, escalations, escalated };
  return JSON.stringify(body);
}

/** Reads a row. */
export function readRequest(row: Columns): AccessRequest {
  const body: Body = JSON.parse(text(row, "body"));
  return {
    ...body,
    terms: { ...body.terms, hours: body.terms.hours },
    url: body.url,
    advice: body.advice,
    decided: body.decided,
    escalated: body.escalated,
    id: read(row, "id", parseRequestId),
    version: number(row, "version"),
    kind: read(row, "kind", oneOf(["request", "extension", "break-glass"])),
    state: read(row, "state", oneOf(requestStates)),
    requester: read(row, "requester", parseUserId),
    post: read(row, "post", parsePostId),
    department: read(row, "department", parseUnitId),
    grant: optional(row, "grant_id", parseGrantId),
    extends: optional(row, "extends", parseGrantId),
    made: time(row, "made"),
    asked: optionalTime(row, "asked"),
    waitingSince: optionalTime(row, "waiting_since"),
    changed: time(row, "changed"),
  };
}

function putThings(tx: Tx, request: AccessRequest): void {
  for (const service of request.terms.services) tx.add(addThing(request.id, "service", service));
  for (const site of request.terms.sites) tx.add(addThing(request.id, "site", site.host));
}

/** Collects a new request. */
export function addRequest(tx: Tx, one: AccessRequest): void {
  const key = [one.id, one.version, one.kind, one.state, one.requester, one.post, one.department] as const;
  const ties = [one.grant ?? null, one.extends ?? null, one.terms.until] as const;
  const times = [one.made, one.asked ?? null, one.waitingSince ?? null, one.changed] as const;
  tx.add(insert(...key, ...ties, ...times, bodyOf(one)));
  putThings(tx, one);
}

/** Collects a request's new form; fails as `REQUEST_CHANGED` when it is no longer what this one was made of. */
export function changeRequest(tx: Tx, one: AccessRequest, before: AccessRequest): void {
  const place = [one.version, one.state, one.post, one.department, one.grant ?? null, one.terms.until] as const;
  const times = [one.asked ?? null, one.waitingSince ?? null, one.changed] as const;
  const values = [...place, ...times, bodyOf(one), one.id, before.version] as const;
  tx.add(update(...values), { rows: 1, what: REQUEST_CHANGED });
  if (before.state !== "draft") return;
  tx.add(forgetThings(one.id));
  putThings(tx, one);
}

/** A request. */
export async function findRequest(db: ReadDb, id: RequestId): Promise<AccessRequest | undefined> {
  const row = await db.first(find(id));
  return row === undefined ? undefined : readRequest(row);
}

/** Requests that wait for somebody, oldest first. */
export async function waitingRequests(db: ReadDb): Promise<readonly AccessRequest[]> {
  return (await db.all(open(...waitingStates))).map(readRequest);
}

/** Requests that have waited since before a time, or whose own time has passed. */
export async function dueRequests(
  db: ReadDb,
  times: { readonly waitingSince: number; readonly now: Instant },
): Promise<readonly AccessRequest[]> {
  return (await db.all(due(...waitingStates, times.waitingSince, times.now))).map(readRequest);
}

/** Requests and drafts of somebody that are not decided: in one post, or in all. */
export async function undecidedOf(db: ReadDb, user: UserId, post?: string): Promise<readonly AccessRequest[]> {
  const query = post === undefined ? openOfUser(user, ...waitingStates) : openOfPost(user, post, ...waitingStates);
  return (await db.all(query)).map(readRequest);
}

/** Collects that what somebody asked in a post is withdrawn; fails as `rights-ending` when it is not as many as were seen. */
export function withdrawAllOf(
  tx: Tx,
  of: { readonly user: UserId; readonly post: string; readonly at: Instant; readonly count: number },
): void {
  tx.add(endOpenOfPost(of.at, of.user, of.post, ...waitingStates), { rows: of.count, what: "rights-ending" });
}

/** Somebody's requests, newest first, after one of them. */
export async function requestsOf(
  db: ReadDb,
  user: UserId,
  page: { readonly after: AccessRequest | undefined; readonly limit: number },
): Promise<readonly AccessRequest[]> {
  const made = page.after?.made ?? Number.MAX_SAFE_INTEGER;
  const rows = await db.all(mine(user, made, made, page.after?.id ?? "", page.limit));
  return rows.map(readRequest);
}

/** How often somebody has broken the glass since a time. */
export async function glassCount(db: ReadDb, user: UserId, since: number): Promise<number> {
  return (await db.first(glassSince(user, since)))?.count ?? 0;
}
