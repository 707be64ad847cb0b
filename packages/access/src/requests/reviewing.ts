import {
  failure,
  instant,
  ok,
  parseReviewId,
  type GrantId,
  type Result,
  type ReviewId,
  type UnitId,
  type UserId,
} from "@causeway/base";
import type { ReviewView } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import type { AccessCore, Change } from "./core.ts";
import type { Desk } from "./desk.ts";
import type { Granting } from "./granting.ts";
import { newId } from "./ids.ts";
import { isInForce } from "./live-grants.ts";
import type { GrantUse } from "./ports.ts";
import { quarterOf } from "./quarters.ts";
import { notPermitted, unknown } from "./refusals.ts";
import { changeGrant } from "./store-grants.ts";
import { findGrants } from "./store-register.ts";
import {
  addReview,
  endReview,
  findQuarterReview,
  findReview,
  itemsOf,
  judgeItem,
  markReviewTold,
  openReviews,
  overdueReviews,
  reviewsOf,
  type Review,
  type ReviewItem,
} from "./store-reviews.ts";
import type { Grant } from "./types.ts";
import { useView } from "./views.ts";

const DAY_MS = 86_400_000;
const MAX_SHOWN = 50;

type Uses = ReadonlyMap<GrantId, GrantUse> | undefined;

/** What somebody says in a review. */
export interface Verdicts {
  readonly keep: readonly GrantId[];
  readonly drop: readonly GrantId[];
  readonly reason: string | undefined;
}

/** Each quarter's review of necessity: keep or drop. */
export class Reviewing {
  #core: AccessCore;
  #desk: Desk;
  #granting: Granting;
  /** The quarter whose reviews this process has begun. */
  #begun: string | undefined;

  constructor(core: AccessCore, desk: Desk, granting: Granting) {
    this.#core = core;
    this.#desk = desk;
    this.#granting = granting;
  }

  /** The departments that somebody reviews: as Head, delegate or DITSO. */
  departmentsOf(user: UserId): readonly UnitId[] {
    const duties = this.#core.options.directory.dutiesOf(user);
    const own = duties.flatMap(({ role, department }) =>
      department !== undefined && (role === "head" || role === "delegate" || role === "ditso") ? [department] : [],
    );
    return [...new Set(own)];
  }

  /** The reviews of somebody's departments. */
  async list(reader: UserId, code: string | undefined): Promise<Result<{ readonly reviews: readonly ReviewView[] }>> {
    const { directory, db } = this.#core.options;
    const mine = this.departmentsOf(reader);
    const named = code === undefined ? undefined : directory.department(code)?.id;
    if (code !== undefined && (named === undefined || !mine.includes(named))) return notPermitted("other-department");
    const found = await reviewsOf(db, named === undefined ? mine : [named], MAX_SHOWN);
    return ok({ reviews: await Promise.all(found.map((review) => this.#view(review, reader))) });
  }

  /** Begins this quarter's review of a department; the one that is there when it has begun. */
  async begin(reader: UserId, code: string): Promise<Result<ReviewView>> {
    const { directory, db } = this.#core.options;
    const department = directory.department(code);
    if (department === undefined || !this.departmentsOf(reader).includes(department.id))
      return notPermitted("other-department");
    await this.#beginOne(department.id, reader);
    const review = await findQuarterReview(db, department.id, this.#quarter());
    return review === undefined ? unknown() : ok(await this.#view(review, reader));
  }

  #quarter(): string {
    const { quarterMonths: months, utcOffsetMinutes } = this.#core.options.limits;
    return quarterOf(this.#core.now(), { months, utcOffsetMinutes });
  }

  async #beginOne(department: UnitId, by: UserId | undefined): Promise<void> {
    const now = this.#core.now();
    const grants = [...this.#core.live.all()].filter(
      (grant) => this.#departmentOf(grant) === department && isInForce(grant, now) && !grant.breakGlass,
    );
    if (by === undefined && grants.length === 0) return;
    const due = instant(now + this.#core.options.limits.reviewDays * DAY_MS);
    const quarter = this.#quarter();
    const review: Review = { id: newId("rv_", parseReviewId), department, quarter, begun: now, due, ended: undefined };
    await this.#core.commit((tx) => {
      addReview(
        tx,
        review,
        grants.map((grant) => grant.id),
      );
      const facts = { department, grants: grants.length };
      this.#core.options.audit(tx, { act: "review.begun", by: by ?? "system", on: review.id, at: now, facts });
      const to = this.#reviewersOf(department);
      this.#core.news.put(tx, now, { kind: "review-begun", review: review.id, department, to });
    });
  }

  #departmentOf(grant: Grant): UnitId {
    return this.#desk.approval.departmentOf(grant);
  }

  #reviewersOf(department: UnitId): readonly UserId[] {
    const { directory } = this.#core.options;
    const head = directory.headOf(department)?.current;
    return [...new Set([...(head === undefined ? [] : [head]), ...directory.holdersOf("ditso", department)])];
  }

  /** With a new quarter every department that has grants gets its review; the ends of grants and of time are noted. */
  async tick(): Promise<void> {
    const quarter = this.#quarter();
    if (this.#begun !== quarter) {
      const departments = new Set([...this.#core.live.all()].map((grant) => this.#departmentOf(grant)));
      const isFirst = this.#begun === undefined;
      for (const department of departments) await this.#beginUnlessNew(department, isFirst);
      this.#begun = quarter;
    }
    for (const review of await openReviews(this.#core.options.db)) await this.#settle(review);
    const now = this.#core.now();
    for (const review of await overdueReviews(this.#core.options.db, now))
      await this.#core.commit((tx) => {
        markReviewTold(tx, review.id);
        const to = this.#reviewersOf(review.department);
        const { id, department } = review;
        this.#core.news.put(tx, now, { kind: "review-overdue", review: id, department, to });
      });
  }

  /** At a start: the quarter may have begun while the server was down. What began in this quarter itself is not due yet. */
  async #beginUnlessNew(department: UnitId, isFirst: boolean): Promise<void> {
    const { quarterMonths: months, utcOffsetMinutes } = this.#core.options.limits;
    const quarter = this.#quarter();
    if (isFirst) {
      const isOlder = [...this.#core.live.all()].some(
        (grant) =>
          this.#departmentOf(grant) === department && quarterOf(grant.begins, { months, utcOffsetMinutes }) !== quarter,
      );
      if (!isOlder) return;
    }
    if ((await findQuarterReview(this.#core.options.db, department, quarter)) !== undefined) return;
    await this.#beginOne(department, undefined);
  }

  /** Grants that have ended by themselves need no judgement; a review without any left is over. */
  async #settle(review: Review): Promise<void> {
    const { db } = this.#core.options;
    const now = this.#core.now();
    const left = (await itemsOf(db, review.id)).filter((item) => item.verdict === undefined);
    const over = left.filter((item) => this.#core.live.get(item.grant) === undefined);
    if (over.length < left.length && over.length === 0) return;
    await this.#core.commit((tx) => {
      for (const item of over) judgeItem(tx, { ...item, verdict: "ended", at: now });
      if (over.length === left.length) this.#end(tx, review);
    });
  }

  #end(tx: Tx, review: Review): void {
    endReview(tx, review.id, this.#core.now());
  }

  /** Keeps and drops. */
  async judge(by: UserId, id: ReviewId, verdicts: Verdicts): Promise<Result<ReviewView>> {
    const done = await this.#core.change(async () => await this.#judging(by, id, verdicts));
    if (!done.ok) return done;
    const review = await findReview(this.#core.options.db, id);
    return review === undefined ? unknown() : ok(await this.#view(review, by));
  }

  async #judging(by: UserId, id: ReviewId, { keep, drop, reason }: Verdicts): Promise<Result<Change<undefined>>> {
    const { db, uses } = this.#core.options;
    const review = await findReview(db, id);
    if (review === undefined || !this.departmentsOf(by).includes(review.department)) return unknown();
    if (review.ended !== undefined) return failure("ACCESS_STATE", undefined, { reason: "ended" });
    const all = await itemsOf(db, id);
    const items = new Map(all.map((item) => [item.grant, item]));
    const said = new Map<GrantId, "keep" | "drop">([
      ...keep.map((one) => [one, "keep"] as const),
      ...drop.map((one) => [one, "drop"] as const),
    ]);
    if (said.size !== keep.length + drop.length) return failure("ACCESS_STATE", undefined, { reason: "said-twice" });
    const counted = await uses([...said.keys()]);
    const now = this.#core.now();
    const judged: { grant: Grant; verdict: "keep" | "drop"; item: ReviewItem }[] = [];
    for (const [grantId, verdict] of said) {
      const item = items.get(grantId);
      const grant = this.#core.live.get(grantId);
      if (item === undefined) return unknown();
      if (item.verdict !== undefined || grant === undefined || !isInForce(grant, now))
        return failure("ACCESS_STATE", undefined, { reason: "judged", grant_id: grantId });
      if (verdict === "keep" && (grant.officer === by || this.#core.live.usersOf(grant).includes(by)))
        return notPermitted("opens-for-you");
      judged.push({ grant, verdict, item });
    }
    const isLast = all.filter((item) => item.verdict === undefined).length === judged.length;
    return ok({
      value: undefined,
      collect: (tx) => {
        for (const one of judged) {
          judgeItem(tx, { ...one.item, verdict: one.verdict, by, at: now, reason });
          this.#record(tx, one, { by, review: id, reason, uses: counted });
        }
        if (isLast) this.#endAll(tx, review, { by, all, judged });
        for (const { grant, verdict } of judged) this.#apply(tx, { grant, verdict, by, reason });
      },
    });
  }

  #record(
    tx: Tx,
    { grant, verdict }: { readonly grant: Grant; readonly verdict: "keep" | "drop" },
    of: { readonly by: UserId; readonly review: ReviewId; readonly reason: string | undefined; readonly uses: Uses },
  ): void {
    const { by, review, reason } = of;
    const uses = of.uses === undefined ? undefined : (of.uses.get(grant.id)?.count ?? 0);
    const act = verdict === "keep" ? "grant.kept" : "grant.dropped";
    this.#core.options.audit(tx, { act, by, on: grant.id, at: this.#core.now(), facts: { review, uses, reason } });
  }

  #endAll(
    tx: Tx,
    review: Review,
    of: {
      readonly by: UserId;
      readonly all: readonly ReviewItem[];
      readonly judged: readonly { readonly verdict: string }[];
    },
  ): void {
    this.#end(tx, review);
    const count = (verdict: string): number =>
      [...of.all, ...of.judged].filter((one) => one.verdict === verdict).length;
    const facts = { department: review.department, kept: count("keep"), dropped: count("drop") };
    this.#core.options.audit(tx, { act: "review.ended", by: of.by, on: review.id, at: this.#core.now(), facts });
  }

  #apply(
    tx: Tx,
    of: {
      readonly grant: Grant;
      readonly verdict: "keep" | "drop";
      readonly by: UserId;
      readonly reason: string | undefined;
    },
  ): void {
    const { grant, by, reason } = of;
    if (of.verdict === "drop") {
      this.#granting.collectEnd(tx, this.#granting.endedForm(grant, { by, cause: "review", reason }), grant);
      return;
    }
    const kept: Grant = { ...grant, version: grant.version + 1, lastReviewed: this.#core.now() };
    changeGrant(tx, kept, grant);
    this.#core.live.take(tx, kept);
  }

  async #view(review: Review, reader: UserId): Promise<ReviewView> {
    const { db, uses } = this.#core.options;
    const items = await itemsOf(db, review.id);
    const grants = await findGrants(
      db,
      items.map((item) => item.grant),
    );
    const left = items.flatMap((item) => (item.verdict === undefined ? (grants.get(item.grant) ?? []) : []));
    const counted = await uses(left.map((grant) => grant.id));
    return {
      review_id: review.id,
      department: this.#desk.views.codeOf(review.department),
      quarter: review.quarter,
      begun: review.begun,
      due: review.due,
      ...(review.ended === undefined ? {} : { ended: review.ended }),
      kept: items.filter((item) => item.verdict === "keep").length,
      dropped: items.filter((item) => item.verdict === "drop").length,
      grants: inOrder(left, counted).map((grant) => ({
        ...this.#desk.views.grant(grant, reader, { use: useView(counted, grant.id) }),
      })),
      judged: items.flatMap((item) =>
        item.verdict === undefined || item.at === undefined
          ? []
          : [
              {
                ...{ grant_id: item.grant, verdict: item.verdict, at: item.at },
                ...(item.by === undefined ? {} : { by: this.#desk.views.named(item.by) }),
                ...(item.reason === undefined ? {} : { reason: item.reason }),
              },
            ],
      ),
    };
  }
}

/** Unused ones first, then those that were used longest ago, then the oldest. */
export function inOrder(grants: readonly Grant[], uses: Uses): readonly Grant[] {
  const use = (grant: Grant): string => {
    const one = uses?.get(grant.id);
    return one === undefined || one.count === 0 ? "" : (one.lastDay ?? "0");
  };
  return grants.toSorted((left, right) => {
    const [a, b] = [use(left), use(right)];
    if (a !== b) return a < b ? -1 : 1;
    return left.begins - right.begins || (left.id < right.id ? -1 : 1);
  });
}
