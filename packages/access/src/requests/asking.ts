import {
  failure,
  instant,
  ok,
  parseRequestId,
  type Instant,
  type PostId,
  type RequestId,
  type Result,
  type UnitId,
  type UserId,
} from "@causeway/base";
import { requestLabels, type RequestInput, type RequestLabel } from "@causeway/contract";
import { normalAddress, type Post } from "@causeway/directory";
import type { PolicyService } from "@causeway/policy";
import type { AccessCore, Change } from "./core.ts";
import type { Desk } from "./desk.ts";
import { earlierUse } from "./earlier.ts";
import { newId } from "./ids.ts";
import { notPermitted, unknown, wrongState } from "./refusals.ts";
import { riskOf } from "./risk.ts";
import { nextState } from "./states.ts";
import { addRequest, changeRequest, findRequest, undecidedOf } from "./store-requests.ts";
import { addSteps } from "./store-steps.ts";
import { targetOf, targetRefused } from "./target.ts";
import type { AccessRequest, Terms } from "./types.ts";

const DAY_MS = 86_400_000;

/** Who asks, and from where. */
export interface Asker {
  readonly user: UserId;
  readonly ip: string;
}

/** What a request says, without what only drafts have. */
export type Wish = Omit<RequestInput, "draft">;

/** What was found for a wish: everything that the server knows by itself. */
export interface Found {
  readonly post: Post;
  readonly label: RequestLabel;
  readonly services: readonly PolicyService[];
  readonly terms: Terms;
  readonly machine: string;
  readonly url: string | undefined;
}

/** The post in which somebody asks: the one that they name, else one that is theirs before one that they act in. */
export function postOfAsker(core: AccessCore, user: UserId, named: PostId | undefined): Result<Post> {
  const { directory } = core.options;
  const posts = directory.postsOf(user);
  if (posts.length === 0) return notPermitted("no-post");
  const own = posts.find((post) => directory.holdingOf(post).holder?.userId === user) ?? posts[0];
  const post = named === undefined ? own : posts.find((one) => one.id === named);
  return post === undefined ? notPermitted("not-your-post") : ok(post);
}

/** The machine that a request is about: the caller's, or the one that the block page's signed hint names. */
export function machineOf(core: AccessCore, asker: Asker, hint: string | undefined): Result<string> {
  const { directory, verifyMachineHint } = core.options;
  const address = hint === undefined ? asker.ip : verifyMachineHint(hint, core.now());
  if (address === undefined) return failure("ACCESS_MACHINE_HINT_REFUSED");
  const normal = normalAddress(address);
  if (normal === undefined) return hint === undefined ? ok("addr:unknown") : failure("ACCESS_MACHINE_HINT_REFUSED");
  return ok(directory.machineOfAddress(normal)?.id ?? `addr:${normal}`);
}

/** Reads the label; SECRET and above are refused by their name. */
export function labelOf(said: string): Result<RequestLabel> {
  const label = requestLabels.find((one) => one === said);
  return label === undefined ? failure("ACCESS_LABEL_TOO_HIGH") : ok(label);
}

/** Whether an end is possible. */
export function checkUntil(core: AccessCore, until: Instant): Result<Instant> {
  const now = core.now();
  const latest = instant(now + core.options.limits.maxDays * DAY_MS);
  if (until <= now) return failure("ACCESS_UNTIL_REFUSED", "The end is in the past.", { reason: "past", latest });
  if (until > latest)
    return failure("ACCESS_UNTIL_REFUSED", "The end is too far away.", { reason: "too-long", latest });
  return ok(until);
}

/** Making, changing and sending requests. */
export class Asking {
  #core: AccessCore;
  #desk: Desk;

  constructor(core: AccessCore, desk: Desk) {
    this.#core = core;
    this.#desk = desk;
  }

  /** Finds everything that a wish names. */
  find(asker: Asker, wish: Wish): Result<Found> {
    const label = labelOf(wish.label);
    if (!label.ok) return label;
    const until = checkUntil(this.#core, wish.until);
    if (!until.ok) return until;
    const post = postOfAsker(this.#core, asker.user, wish.post);
    if (!post.ok) return post;
    const machine = machineOf(this.#core, asker, wish.machine_hint);
    if (!machine.ok) return machine;
    const target = targetOf(wish, this.#core.options.services.of(post.value.department));
    if (!target.ok) return target;
    const { services, sites, url } = target.value;
    const terms: Terms = {
      scope: wish.scope,
      posts: wish.scope === "post" ? (wish.posts.length === 0 ? [post.value.id] : [...new Set(wish.posts)]) : [],
      units: wish.scope === "group" ? [...new Set(wish.units)] : [],
      services: services.map((service) => service.id),
      sites,
      until: until.value,
      upload: wish.upload,
      hours: wish.hours,
    };
    const fault = this.#scopeFault(terms, post.value.department);
    if (fault !== undefined) return fault;
    return ok({ post: post.value, label: label.value, services, terms, machine: machine.value, url });
  }

  /** Others are asked for in one's own department only. */
  #scopeFault(terms: Terms, department: UnitId): Result<never> | undefined {
    const { directory } = this.#core.options;
    for (const id of terms.posts) {
      const post = directory.post(id);
      if (post === undefined || post.ended !== undefined || post.department !== department)
        return targetRefused("post", "A post is not one of your department.");
    }
    if (terms.scope === "group" && terms.units.length === 0)
      return targetRefused("units", "A group needs a division or section.");
    for (const id of terms.units) {
      const unit = directory.unit(id);
      const isOne = unit !== undefined && unit.kind !== "department" && unit.ended === undefined;
      if (!isOne || unit.department !== department)
        return targetRefused("unit", "A division or section is not one of your department.");
    }
    return undefined;
  }

  /** Makes a request, or a draft. */
  async make(asker: Asker, wish: Wish, isDraft: boolean): Promise<Result<RequestId>> {
    const id = newId("rq_", parseRequestId);
    // One after another, so that nobody has more of them than they may by asking many times at once.
    return await this.#desk.turns.run(asker.user, () =>
      this.#core.change(async () => {
        const found = this.find(asker, wish);
        if (!found.ok) return found;
        const full = await this.#tooMany(asker.user, found.value.terms, isDraft);
        if (full !== undefined) return full;
        const request = await this.#compose(asker.user, { id, need: wish.need, found: found.value, isDraft });
        return ok(this.#adding(request));
      }),
    );
  }

  /** Changes a draft. */
  async redraft(asker: Asker, id: RequestId, wish: Wish): Promise<Result<RequestId>> {
    return await this.#core.change(async () => {
      const before = await this.#draftOf(asker.user, id);
      if (!before.ok) return before;
      const found = this.find(asker, wish);
      if (!found.ok) return found;
      const made = await this.#compose(asker.user, { id, need: wish.need, found: found.value, isDraft: true });
      const after = { ...made, version: before.value.version + 1, made: before.value.made };
      return ok({ value: id, collect: (tx) => changeRequest(tx, after, before.value) });
    });
  }

  /** Sends a draft: everything in it is looked at again. */
  async send(asker: Asker, id: RequestId): Promise<Result<RequestId>> {
    return await this.#desk.turns.run(asker.user, () =>
      this.#core.change(async () => {
        const draft = await this.#draftOf(asker.user, id);
        if (!draft.ok) return draft;
        const before = draft.value;
        const { terms } = before;
        const again = this.find(asker, {
          ...{ need: before.need, label: before.label, until: terms.until, upload: terms.upload, scope: terms.scope },
          ...{ post: before.post, posts: [...terms.posts], units: [...terms.units], services: [...terms.services] },
          ...(before.url === undefined ? {} : { url: before.url }),
          ...(terms.hours === undefined ? {} : { hours: terms.hours }),
        });
        if (!again.ok) return again;
        const full = await this.#tooMany(asker.user, again.value.terms, false);
        if (full !== undefined) return full;
        const found = { ...again.value, machine: before.machine };
        const made = await this.#compose(asker.user, { id, need: before.need, found, isDraft: false });
        const after = { ...made, version: before.version + 1, made: before.made };
        return ok({
          value: id,
          collect: (tx) => {
            changeRequest(tx, after, before);
            this.#tellAsked(tx, after);
          },
        });
      }),
    );
  }

  async #draftOf(user: UserId, id: RequestId): Promise<Result<AccessRequest>> {
    const request = await findRequest(this.#core.options.db, id);
    if (request === undefined || request.requester !== user) return unknown();
    return request.state === "draft" ? ok(request) : wrongState(request);
  }

  async #compose(
    requester: UserId,
    of: { readonly id: RequestId; readonly need: string; readonly found: Found; readonly isDraft: boolean },
  ): Promise<AccessRequest> {
    const { found, isDraft } = of;
    const now = this.#core.now();
    const department = found.post.department;
    const earlier = await earlierUse(this.#core, { user: requester, department, terms: found.terms });
    const categories = [...new Set(found.services.map((service) => service.category))];
    const risk = riskOf(
      {
        ...{ label: found.label, terms: found.terms, from: now, earlier, isBreakGlass: false },
        categories: found.terms.sites.length > 0 ? [...categories, "site"] : categories,
      },
      this.#core.options.limits.risk,
    );
    return {
      ...{ id: of.id, version: 1, kind: "request", state: isDraft ? "draft" : (nextState("draft", "ask") ?? "asked") },
      ...{ requester, post: found.post.id, department, need: of.need, label: found.label, terms: found.terms },
      ...{ machine: found.machine, url: found.url, risk, advice: undefined, questions: [], decided: undefined },
      ...{ grant: undefined, extends: undefined, escalations: 0, escalated: undefined, made: now, changed: now },
      asked: isDraft ? undefined : now,
      waitingSince: isDraft ? undefined : now,
    };
  }

  #adding(request: AccessRequest): Change<RequestId> {
    return {
      value: request.id,
      collect: (tx) => {
        addRequest(tx, request);
        if (request.state !== "draft") this.#tellAsked(tx, request);
      },
    };
  }

  #tellAsked(tx: Parameters<Change<unknown>["collect"]>[0], request: AccessRequest): void {
    addSteps(tx, request, [{ state: "asked", at: request.changed, by: request.requester, reason: undefined }]);
    this.#desk.recordAsked(tx, request);
    this.#core.news.put(tx, request.changed, { kind: "asked", request: request.id });
  }

  async #tooMany(user: UserId, terms: Terms, isDraft: boolean): Promise<Result<never> | undefined> {
    const { limits, db } = this.#core.options;
    const undecided = await undecidedOf(db, user);
    const drafts = undecided.filter((one) => one.state === "draft").length;
    if (isDraft)
      return drafts >= limits.maxDrafts ? failure("ACCESS_TOO_MANY", undefined, { reason: "drafts" }) : undefined;
    const open = undecided.filter((one) => one.state !== "draft");
    if (open.length >= limits.maxOpenRequests) return failure("ACCESS_TOO_MANY", undefined, { reason: "open" });
    const same = open.find((one) => one.kind === "request" && isSame(one.terms, terms));
    if (same === undefined) return undefined;
    return failure("ACCESS_TOO_MANY", "You have asked for this already.", { reason: "same", request_id: same.id });
  }
}

/** Whether two ask for the same thing for the same people. */
function isSame(left: Terms, right: Terms): boolean {
  const what = (terms: Terms): string =>
    JSON.stringify([
      terms.scope,
      ...[[...terms.services], [...terms.posts], [...terms.units], terms.sites.map((site) => site.host)].map((list) =>
        list.toSorted(),
      ),
    ]);
  return what(left) === what(right);
}
