import { failure, ok, parseGrantId, type Result, type UserId } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import type { AdviceWish, DecisionWish } from "./access.ts";
import type { AccessCore, Change } from "./core.ts";
import { approversFor, mayDecide } from "./approvers.ts";
import { serviceCodes, sitesText, type Desk } from "./desk.ts";
import { newId } from "./ids.ts";
import { lessOf } from "./less.ts";
import { isInForce } from "./live-grants.ts";
import { alreadyDecided, notPermitted, unknown, wrongState } from "./refusals.ts";
import { isDecided, isWaiting, nextState } from "./states.ts";
import { addGrant, changeGrant } from "./store-grants.ts";
import { changeRequest, findRequest } from "./store-requests.ts";
import { addSteps } from "./store-steps.ts";
import type { AccessRequest, Decided, Grant, Terms } from "./types.ts";
import { passedWarnings } from "./warnings.ts";

/** Advice, questions, answers and decisions. */
export class Deciding {
  #core: AccessCore;
  #desk: Desk;

  constructor(core: AccessCore, desk: Desk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** Gives a DITSO's advice. */
  async advise(wish: AdviceWish): Promise<Result<RequestView>> {
    if (wish.advice !== "support" && wish.reason === undefined) return failure("ACCESS_REASON_NEEDED");
    return await this.#then(wish.by, async () => {
      const found = await this.#readable(wish);
      if (!found.ok) return found;
      const before = found.value;
      if (isDecided(before.state)) return alreadyDecided(before);
      if (wish.by === before.requester) return notPermitted("own-request");
      if (!this.#desk.approval.advisersOf(before).includes(wish.by)) return notPermitted("not-adviser");
      const state = nextState(before.state, "advise", { wasAdvised: before.advice !== undefined });
      if (state === undefined) return wrongState(before);
      const now = this.#core.now();
      const { by, advice, reason } = wish;
      const after: AccessRequest = {
        ...before,
        ...{ state, version: before.version + 1, advice: { by, at: now, advice, reason } },
        ...{ waitingSince: now, changed: now },
      };
      return ok({
        value: after,
        collect: (tx) => {
          changeRequest(tx, after, before);
          addSteps(tx, after, [{ state, at: now, by, reason }]);
          this.#core.options.audit(tx, {
            ...{ act: "request.advised", by, on: after.id, at: now },
            facts: { department: after.department, advice, reason },
          });
          this.#core.news.put(tx, now, { kind: "advised", request: after.id });
        },
      });
    });
  }

  /** Makes a decision. Whether somebody may is asked of the directory as it is when the decision is committed. */
  async decide(wish: DecisionWish): Promise<Result<RequestView>> {
    return await this.#then(wish.by, async () => {
      const found = await this.entitled(wish);
      if (!found.ok) return found;
      const { decision } = wish;
      switch (decision.decision) {
        case "ask":
          return this.#question(found.value, wish.by, decision.question);
        case "refuse":
          return this.#refuse(found.value, wish, decision.reason);
        case "approve":
          return await this.#approve(found.value, wish, { terms: found.value.terms, reason: decision.reason });
        case "approve-less": {
          const less = lessOf(found.value.terms, decision.less, this.#core.now());
          return less.ok
            ? await this.#approve(found.value, wish, { terms: less.value, reason: decision.reason })
            : less;
        }
      }
    });
  }

  /** The request, when this decision of it may be made now; what is wrong with it otherwise. Nothing is changed. */
  async entitled(wish: DecisionWish): Promise<Result<AccessRequest>> {
    const found = await this.#readable(wish);
    if (!found.ok) return found;
    const request = found.value;
    if (isDecided(request.state)) return alreadyDecided(request);
    if (!isWaiting(request.state)) return wrongState(request);
    const may = mayDecide(this.#desk.approval.factsOf(request), wish.by);
    if (!may.allowed) return notPermitted(may.reason);
    if (wish.version !== undefined && wish.version !== request.version) return wrongState(request, "changed");
    const { decision } = wish.decision;
    if (wish.via === "reaction" && decision !== "approve") return failure("ACCESS_REASON_NEEDED");
    const isHigh = request.risk.level === "high";
    if (isHigh && decision !== "ask" && !wish.confirmed) return failure("ACCESS_STEP_UP_NEEDED");
    const approves = decision === "approve" || decision === "approve-less";
    return approves && this.#desk.approval.needsAdvice(request) ? failure("ACCESS_ADVICE_NEEDED") : ok(request);
  }

  /** What somebody may see: approvers see it, whether it is decided or not. */
  async #readable(wish: {
    readonly by: UserId;
    readonly request: AccessRequest["id"];
  }): Promise<Result<AccessRequest>> {
    const request = await findRequest(this.#core.options.db, wish.request);
    return request !== undefined && this.#desk.readers.mayRead(wish.by, request) ? ok(request) : unknown();
  }

  #question(before: AccessRequest, by: UserId, question: string): Result<Change<AccessRequest>> {
    const state = nextState(before.state, "question");
    if (state === undefined) return wrongState(before);
    const now = this.#core.now();
    const asked = { by, at: now, question, answer: undefined, answeredAt: undefined };
    const after: AccessRequest = {
      ...before,
      ...{ state, version: before.version + 1, questions: [...before.questions, asked] },
      ...{ waitingSince: now, changed: now },
    };
    return this.#changed(before, after, { by, reason: question, act: "request.questioned", kind: "questioned" });
  }

  /** The answer of whoever asked. */
  async answer(by: UserId, id: AccessRequest["id"], answer: string): Promise<Result<RequestView>> {
    return await this.#then(by, async () => {
      const found = await this.#own(by, id);
      if (!found.ok) return found;
      const before = found.value;
      const state = nextState(before.state, "answer", { wasAdvised: before.advice !== undefined });
      if (state === undefined) return wrongState(before);
      const now = this.#core.now();
      const last = before.questions.length - 1;
      const questions = before.questions.map((one, place) =>
        place === last ? { ...one, answer, answeredAt: now } : one,
      );
      const after: AccessRequest = {
        ...before,
        ...{ state, version: before.version + 1, questions, waitingSince: now, changed: now },
      };
      return this.#changed(before, after, { by, reason: answer, act: "request.answered", kind: "answered" });
    });
  }

  /** Takes a request back. */
  async withdraw(by: UserId, id: AccessRequest["id"], reason: string | undefined): Promise<Result<RequestView>> {
    return await this.#then(by, async () => {
      const found = await this.#own(by, id);
      if (!found.ok) return found;
      const before = found.value;
      const state = nextState(before.state, "withdraw");
      if (state === undefined) return wrongState(before);
      const now = this.#core.now();
      const after: AccessRequest = {
        ...before,
        ...{ state, version: before.version + 1, waitingSince: undefined, changed: now },
      };
      return this.#changed(before, after, { by, reason, act: "request.withdrawn", kind: "withdrawn" });
    });
  }

  async #own(by: UserId, id: AccessRequest["id"]): Promise<Result<AccessRequest>> {
    const found = await this.#readable({ by, request: id });
    if (!found.ok) return found;
    if (found.value.requester !== by) return notPermitted("not-yours");
    return isDecided(found.value.state) ? alreadyDecided(found.value) : found;
  }

  #refuse(before: AccessRequest, wish: DecisionWish, reason: string): Result<Change<AccessRequest>> {
    const state = nextState(before.state, "refuse");
    if (state === undefined) return wrongState(before);
    const now = this.#core.now();
    const decided = this.#decided(before, wish, { outcome: "refused", reason, terms: undefined });
    const after: AccessRequest = {
      ...before,
      ...{ state, version: before.version + 1, decided, waitingSince: undefined, changed: now },
    };
    return this.#changed(before, after, { by: wish.by, reason, act: "request.refused", kind: "decided" });
  }

  #changed(
    before: AccessRequest,
    after: AccessRequest,
    how: {
      readonly by: UserId;
      readonly reason: string | undefined;
      readonly act: "request.questioned" | "request.answered" | "request.refused" | "request.withdrawn";
      readonly kind: "questioned" | "answered" | "decided" | "withdrawn";
    },
  ): Result<Change<AccessRequest>> {
    const { by, reason, act, kind } = how;
    return ok({
      value: after,
      collect: (tx) => {
        const at = after.changed;
        changeRequest(tx, after, before);
        addSteps(tx, after, [{ state: after.state, at, by, reason }]);
        // A draft was never anybody else's business.
        if (before.state === "draft") return;
        const facts = { department: after.department, post: after.post, reason };
        this.#core.options.audit(tx, { act, by, on: after.id, at, facts });
        this.#core.news.put(tx, at, { kind, request: after.id });
      },
    });
  }

  #decided(request: AccessRequest, wish: DecisionWish, what: Pick<Decided, "outcome" | "reason" | "terms">): Decided {
    const approver = approversFor(this.#desk.approval.factsOf(request)).find((one) => one.user === wish.by);
    return { ...what, by: wish.by, as: approver?.as ?? "authority", via: wish.via, at: this.#core.now() };
  }

  async #approve(
    before: AccessRequest,
    wish: DecisionWish,
    given: { readonly terms: Terms; readonly reason: string | undefined },
  ): Promise<Result<Change<AccessRequest>>> {
    const isLess = given.terms !== before.terms;
    const state = nextState(before.state, isLess ? "approve-less" : "approve");
    if (state !== "approved" && state !== "approved-with-less") return wrongState(before);
    const fault = this.#grantFault(before, given.terms);
    if (fault !== undefined) return fault;
    const now = this.#core.now();
    const outcome = isLess ? "approved-with-less" : "approved";
    const decided = this.#decided(before, wish, {
      ...{ outcome, reason: given.reason },
      terms: isLess ? given.terms : undefined,
    });
    const change =
      before.kind === "extension"
        ? this.#extended(before, given.terms, wish.by)
        : this.#begun(before, decided, given.terms);
    if (!change.ok) return change;
    const { grant, collect } = change.value;
    const after: AccessRequest = {
      ...before,
      ...{ state, version: before.version + 1, decided, grant: grant.id, waitingSince: undefined, changed: now },
    };
    return ok({
      value: after,
      collect: (tx) => {
        changeRequest(tx, after, before);
        addSteps(tx, after, [{ state, at: now, by: wish.by, reason: given.reason }]);
        this.#core.options.audit(tx, {
          ...{ act: "request.approved", by: wish.by, on: after.id, at: now },
          facts: {
            ...{ department: after.department, post: after.post, reason: given.reason },
            ...{ grant: grant.id, less: isLess, how: wish.via },
          },
        });
        this.#core.news.put(tx, now, { kind: "decided", request: after.id });
        collect(tx);
      },
    });
  }

  /** What has become impossible since it was asked. */
  #grantFault(request: AccessRequest, terms: Terms): Result<never> | undefined {
    const { directory, services } = this.#core.options;
    if (terms.until <= this.#core.now())
      return failure("ACCESS_UNTIL_REFUSED", "The end that was asked for has passed.", { reason: "past" });
    if (terms.scope === "officer" && directory.tenureOf(request.requester, request.post) === undefined)
      return wrongState(request, "requester-moved");
    const catalogue = services.of(this.#desk.approval.departmentOf(request));
    const gone = terms.services.find((id) => catalogue.find((one) => one.id === id)?.grantable !== true);
    return gone === undefined
      ? undefined
      : failure("ACCESS_TARGET_REFUSED", "A service can no longer be authorised.", { reason: "not-grantable" });
  }

  #begun(
    request: AccessRequest,
    decided: Decided,
    terms: Terms,
  ): Result<{ readonly grant: Grant; readonly collect: (tx: Tx) => void }> {
    const grant = this.newGrant(request, { decided, terms });
    return ok({ grant, collect: (tx) => this.collectGrant(tx, grant, request) });
  }

  /** A grant that begins now. */
  newGrant(request: AccessRequest, of: { readonly decided: Decided; readonly terms: Terms }): Grant {
    const { at: now } = of.decided;
    return {
      ...{ id: newId("gr_", parseGrantId), version: 1, request: request.id, state: "active" },
      ...{ officer: request.requester, post: request.post, department: this.#desk.approval.departmentOf(request) },
      ...{ terms: of.terms, machines: [request.machine], grantedBy: of.decided.by, granted: now, begins: now },
      ...{ ends: of.terms.until, ended: undefined, breakGlass: false, glassReview: undefined, lastReviewed: undefined },
      // A grant for an hour does not begin with the warning that it ends within an hour.
      warned: passedWarnings(of.terms.until, this.#core.options.limits.warnMinutes, now),
    };
  }

  /** Collects a grant that begins. */
  collectGrant(tx: Tx, grant: Grant, request: AccessRequest): void {
    const { terms, begins: at } = grant;
    addSteps(tx, grant, [{ state: "active", at, by: undefined, reason: undefined }]);
    const facts = {
      ...{ scope: terms.scope, services: serviceCodes(grant), sites: sitesText(grant), until: grant.ends },
      ...{ upload: terms.upload, officer: grant.officer, department: grant.department },
    };
    if (grant.breakGlass)
      this.#core.options.audit(tx, {
        ...{ act: "grant.opened", by: grant.officer, on: grant.id, at },
        facts: { ...facts, reason: request.need },
      });
    else
      this.#core.options.audit(tx, {
        ...{ act: "grant.began", by: grant.grantedBy, on: grant.id, at },
        facts: { ...facts, request: request.id, how: request.kind },
      });
    this.#core.news.put(tx, at, { kind: "grant-began", grant: grant.id, request: request.id });
    addGrant(tx, grant);
    this.#core.live.take(tx, grant);
  }

  #extended(
    request: AccessRequest,
    terms: Terms,
    by: UserId,
  ): Result<{ readonly grant: Grant; readonly collect: (tx: Tx) => void }> {
    const now = this.#core.now();
    const before = request.extends === undefined ? undefined : this.#core.live.get(request.extends);
    if (before === undefined || !isInForce(before, now)) return failure("ACCESS_ENDED");
    if (terms.until <= before.ends)
      return failure("ACCESS_NOT_LESS", "The grant lasts longer already.", { reason: "until" });
    const grant: Grant = {
      ...before,
      ...{ version: before.version + 1, state: "extended", terms, ends: terms.until },
      warned: passedWarnings(terms.until, this.#core.options.limits.warnMinutes, now),
    };
    return ok({
      grant,
      collect: (tx) => {
        addSteps(tx, grant, [{ state: "extended", at: now, by: undefined, reason: undefined }]);
        this.#core.options.audit(tx, {
          ...{ act: "grant.extended", by, on: grant.id, at: now },
          facts: { until: grant.ends, request: request.id },
        });
        this.#core.news.put(tx, now, { kind: "grant-extended", grant: grant.id, request: request.id });
        changeGrant(tx, grant, before);
        this.#core.live.take(tx, grant);
      },
    });
  }

  async #then(reader: UserId, plan: () => Promise<Result<Change<AccessRequest>>>): Promise<Result<RequestView>> {
    const done = await this.#core.change(plan);
    return done.ok ? ok(await this.#desk.viewOf(done.value, reader)) : done;
  }
}
