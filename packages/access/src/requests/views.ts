import { parseMachineId, type GrantId, type UnitId, type UserId } from "@causeway/base";
import type { GrantView, RequestView, ServiceRefView, StepView, UseView } from "@causeway/contract";
import type { PolicyService } from "@causeway/policy";
import type { Approval } from "./approval.ts";
import type { AccessCore } from "./core.ts";
import { isInForce } from "./live-grants.ts";
import type { GrantUse } from "./ports.ts";
import type { Readers } from "./readers.ts";
import { isTheirs, mayExtend, mayRevoke } from "./grant-rules.ts";
import { isWaiting } from "./states.ts";
import type { AccessRequest, Grant, Step } from "./types.ts";

type Named = RequestView["requester"];

/** What a request is shown with. */
export interface RequestParts {
  readonly grant: Grant | undefined;
  readonly steps: readonly Step[];
  /** How the grant was used, where that is shown. */
  readonly use?: UseView | undefined;
}

/** Counts of use as they are answered. */
export function useView(uses: ReadonlyMap<GrantId, GrantUse> | undefined, id: GrantId): UseView {
  if (uses === undefined) return { known: false, count: 0 };
  const use = uses.get(id);
  if (use === undefined) return { known: true, count: 0 };
  return { known: true, count: use.count, ...(use.lastDay === undefined ? {} : { last_day: use.lastDay }) };
}

/** Writes requests and grants as they are answered. Whether somebody may see them is asked before. */
export class Views {
  #core: AccessCore;
  #approval: Approval;
  #readers: Readers;

  constructor(core: AccessCore, approval: Approval, readers: Readers) {
    this.#core = core;
    this.#approval = approval;
    this.#readers = readers;
  }

  /** A request, for a reader. */
  request(request: AccessRequest, parts: RequestParts, reader: UserId): RequestView {
    const { grant } = parts;
    const approvers = this.#approval.approversOf(request).map((one) => one.user);
    const advisers = this.#approval.advisersOf(request);
    const { terms } = request;
    return {
      request_id: request.id,
      version: request.version,
      kind: request.kind,
      state: this.stateOf(request, grant),
      level: request.risk.level,
      need: request.need,
      label: request.label,
      until: terms.until,
      scope: terms.scope,
      upload: terms.upload,
      ...(terms.hours === undefined ? {} : { hours: terms.hours }),
      requester: this.named(request.requester),
      post: this.postRef(request.post),
      department: this.codeOf(request.department),
      posts: terms.posts.map((id) => this.postRef(id)),
      units: terms.units.map((id) => this.unitRef(id)),
      machine: this.machine(request.machine),
      ...(request.url === undefined ? {} : { url: request.url }),
      services: this.services(terms.services, request.department),
      sites: terms.sites.map((site) => site.host),
      risk: { level: request.risk.level, points: request.risk.points, facts: [...request.risk.facts] },
      advice_needed: this.#approval.needsAdvice(request),
      ...this.#saidOf(request),
      ...this.#waiting(request, advisers.length > 0),
      advisers: advisers.map((user) => this.named(user)),
      approvers: approvers.map((user) => this.named(user)),
      ...(request.escalated === undefined ? {} : { escalated: request.escalated }),
      ...(request.extends === undefined ? {} : { extends: request.extends }),
      ...(parts.use === undefined ? {} : { use_so_far: parts.use }),
      ...(grant === undefined ? {} : { grant: this.grant(grant, reader, { request }) }),
      steps: parts.steps.map((step) => this.step(step)),
      ...(request.asked === undefined ? {} : { asked_at: request.asked }),
      changed_at: grant?.ended?.at ?? request.changed,
      may: this.#may(request, reader, { approvers, advisers }),
    };
  }

  /** Where it stands: the grant's state once there is one; an end that has come counts before it is recorded. */
  stateOf(request: AccessRequest, grant: Grant | undefined): RequestView["state"] {
    return grant === undefined ? request.state : this.grantState(grant);
  }

  /** The state of a grant by the clock. */
  grantState(grant: Grant): GrantView["state"] {
    const isOver = (grant.state === "active" || grant.state === "extended") && grant.ends <= this.#core.now();
    return isOver ? "lapsed" : grant.state;
  }

  /** A grant, for a reader. */
  grant(
    grant: Grant,
    reader: UserId,
    more: { readonly use?: UseView; readonly request?: AccessRequest } = {},
  ): GrantView {
    const now = this.#core.now();
    const { terms, ended } = grant;
    const isOver = this.grantState(grant) === "lapsed" && ended === undefined;
    return {
      grant_id: grant.id,
      request_id: grant.request,
      state: this.grantState(grant),
      scope: terms.scope,
      officer: this.named(grant.officer),
      department: this.codeOf(grant.department),
      posts: terms.posts.map((id) => this.postRef(id)),
      units: terms.units.map((id) => this.unitRef(id)),
      machines: grant.machines.map((key) => this.machine(key)),
      services: this.services(terms.services, grant.department),
      sites: terms.sites.map((site) => site.host),
      ...(terms.hours === undefined ? {} : { hours: terms.hours }),
      upload: terms.upload,
      begins: grant.begins,
      ends: grant.ends,
      ...(isOver ? { ended: { at: grant.ends, cause: "lapsed" as const } } : {}),
      ...(ended === undefined
        ? {}
        : { ended: { at: ended.at, cause: ended.cause, ...this.#by(ended.by), ...reasonOf(ended.reason) } }),
      granted_by: this.named(grant.grantedBy),
      granted_at: grant.granted,
      break_glass: grant.breakGlass,
      ...this.#glass(grant),
      ...(grant.lastReviewed === undefined ? {} : { last_reviewed: grant.lastReviewed }),
      ...(more.use === undefined ? {} : { use: more.use }),
      may: {
        extend: isInForce(grant, now) && mayExtend(this.#core, grant, reader).allowed,
        revoke: isInForce(grant, now) && mayRevoke(this.#revokers(grant, reader, more.request)).allowed,
        review: this.#mayReviewGlass(grant, reader),
      },
    };
  }

  /** What decides whether somebody may end a grant. */
  #revokers(grant: Grant, reader: UserId, request: AccessRequest | undefined): Parameters<typeof mayRevoke>[0] {
    return {
      isTheirs: isTheirs(this.#core, grant, reader),
      isEntitled: request !== undefined && this.isEntitled(request, reader),
      isSecurityAdministrator: this.#readers.isSecurityAdministrator(reader),
    };
  }

  /** Whether somebody may decide or advise on such a request now, whatever has come of it. */
  isEntitled(request: AccessRequest, user: UserId): boolean {
    const again: AccessRequest = { ...request, state: "asked", advice: undefined };
    return (
      this.#approval.advisersOf(again).includes(user) ||
      this.#approval.approversOf(again).some((one) => one.user === user)
    );
  }

  #mayReviewGlass(grant: Grant, reader: UserId): boolean {
    if (grant.glassReview === undefined || grant.glassReview.done !== undefined || reader === grant.officer)
      return false;
    const department = this.#core.options.directory.successorsOf(grant.department)[0]?.id ?? grant.department;
    return this.#core.options.directory.holdersOf("ditso", department).includes(reader);
  }

  #glass(grant: Grant): Pick<GrantView, "glass_review"> {
    const review = grant.glassReview;
    if (review === undefined) return {};
    const { done } = review;
    const said =
      done === undefined ? {} : { by: this.named(done.by), at: done.at, verdict: done.verdict, reason: done.reason };
    return { glass_review: { due: review.due, ...said } };
  }

  #saidOf(request: AccessRequest): Pick<RequestView, "advice" | "questions" | "decision"> {
    const { advice, decided } = request;
    return {
      ...(advice === undefined
        ? {}
        : { advice: { by: this.named(advice.by), at: advice.at, advice: advice.advice, ...reasonOf(advice.reason) } }),
      questions: request.questions.map((one) => ({
        by: this.named(one.by),
        at: one.at,
        question: one.question,
        ...(one.answer === undefined ? {} : { answer: one.answer }),
        ...(one.answeredAt === undefined ? {} : { answered_at: one.answeredAt }),
      })),
      ...(decided === undefined
        ? {}
        : {
            decision: {
              ...{
                outcome: decided.outcome,
                by: this.named(decided.by),
                as: decided.as,
                via: decided.via,
                at: decided.at,
              },
              ...reasonOf(decided.reason),
              ...(decided.terms === undefined
                ? {}
                : {
                    terms: {
                      ...{ scope: decided.terms.scope, until: decided.terms.until, upload: decided.terms.upload },
                      ...(decided.terms.hours === undefined ? {} : { hours: decided.terms.hours }),
                      services: [...decided.terms.services],
                      sites: decided.terms.sites.map((site) => site.host),
                    },
                  }),
            },
          }),
    };
  }

  #waiting(request: AccessRequest, hasAdvisers: boolean): Pick<RequestView, "waiting_for"> {
    if (!isWaiting(request.state)) return {};
    if (request.state === "question") return { waiting_for: "requester" };
    const isAdvised = request.advice !== undefined;
    return { waiting_for: request.risk.level === "high" && hasAdvisers && !isAdvised ? "adviser" : "approver" };
  }

  #may(
    request: AccessRequest,
    reader: UserId,
    who: { readonly approvers: readonly UserId[]; readonly advisers: readonly UserId[] },
  ): RequestView["may"] {
    const isMine = reader === request.requester;
    const decides = who.approvers.includes(reader);
    return {
      advise: request.state === "asked" && request.advice === undefined && who.advisers.includes(reader),
      decide: decides,
      step_up: decides && request.risk.level === "high",
      answer: isMine && request.state === "question",
      withdraw: isMine && (isWaiting(request.state) || request.state === "draft"),
      ask: isMine && request.state === "draft",
    };
  }

  step(step: Step): StepView {
    return { state: step.state, at: step.at, ...this.#by(step.by), ...reasonOf(step.reason) };
  }

  #by(user: UserId | undefined): { by?: Named } {
    return user === undefined ? {} : { by: this.named(user) };
  }

  /** Somebody by name. */
  named(user: UserId): Named {
    const name = this.#core.options.directory.displayNameOf(user);
    return { user_id: user, ...(name === undefined ? {} : { display_name: name }) };
  }

  /** The code of a department. */
  codeOf(department: UnitId): string {
    return this.#core.options.directory.unit(department)?.code ?? department;
  }

  postRef(id: AccessRequest["post"]): RequestView["post"] {
    const post = this.#core.options.directory.post(id);
    if (post === undefined) return { post_id: id, code: "", title_en: "", title_zh: "" };
    const { code, titleEn, titleZh } = post;
    return { post_id: id, code, title_en: titleEn, title_zh: titleZh, department: this.codeOf(post.department) };
  }

  unitRef(id: UnitId): RequestView["units"][number] {
    const unit = this.#core.options.directory.unit(id);
    return { unit_id: id, code: unit?.code ?? "", name_en: unit?.nameEn ?? "", name_zh: unit?.nameZh ?? "" };
  }

  machine(key: string): RequestView["machine"] {
    const id = parseMachineId(key);
    const machine = id === undefined ? undefined : this.#core.options.directory.machine(id);
    if (machine === undefined) return { key, class: "internal-desktop" };
    return { key, name: machine.name, class: machine.class };
  }

  services(ids: readonly string[], department: UnitId): ServiceRefView[] {
    const catalogue = this.#core.options.services.of(department);
    return ids.map((id) =>
      serviceRef(
        id,
        catalogue.find((one) => one.id === id),
      ),
    );
  }
}

/** A service as it is named beside other things; one that the catalogue no longer has goes by its id. */
export function serviceRef(id: string, service: PolicyService | undefined): ServiceRefView {
  const none = { en: id, zhHant: id, zhHans: id };
  if (service === undefined)
    return { service_id: id, category: "other", name: none, reason: { en: "", zhHant: "", zhHans: "" }, clause: "" };
  const { category, name, reason, clause } = service;
  return { service_id: id, category, name: { ...name }, reason: { ...reason }, clause };
}

function reasonOf(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
