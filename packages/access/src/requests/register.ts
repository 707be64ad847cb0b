import { failure, ok, parseUnitId, type Result, type UnitId, type UserId } from "@causeway/base";
import type { RegisterFilter, RequestView } from "@causeway/contract";
import { chartOf, type ChartPoint, type ChartStep } from "./chart.ts";
import type { AccessCore } from "./core.ts";
import type { Desk } from "./desk.ts";
import { notPermitted, unknown } from "./refusals.ts";
import { findRequest } from "./store-requests.ts";
import { stepsOf } from "./store-steps.ts";
import {
  departmentsAsked,
  findGrants,
  registerGrants,
  registerRows,
  registerTotal,
  type RegisterQuery,
} from "./store-register.ts";
import type { AccessRequest } from "./types.ts";

const PAGE = 500;
const MAX_POINTS = 800;

/** The register of requests and grants, for those who may read it. */
export class Register {
  #core: AccessCore;
  #desk: Desk;

  constructor(core: AccessCore, desk: Desk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** One page. */
  async page(
    reader: UserId,
    filter: RegisterFilter,
    page: { readonly limit: number; readonly from: AccessRequest["id"] | undefined },
  ): Promise<Result<{ readonly rows: readonly RequestView[]; readonly total: number; readonly next?: string }>> {
    const { db } = this.#core.options;
    const query = await this.#queryOf(reader, filter);
    if (!query.ok) return query;
    const after = page.from === undefined ? undefined : await findRequest(db, page.from);
    if (page.from !== undefined && (after === undefined || !this.#desk.readers.mayRead(reader, after)))
      return unknown();
    const found = await registerRows(db, query.value, { after, limit: page.limit });
    const total = await registerTotal(db, query.value);
    const last = found.length === page.limit ? found.at(-1) : undefined;
    const rows = await this.#views(found, reader);
    return ok({ rows, total, ...(last === undefined ? {} : { next: last.id }) });
  }

  /** Everything that the filter finds, for a file; refused when it is more than a file may have. */
  async all(reader: UserId, filter: RegisterFilter): Promise<Result<readonly RequestView[]>> {
    const { db, limits } = this.#core.options;
    const query = await this.#queryOf(reader, filter);
    if (!query.ok) return query;
    if ((await registerTotal(db, query.value)) > limits.maxExportRows)
      return failure("ACCESS_TOO_MANY", "The file would have too many rows.", {
        reason: "rows",
        most: limits.maxExportRows,
      });
    const rows: RequestView[] = [];
    let after: AccessRequest | undefined;
    for (;;) {
      const found = await registerRows(db, query.value, { after, limit: PAGE });
      rows.push(...(await this.#views(found, reader)));
      after = found.at(-1);
      if (found.length < PAGE) return ok(rows);
    }
  }

  /** Grants over time. */
  async chart(
    reader: UserId,
    filter: Omit<RegisterFilter, "state">,
    step: ChartStep,
  ): Promise<Result<readonly ChartPoint[]>> {
    const { db, limits } = this.#core.options;
    const now = this.#core.now();
    const YEAR_MS = 366 * 86_400_000;
    const to = filter.before ?? now;
    const from = filter.since ?? to - YEAR_MS;
    const query = await this.#queryOf(reader, { ...filter, since: undefined, before: undefined });
    if (!query.ok) return query;
    const grants = await registerGrants(db, query.value, { from, to, limit: limits.maxExportRows + 1 });
    if (grants.length > limits.maxExportRows)
      return failure("ACCESS_TOO_MANY", "There are too many grants for one chart.", { reason: "rows" });
    const categoriesOf = (grant: (typeof grants)[number]): readonly string[] => this.#desk.approval.categoriesOf(grant);
    const points = chartOf(grants, {
      from,
      to,
      step,
      utcOffsetMinutes: limits.utcOffsetMinutes,
      categoriesOf,
      most: MAX_POINTS,
    });
    return points === undefined
      ? failure("ACCESS_TOO_MANY", "The chart would have too many steps.", { reason: "steps" })
      : ok(points);
  }

  /** Which departments' rows: those that were merged into the reader's are theirs as well. */
  async #queryOf(reader: UserId, filter: RegisterFilter): Promise<Result<RegisterQuery>> {
    const { directory, db } = this.#core.options;
    const mine = this.#desk.readers.registerOf(reader);
    if (mine !== "all" && mine.size === 0) return notPermitted("no-department");
    const named = filter.department === undefined ? undefined : directory.department(filter.department);
    if (filter.department !== undefined && named === undefined) return unknown();
    const wanted =
      named === undefined ? undefined : new Set([named.id, ...directory.successorsOf(named.id).map((one) => one.id)]);
    if (mine !== "all" && wanted !== undefined && ![...wanted].some((id) => mine.has(id)))
      return notPermitted("other-department");
    const isWanted = (department: UnitId): boolean => {
      const becomes = directory.successorsOf(department).map((unit) => unit.id);
      const isMine = mine === "all" || [department, ...becomes].some((id) => mine.has(id));
      const isNamed = named === undefined || department === named.id || becomes.includes(named.id);
      return isMine && isNamed;
    };
    const departments =
      mine === "all" && named === undefined
        ? undefined
        : (await departmentsAsked(db)).flatMap((id) => parseUnitId(id) ?? []).filter(isWanted);
    const { service, site, person, state, since, before } = filter;
    return ok({ departments, service, site: site?.toLowerCase(), person, state, since, before, now: this.#core.now() });
  }

  async #views(requests: readonly AccessRequest[], reader: UserId): Promise<readonly RequestView[]> {
    const { db } = this.#core.options;
    const grants = await findGrants(
      db,
      requests.flatMap((request) => request.grant ?? []),
    );
    const ids = requests.flatMap((request) => [request.id, ...(request.grant === undefined ? [] : [request.grant])]);
    const steps = Map.groupBy(await stepsOf(db, ids), (step) => String(step.of));
    return requests.map((request) => {
      const grant = request.grant === undefined ? undefined : grants.get(request.grant);
      const all = [...(steps.get(request.id) ?? []), ...(grant === undefined ? [] : (steps.get(grant.id) ?? []))];
      return this.#desk.views.request(request, { grant, steps: all }, reader);
    });
  }
}
