import {
  failure,
  instant,
  ok,
  parseRequestId,
  type GrantId,
  type Instant,
  type Result,
  type UserId,
} from "@causeway/base";
import type { GrantView, RequestView } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import { checkUntil, labelOf, machineOf, postOfAsker, type Asker, type Wish } from "./asking.ts";
import type { AccessCore, Change } from "./core.ts";
import type { Deciding } from "./deciding.ts";
import type { Desk } from "./desk.ts";
import { earlierUse } from "./earlier.ts";
import { isTheirs, mayExtend, mayRevoke } from "./grant-rules.ts";
import { newId } from "./ids.ts";
import { isInForce } from "./live-grants.ts";
import { notPermitted, unknown } from "./refusals.ts";
import { riskOf } from "./risk.ts";
import { changeGrant, findGrant } from "./store-grants.ts";
import { addRequest, findRequest, glassCount, undecidedOf } from "./store-requests.ts";
import { addSteps } from "./store-steps.ts";
import { targetOf } from "./target.ts";
import type { AccessRequest, Decided, EndCause, Grant, Terms } from "./types.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A grant with the request that it came of. */
interface Seen {
  readonly grant: Grant;
  readonly request: AccessRequest | undefined;
}

/** What happens to grants: more time, an end, and what is opened without a decision. */
export class Granting {
  #core: AccessCore;
  #desk: Desk;
  #deciding: Deciding;

  constructor(core: AccessCore, desk: Desk, deciding: Deciding) {
    this.#core = core;
    this.#desk = desk;
    this.#deciding = deciding;
  }

  /** A grant that somebody may see. */
  async seen(id: GrantId, reader: UserId): Promise<Result<Seen>> {
    const { db } = this.#core.options;
    const grant = await findGrant(db, id);
    if (grant === undefined) return unknown();
    const request = await findRequest(db, grant.request);
    return this.#desk.readers.mayReadGrant(reader, grant, request) ? ok({ grant, request }) : unknown();
  }

  /** Ends a grant at once. */
  async revoke(by: UserId, id: GrantId, reason: string): Promise<Result<GrantView>> {
    return await this.#core.change(async () => {
      const seen = await this.seen(id, by);
      if (!seen.ok) return seen;
      const { grant, request } = seen.value;
      if (!isInForce(grant, this.#core.now())) return this.#ended(grant);
      const may = mayRevoke({
        isTheirs: isTheirs(this.#core, grant, by),
        isEntitled: request !== undefined && this.#desk.views.isEntitled(request, by),
        isSecurityAdministrator: this.#desk.readers.isSecurityAdministrator(by),
      });
      if (!may.allowed) return notPermitted(may.reason);
      const cause = by === grant.officer ? "handed-back" : "revoked";
      const ended = this.endedForm(grant, { by, cause, reason });
      return ok({
        value: this.#desk.views.grant(ended, by),
        collect: (tx) => this.collectEnd(tx, ended, grant),
      });
    });
  }

  #ended(grant: Grant): Result<never> {
    return failure("ACCESS_ENDED", undefined, { state: this.#desk.views.grantState(grant) });
  }

  /** A grant as it is once it has ended. */
  endedForm(
    grant: Grant,
    how: { readonly by: UserId | undefined; readonly cause: EndCause; readonly reason: string | undefined },
  ): Grant {
    const isLapsed = how.cause === "lapsed";
    const at = isLapsed ? grant.ends : this.#core.now();
    return { ...grant, version: grant.version + 1, state: isLapsed ? "lapsed" : "revoked", ended: { at, ...how } };
  }

  /** Collects an end with its record and its news. */
  collectEnd(tx: Tx, ended: Grant, before: Grant): void {
    this.noteEnd(tx, ended);
    changeGrant(tx, ended, before);
    this.#core.live.take(tx, ended);
  }

  /** Collects what is kept of an end beside the grant itself. */
  noteEnd(tx: Tx, { id, version, state, ends, ended }: Grant): void {
    if (ended === undefined) return;
    const { at, by, cause, reason } = ended;
    addSteps(tx, { id, version }, [{ state, at, by, reason: reason ?? cause }]);
    const now = this.#core.now();
    if (cause === "lapsed")
      this.#core.options.audit(tx, { act: "grant.lapsed", by: "system", on: id, at: now, facts: { until: ends } });
    else
      this.#core.options.audit(tx, {
        ...{ act: "grant.revoked", by: by ?? "system", on: id, at: now },
        facts: { cause, reason },
      });
    this.#core.news.put(tx, now, { kind: "grant-ended", grant: id, cause });
  }

  /** Asks for more time: a request like the first one, about the grant that is in force. */
  async extend(
    by: UserId,
    id: GrantId,
    wish: { readonly need: string; readonly until: Instant },
  ): Promise<Result<RequestView>> {
    const requestId = newId("rq_", parseRequestId);
    const done = await this.#desk.turns.run(by, () =>
      this.#core.change(async () => {
        const seen = await this.seen(id, by);
        if (!seen.ok) return seen;
        const { grant, request } = seen.value;
        if (request === undefined || !isInForce(grant, this.#core.now())) return this.#ended(grant);
        const may = mayExtend(this.#core, grant, by);
        if (!may.allowed) return notPermitted(may.reason);
        const until = checkUntil(this.#core, wish.until);
        if (!until.ok) return until;
        if (wish.until <= grant.ends)
          return failure("ACCESS_UNTIL_REFUSED", "The grant lasts as long already.", { reason: "not-later" });
        const full = await this.#tooMany(by, grant);
        if (full !== undefined) return full;
        // Whoever has the post now asks for themselves: a class grant may have been asked for by somebody else.
        const post = by === grant.officer ? ok({ id: grant.post }) : postOfAsker(this.#core, by, undefined);
        if (!post.ok) return post;
        const terms = { ...grant.terms, until: wish.until };
        const asked = await this.#compose(by, {
          ...{ id: requestId, kind: "extension", need: wish.need, label: request.label, terms },
          ...{ post: post.value.id, from: grant.begins, machine: request.machine, url: request.url, extends: grant.id },
        });
        return ok(this.#asking(asked));
      }),
    );
    return done.ok ? ok(await this.#desk.viewOf(done.value, by)) : done;
  }

  async #tooMany(user: UserId, grant: Grant): Promise<Result<never> | undefined> {
    const open = (await undecidedOf(this.#core.options.db, user)).filter((one) => one.state !== "draft");
    const same = open.find((one) => one.extends === grant.id);
    if (same !== undefined)
      return failure("ACCESS_TOO_MANY", "You have asked for this already.", { reason: "same", request_id: same.id });
    return open.length >= this.#core.options.limits.maxOpenRequests
      ? failure("ACCESS_TOO_MANY", undefined, { reason: "open" })
      : undefined;
  }

  #asking(request: AccessRequest): Change<AccessRequest> {
    return {
      value: request,
      collect: (tx) => {
        addRequest(tx, request);
        addSteps(tx, request, [{ state: "asked", at: request.changed, by: request.requester, reason: undefined }]);
        this.#desk.recordAsked(tx, request);
        this.#core.news.put(tx, request.changed, { kind: "asked", request: request.id });
      },
    };
  }

  async #compose(
    requester: UserId,
    of: Pick<AccessRequest, "id" | "kind" | "need" | "label" | "terms" | "post" | "machine" | "url" | "extends"> & {
      readonly from: Instant;
    },
  ): Promise<AccessRequest> {
    const { from, ...fields } = of;
    const now = this.#core.now();
    const department = this.#desk.approval.postOf(of)?.department;
    if (department === undefined) throw new Error("who asks has a post");
    const earlier = await earlierUse(this.#core, { user: requester, department, terms: of.terms });
    const categories = this.#desk.approval.categoriesOf({ terms: of.terms, post: of.post, department });
    const isBreakGlass = of.kind === "break-glass";
    const risk = riskOf(
      { label: of.label, terms: of.terms, categories, from, earlier, isBreakGlass },
      this.#core.options.limits.risk,
    );
    return {
      ...fields,
      ...{ version: 1, state: "asked", requester, department, risk, advice: undefined, questions: [] },
      ...{ decided: undefined, grant: undefined, escalations: 0, escalated: undefined },
      ...{ made: now, asked: now, waitingSince: now, changed: now },
    };
  }

  /** Opens at once and for a short time, without a decision: the DITSO is told, and looks at it later. */
  async breakGlass(
    asker: Asker,
    wish: Pick<Wish, "need" | "label" | "url" | "services" | "post" | "upload" | "machine_hint">,
  ): Promise<Result<RequestView>> {
    const id = newId("rq_", parseRequestId);
    const done = await this.#desk.turns.run(asker.user, () =>
      this.#core.change(async () => {
        const planned = await this.#glassRequest(asker, { ...wish, id });
        if (!planned.ok) return planned;
        const { asked, decided } = planned.value;
        const now = this.#core.now();
        const made = this.#deciding.newGrant(asked, { decided, terms: asked.terms });
        const due = instant(now + this.#core.options.limits.glassReviewDays * DAY_MS);
        const grant: Grant = { ...made, breakGlass: true, glassReview: { due, done: undefined } };
        const after: AccessRequest = { ...asked, state: "approved", decided, grant: grant.id, waitingSince: undefined };
        return ok({
          value: after,
          collect: (tx) => {
            addRequest(tx, after);
            const by = asker.user;
            addSteps(tx, after, [
              { state: "asked", at: now, by, reason: undefined },
              { state: "approved", at: now, by, reason: "break-glass" },
            ]);
            this.#desk.recordAsked(tx, after);
            this.#core.news.put(tx, now, { kind: "glass-broken", grant: grant.id, to: this.glassReviewers(after) });
            this.#deciding.collectGrant(tx, grant, after);
          },
        });
      }),
    );
    return done.ok ? ok(await this.#desk.viewOf(done.value, asker.user)) : done;
  }

  async #glassRequest(
    asker: Asker,
    wish: Parameters<Granting["breakGlass"]>[1] & Pick<AccessRequest, "id">,
  ): Promise<Result<{ readonly asked: AccessRequest; readonly decided: Decided }>> {
    const { limits, db, services } = this.#core.options;
    const now = this.#core.now();
    const label = labelOf(wish.label);
    if (!label.ok) return label;
    if (!limits.breakGlassLabels.includes(label.value))
      return failure("ACCESS_LABEL_TOO_HIGH", "Data of this label waits for a decision.");
    const post = postOfAsker(this.#core, asker.user, wish.post);
    if (!post.ok) return post;
    const machine = machineOf(this.#core, asker, wish.machine_hint);
    if (!machine.ok) return machine;
    const target = targetOf(wish, services.of(post.value.department));
    if (!target.ok) return target;
    if ((await glassCount(db, asker.user, now - DAY_MS)) >= limits.maxBreakGlassPerDay)
      return failure("ACCESS_TOO_MANY", "The glass was broken too often today.", { reason: "break-glass" });
    const terms: Terms = {
      ...{ scope: "officer", posts: [], units: [], sites: target.value.sites, upload: wish.upload, hours: undefined },
      services: target.value.services.map((service) => service.id),
      until: instant(now + limits.breakGlassMinutes * MINUTE_MS),
    };
    const asked = await this.#compose(asker.user, {
      ...{ id: wish.id, kind: "break-glass", need: wish.need, label: label.value, terms, post: post.value.id },
      ...{ from: now, machine: machine.value, url: target.value.url, extends: undefined },
    });
    const decided: Decided = {
      ...{ outcome: "approved", by: asker.user, as: "officer", via: "page", at: now },
      ...{ reason: undefined, terms: undefined },
    };
    return ok({ asked, decided });
  }

  /** Who is told of a break-glass, and looks at it: the DITSOs, and where there is none whoever would have decided. */
  glassReviewers(request: AccessRequest): readonly UserId[] {
    const again: AccessRequest = { ...request, state: "asked", advice: undefined };
    const advisers = this.#desk.approval.advisersOf(again);
    if (advisers.length > 0) return advisers;
    return this.#desk.approval.approversOf(again).map((one) => one.user);
  }

  /** Says whether a break-glass was justified. */
  async reviewGlass(
    by: UserId,
    id: GrantId,
    said: { readonly verdict: "justified" | "not-justified"; readonly reason: string },
  ): Promise<Result<GrantView>> {
    return await this.#core.change(async () => {
      const seen = await this.seen(id, by);
      if (!seen.ok) return seen;
      const { grant: before, request } = seen.value;
      const review = before.glassReview;
      if (review === undefined || review.done !== undefined || request === undefined)
        return failure("ACCESS_STATE", undefined, { reason: review?.done === undefined ? "no-review" : "reviewed" });
      if (by === before.officer) return notPermitted("own-request");
      if (!this.glassReviewers(request).includes(by)) return notPermitted("not-adviser");
      const now = this.#core.now();
      const done = { ...before, glassReview: { due: review.due, done: { by, at: now, ...said } } };
      const mustEnd = said.verdict === "not-justified" && isInForce(before, now);
      const after = mustEnd
        ? this.endedForm(done, { by, cause: "break-glass-review", reason: said.reason })
        : { ...done, version: before.version + 1 };
      return ok({
        value: this.#desk.views.grant(after, by, { request }),
        collect: (tx) => {
          this.#core.options.audit(tx, { act: "grant.glass-reviewed", by, on: id, at: now, facts: said });
          if (mustEnd) this.noteEnd(tx, after);
          changeGrant(tx, after, before);
          this.#core.live.take(tx, after);
        },
      });
    });
  }
}
