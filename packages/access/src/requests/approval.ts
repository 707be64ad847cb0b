import { type Instant, type UnitId, type UserId } from "@causeway/base";
import { delegationCovers, type Post, type Unit } from "@causeway/directory";
import { approversFor, isWithinLimits, type ApprovalFacts, type Approver } from "./approvers.ts";
import type { AccessCore } from "./core.ts";
import { isWaiting } from "./states.ts";
import type { AccessRequest } from "./types.ts";

/** What of a request says who may advise and decide. */
export type Approvable = Pick<
  AccessRequest,
  | "requester"
  | "post"
  | "department"
  | "state"
  | "label"
  | "terms"
  | "advice"
  | "extends"
  | "escalations"
  | "asked"
  | "made"
>;

/** Asks the directory who may advise and decide; the rules themselves are pure (`approvers.ts`). */
export class Approval {
  #core: AccessCore;

  constructor(core: AccessCore) {
    this.#core = core;
  }

  /** The post in which it was asked, where it is now; undefined when it was abolished. */
  postOf(request: Pick<AccessRequest, "post">): Post | undefined {
    const post = this.#core.options.directory.post(request.post);
    return post?.ended === undefined ? post : undefined;
  }

  /** The department that decides: that of the post as it is now, whatever was merged or split since. */
  departmentOf(request: Pick<AccessRequest, "post" | "department">): UnitId {
    const post = this.postOf(request);
    if (post !== undefined) return post.department;
    const [first] = this.#core.options.directory.successorsOf(request.department);
    return first?.id ?? request.department;
  }

  /** What the rules are applied to. */
  factsOf(request: Approvable): ApprovalFacts {
    const { directory, limits } = this.#core.options;
    const department = this.departmentOf(request);
    const post = this.postOf(request);
    const head = directory.headOf(department);
    const asked = {
      ...{ label: request.label, terms: request.terms, categories: this.categoriesOf(request) },
      from: this.#fromOf(request),
    };
    const delegates = directory.delegationsOf(department).map((delegation) => ({
      user: delegation.userId,
      fits:
        post !== undefined &&
        delegationCovers(delegation, post) &&
        isWithinLimits(delegation.limits, asked) &&
        directory.postsOf(delegation.userId).some((one) => one.department === department),
    }));
    const { scope } = request.terms;
    const named = scope === "post" || scope === "group";
    return {
      requester: request.requester,
      adviser: request.advice?.by,
      beneficiaries: new Set(
        named ? this.#core.live.usersOf({ terms: request.terms, officer: request.requester }) : [],
      ),
      head:
        head === undefined
          ? undefined
          : { holder: head.holder?.userId, current: head.current, isActing: head.acting !== undefined },
      delegates,
      authorities: this.#authoritiesOf(department, post),
      isEscalated: limits.escalateTo.slice(0, request.escalations).includes("authority"),
    };
  }

  /** Those who may decide now. */
  approversOf(request: Approvable): readonly Approver[] {
    return isWaiting(request.state) ? approversFor(this.factsOf(request)) : [];
  }

  /** Those who may advise: the DITSOs of the department, else of the department that is configured to stand in; never who asked, nor the Head, who decides. */
  advisersOf(request: Pick<AccessRequest, "requester" | "post" | "department">): readonly UserId[] {
    const { directory, limits } = this.#core.options;
    const department = this.departmentOf(request);
    const head = directory.headOf(department)?.current;
    const among = (unit: UnitId | undefined): readonly UserId[] =>
      unit === undefined
        ? []
        : directory.holdersOf("ditso", unit).filter((user) => user !== request.requester && user !== head);
    const own = among(department);
    if (own.length > 0) return own;
    const code = directory.unit(department)?.code;
    const other = code === undefined ? undefined : setting(limits.advisers, code);
    return other === undefined ? [] : this.#openOf(other).flatMap((unit) => among(unit.id));
  }

  /** Whether nobody may approve it before somebody has advised. */
  needsAdvice(request: AccessRequest): boolean {
    return request.risk.level === "high" && request.advice === undefined && this.advisersOf(request).length > 0;
  }

  /** The categories of what is asked for; `site` for hosts of no service. */
  categoriesOf(request: Pick<AccessRequest, "terms" | "post" | "department">): readonly string[] {
    const { services } = this.#core.options;
    const catalogue = services.of(this.departmentOf(request));
    const found = request.terms.services.map((id) => catalogue.find((one) => one.id === id)?.category ?? "other");
    return [...new Set([...found, ...(request.terms.sites.length > 0 ? ["site"] : [])])];
  }

  /** Whether somebody is a directorate officer: the Head of a department or who acts as one, or has a post that is configured to be one. */
  isDirectorate(user: UserId): boolean {
    const { directory, limits } = this.#core.options;
    if (directory.dutiesOf(user).some((duty) => duty.role === "head")) return true;
    return limits.directorate.some((place) => this.#holderAt(place)?.user === user);
  }

  #fromOf(request: Approvable): Instant {
    const extended = request.extends === undefined ? undefined : this.#core.live.get(request.extends);
    return extended?.begins ?? request.asked ?? request.made;
  }

  #openOf(code: string): readonly Unit[] {
    const { directory } = this.#core.options;
    const unit = directory.department(code);
    return unit === undefined ? [] : directory.successorsOf(unit.id);
  }

  /** The next authority up, and the one above it, and so on; each department once. */
  #authoritiesOf(department: UnitId, post: Post | undefined): readonly UserId[] {
    const { directory, limits } = this.#core.options;
    const found: UserId[] = [];
    const seen = new Set<UnitId>();
    // A department that was merged goes by its own setting, else by that of the one from which the post came.
    let codes = [directory.unit(department)?.code, ...(post?.former ?? []).map((one) => one.department).toReversed()];
    let next: UnitId | undefined = department;
    while (next !== undefined && !seen.has(next)) {
      seen.add(next);
      const named = codes.flatMap((code) => (code === undefined ? [] : (setting(limits.authorities, code) ?? [])));
      const place = named[0] ?? setting(limits.authorities, "*");
      const holder = place === undefined ? undefined : this.#holderAt(place);
      if (holder?.user !== undefined) found.push(holder.user);
      next = holder?.department;
      codes = next === undefined ? [] : [directory.unit(next)?.code];
    }
    return found;
  }

  /** Who has a post (`DEPARTMENT/POST`), or heads a department (`DEPARTMENT`), at present. */
  #holderAt(place: string): { readonly user: UserId | undefined; readonly department: UnitId } | undefined {
    const { directory } = this.#core.options;
    const slash = place.indexOf("/");
    if (slash < 0) {
      const [unit] = this.#openOf(place);
      return unit === undefined ? undefined : { user: directory.headOf(unit.id)?.current, department: unit.id };
    }
    const post = directory.postAt(place.slice(0, slash), place.slice(slash + 1));
    if (post === undefined || post.ended !== undefined) return undefined;
    return { user: directory.holdingOf(post).current, department: post.department };
  }
}

function setting(settings: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}
