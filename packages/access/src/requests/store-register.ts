import type { GrantId, Instant, UnitId, UserId } from "@causeway/base";
import type { RequestState } from "@causeway/contract";
import { placeholders, statement, type ReadDb, type SqlValue } from "@causeway/platform";
import { text, type Columns } from "./columns.ts";
import { readGrant } from "./store-grants.ts";
import { readRequest } from "./store-requests.ts";
import type { AccessRequest, Grant } from "./types.ts";

/** What rows of the register are looked for by. */
export interface RegisterQuery {
  /** Undefined: of every department. */
  readonly departments: readonly UnitId[] | undefined;
  readonly service: string | undefined;
  readonly site: string | undefined;
  readonly person: UserId | undefined;
  readonly state: RequestState | undefined;
  readonly since: number | undefined;
  readonly before: number | undefined;
  readonly now: Instant;
}

interface Clause {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

const GRANT_STATES: ReadonlySet<RequestState> = new Set<RequestState>(["active", "extended"]);
const ROWS = "FROM access_requests r LEFT JOIN access_grants g ON g.id = r.grant_id";
const departmentsOf = statement<Columns>("SELECT DISTINCT department FROM access_requests");

/** An end that has come counts before it is recorded. */
function clauseOfState(state: RequestState, now: Instant): Clause {
  if (GRANT_STATES.has(state)) return { sql: "g.state = ? AND g.ends > ?", values: [state, now] };
  if (state === "revoked") return { sql: "g.state = 'revoked'", values: [] };
  if (state === "lapsed")
    return {
      sql: "(r.state = 'lapsed' OR g.state = 'lapsed' OR (g.state IN ('active', 'extended') AND g.ends <= ?))",
      values: [now],
    };
  return { sql: "r.state = ?", values: [state] };
}

function thingClause(kind: "service" | "site", value: string): Clause {
  return {
    sql: "EXISTS (SELECT 1 FROM access_request_things t WHERE t.request = r.id AND t.kind = ? AND t.value = ?)",
    values: [kind, value],
  };
}

function clausesOf(query: RegisterQuery): readonly Clause[] {
  const { departments, service, site, person, state, since, before, now } = query;
  const clauses: Clause[] = [{ sql: "r.asked IS NOT NULL AND r.state <> 'draft'", values: [] }];
  if (departments !== undefined)
    clauses.push(
      departments.length === 0
        ? { sql: "1 = 0", values: [] }
        : { sql: `r.department IN (${placeholders(departments.length)})`, values: departments },
    );
  if (service !== undefined) clauses.push(thingClause("service", service));
  if (site !== undefined) clauses.push(thingClause("site", site));
  if (person !== undefined) clauses.push({ sql: "r.requester = ?", values: [person] });
  if (state !== undefined) clauses.push(clauseOfState(state, now));
  if (since !== undefined) clauses.push({ sql: "r.asked >= ?", values: [since] });
  if (before !== undefined) clauses.push({ sql: "r.asked < ?", values: [before] });
  return clauses;
}

function where(clauses: readonly Clause[]): Clause {
  return {
    sql: clauses.map(({ sql }) => `(${sql})`).join(" AND "),
    values: clauses.flatMap(({ values }) => values),
  };
}

/** A page of the register, newest first, after a row. */
export async function registerRows(
  db: ReadDb,
  query: RegisterQuery,
  page: { readonly after: AccessRequest | undefined; readonly limit: number },
): Promise<readonly AccessRequest[]> {
  const after: readonly Clause[] =
    page.after?.asked === undefined
      ? []
      : [
          {
            sql: "r.asked < ? OR (r.asked = ? AND r.id < ?)",
            values: [page.after.asked, page.after.asked, page.after.id],
          },
        ];
  const { sql, values } = where([...clausesOf(query), ...after]);
  const rows = statement<Columns>(`SELECT r.* ${ROWS} WHERE ${sql} ORDER BY r.asked DESC, r.id DESC LIMIT ?`);
  return (await db.all(rows(...values, page.limit), { heavy: true })).map(readRequest);
}

/** How many rows there are. */
export async function registerTotal(db: ReadDb, query: RegisterQuery): Promise<number> {
  const { sql, values } = where(clausesOf(query));
  const counted = statement<{ readonly count: number }>(`SELECT COUNT(*) AS count ${ROWS} WHERE ${sql}`);
  return (await db.first(counted(...values)))?.count ?? 0;
}

/** The grants of what the query finds that were in force at some time between two others. */
export async function registerGrants(
  db: ReadDb,
  query: RegisterQuery,
  within: { readonly from: number; readonly to: number; readonly limit: number },
): Promise<readonly Grant[]> {
  const { sql, values } = where([
    ...clausesOf(query),
    { sql: "g.begins < ? AND COALESCE(g.ended_at, g.ends) > ? AND g.request = r.id", values: [within.to, within.from] },
  ]);
  const rows = statement<Columns>(`SELECT g.* ${ROWS} WHERE ${sql} ORDER BY g.begins, g.id LIMIT ?`);
  return (await db.all(rows(...values, within.limit), { heavy: true })).map(readGrant);
}

const AT_ONCE = 500;

/** Several grants, by their ids. */
export async function findGrants(db: ReadDb, ids: readonly GrantId[]): Promise<ReadonlyMap<GrantId, Grant>> {
  const found = new Map<GrantId, Grant>();
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const some = ids.slice(from, from + AT_ONCE);
    const rows = statement<Columns>(`SELECT * FROM access_grants WHERE id IN (${placeholders(some.length)})`);
    for (const row of await db.all(rows(...some))) {
      const grant = readGrant(row);
      found.set(grant.id, grant);
    }
  }
  return found;
}

/** The departments for which anything was asked, as they were called by their ids then. */
export async function departmentsAsked(db: ReadDb): Promise<readonly string[]> {
  return (await db.all(departmentsOf())).map((row) => text(row, "department"));
}
