import type { Instant, UserId } from "@causeway/base";
import type { AccessCore } from "./core.ts";
import type { Desk } from "./desk.ts";
import type { Ending } from "./ending.ts";
import type { Granting } from "./granting.ts";
import { isWaiting, nextState } from "./states.ts";
import { dueWarning, leftText } from "./warnings.ts";
import { changeGrant, markGlassTold, overdueGlass } from "./store-grants.ts";
import { changeRequest, dueRequests, findRequest } from "./store-requests.ts";
import { addSteps } from "./store-steps.ts";
import type { AccessRequest, Grant } from "./types.ts";

const MINUTE_MS = 60_000;
/** How often what waits in the database is looked at, by the clock. */
const LOOK_MS = 5000;

/** What the clock brings: warnings, ends, escalations. Each is done once, after a restart too. */
export class Clockwork {
  #core: AccessCore;
  #desk: Desk;
  #granting: Granting;
  #ending: Ending;
  #later: readonly { tick(): Promise<void> }[];
  #looked = 0;

  constructor(
    core: AccessCore,
    parts: {
      readonly desk: Desk;
      readonly granting: Granting;
      readonly ending: Ending;
      /** What looks at the time as well, seldom. */
      readonly later: readonly { tick(): Promise<void> }[];
    },
  ) {
    this.#core = core;
    this.#desk = parts.desk;
    this.#granting = parts.granting;
    this.#ending = parts.ending;
    this.#later = parts.later;
  }

  /** Does everything that is due. */
  async tick(): Promise<void> {
    await this.#core.live.refresh();
    await this.#ending.endLeft();
    await this.#grants();
    const now = this.#core.now();
    if (now >= this.#looked && now - this.#looked < LOOK_MS) return;
    this.#looked = now;
    await this.#requests(now);
    await this.#glass(now);
    for (const one of this.#later) await one.tick();
  }

  async #grants(): Promise<void> {
    const now = this.#core.now();
    const { warnMinutes } = this.#core.options.limits;
    const work: Promise<unknown>[] = [];
    for (const grant of this.#core.live.all()) {
      if (grant.ends <= now) work.push(this.#lapse(grant));
      else {
        const minutes = dueWarning(grant, warnMinutes, now);
        if (minutes !== undefined) work.push(this.#warn(grant, minutes));
      }
    }
    await Promise.all(work);
  }

  #lapse(grant: Grant): Promise<boolean> {
    const ended = this.#granting.endedForm(grant, { by: undefined, cause: "lapsed", reason: undefined });
    return this.#core.commit((tx) => this.#granting.collectEnd(tx, ended, grant));
  }

  #warn(grant: Grant, minutes: number): Promise<boolean> {
    const now = this.#core.now();
    const warned = { ...grant, version: grant.version + 1, warned: [...grant.warned, minutes] };
    const left = leftText(minutes);
    return this.#core.commit((tx) => {
      this.#core.options.audit(tx, { act: "grant.warned", by: "system", on: grant.id, at: now, facts: { left } });
      this.#core.news.put(tx, now, { kind: "grant-warned", grant: grant.id, left });
      changeGrant(tx, warned, grant);
      this.#core.live.take(tx, warned);
    });
  }

  async #requests(now: Instant): Promise<void> {
    const { db, limits } = this.#core.options;
    const waitingSince = now - limits.escalateMinutes * MINUTE_MS;
    for (const request of await dueRequests(db, { waitingSince, now })) {
      if (request.terms.until <= now) await this.#lapseRequest(request);
      else if (request.state !== "question") await this.#escalate(request);
    }
  }

  /** What nobody decided before its own time had passed is over. */
  async #lapseRequest(before: AccessRequest): Promise<void> {
    const state = nextState(before.state, "lapse");
    if (state === undefined) return;
    const now = this.#core.now();
    const after: AccessRequest = {
      ...before,
      ...{ state, version: before.version + 1, waitingSince: undefined, changed: now },
    };
    await this.#core.commit((tx) => {
      changeRequest(tx, after, before);
      addSteps(tx, after, [{ state, at: now, by: undefined, reason: "not-decided" }]);
      const facts = { department: after.department, post: after.post };
      this.#core.options.audit(tx, { act: "request.lapsed", by: "system", on: after.id, at: now, facts });
      this.#core.news.put(tx, now, { kind: "request-lapsed", request: after.id });
    });
  }

  /** Nobody answered: the next ones are asked as well, step by step, and at the end all of them again. */
  async #escalate(before: AccessRequest): Promise<void> {
    if (!isWaiting(before.state)) return;
    const now = this.#core.now();
    const { escalateTo } = this.#core.options.limits;
    const hasDelegate = this.#desk.approval.approversOf(before).some((one) => one.as === "delegate");
    let escalations = before.escalations + 1;
    // Where there is no delegate nobody waits for one.
    if (!hasDelegate && escalateTo[escalations - 1] === "delegates" && escalations < escalateTo.length)
      escalations += 1;
    const after: AccessRequest = {
      ...before,
      ...{ version: before.version + 1, escalations, escalated: now, waitingSince: now },
    };
    const to = this.#whom(after);
    await this.#core.commit((tx) => {
      changeRequest(tx, after, before);
      const facts = { department: after.department, to: to[0] };
      this.#core.options.audit(tx, { act: "request.escalated", by: "system", on: after.id, at: now, facts });
      this.#core.news.put(tx, now, { kind: "escalated", request: after.id, to });
    });
  }

  #whom(after: AccessRequest): readonly UserId[] {
    const { approval } = this.#desk;
    if (approval.needsAdvice(after)) return approval.advisersOf(after);
    const target = this.#core.options.limits.escalateTo[after.escalations - 1];
    const approvers = approval.approversOf(after);
    const as = target === "delegates" ? "delegate" : "authority";
    const next = approvers.filter((one) => one.as === as);
    return (next.length > 0 ? next : approvers).map((one) => one.user);
  }

  async #glass(now: Instant): Promise<void> {
    for (const grant of await overdueGlass(this.#core.options.db, now)) {
      const request = await findRequest(this.#core.options.db, grant.request);
      const to = request === undefined ? [] : this.#granting.glassReviewers(request);
      await this.#core.commit((tx) => {
        markGlassTold(tx, grant.id);
        this.#core.news.put(tx, now, { kind: "glass-review-overdue", grant: grant.id, to });
      });
    }
  }
}
