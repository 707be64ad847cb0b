import { failure, ok, type PostId, type Result, type UnitId, type UserId } from "@causeway/base";
import type { ReorganisationPlan } from "@causeway/contract";
import type { Planning } from "./changes.ts";
import { conflict, notPermitted, unknown } from "./errors.ts";
import { isOpen } from "./live-state.ts";
import { newUnit, openDepartmentOr } from "./plan-units.ts";
import type { Delegation, Post, RoleGrant, Unit } from "./types.ts";

type Wish = ReorganisationPlan["into"][number];

/** A department that takes something. */
interface Target {
  readonly wish: Wish;
  readonly unit: Unit;
  readonly isNew: boolean;
  /** The departments that something came from. */
  readonly sources: Set<UnitId>;
}

/**
 * Merges or splits departments: posts move with their holders, and so do roles, delegations and machines; the old codes lead to what
 * came of them.
 */
export function planReorganisation(planning: Planning, plan: ReorganisationPlan): Result<object> {
  const work = new Reorganising(planning, plan);
  return work.run() ?? ok({});
}

class Reorganising {
  #planning: Planning;
  #plan: ReorganisationPlan;
  #ending = new Map<UnitId, Unit>();
  #targets: Target[] = [];
  /** Who takes a division, a section that is in none, or a post directly under its department. */
  #taken = new Map<UnitId | PostId, Target>();
  #newCodes: ReadonlyMap<string, string>;

  constructor(planning: Planning, plan: ReorganisationPlan) {
    this.#planning = planning;
    this.#plan = plan;
    this.#newCodes = new Map([...plan.rename_units, ...plan.rename_posts].map(({ id, code }) => [id, code]));
  }

  /** Does it all; the first thing that stands in the way. */
  run(): Result<never> | undefined {
    return (
      this.#findEnding() ??
      this.#findTargets() ??
      this.#take() ??
      this.#allTaken() ??
      this.#move() ??
      this.#heads() ??
      this.#clashes() ??
      this.#finish()
    );
  }

  #findEnding(): Result<never> | undefined {
    for (const code of this.#plan.ends) {
      const found = openDepartmentOr(this.#planning.draft, code);
      if (!found.ok) return found;
      this.#ending.set(found.value.id, found.value);
    }
    return undefined;
  }

  #findTargets(): Result<never> | undefined {
    const { draft, now } = this.#planning;
    for (const wish of this.#plan.into) {
      if (this.#targets.some((target) => target.unit.code === wish.code))
        return conflict("code-twice", "A department stands twice in `into`.");
      const known = draft.departmentOf(wish.code);
      if (known !== undefined && (known.ended !== undefined || this.#ending.has(known.id)))
        return conflict("code-used", "The code of a department that ends, or has ended, is not used again.");
      const names = { nameEn: wish.name_en ?? "", nameZh: wish.name_zh ?? "" };
      if (known === undefined && names.nameEn === "" && names.nameZh === "")
        return conflict("unnamed", "A new department needs a name.");
      const unit =
        known ??
        newUnit({ ...names, code: wish.code, kind: "department", department: undefined, parent: undefined }, now);
      if (known === undefined) draft.put("units", unit);
      this.#targets.push({ wish, unit, isNew: known === undefined, sources: new Set() });
    }
    return undefined;
  }

  #take(): Result<never> | undefined {
    const { draft } = this.#planning;
    for (const target of this.#targets) {
      for (const code of target.wish.departments) {
        const department = draft.departmentOf(code);
        if (department === undefined || !this.#ending.has(department.id))
          return conflict("not-ending", "Only a department that ends is taken whole.");
        target.sources.add(department.id);
        for (const unit of this.#topUnits(department.id)) this.#takeOne(unit, target);
        for (const post of this.#topPosts(department.id)) this.#takeOne(post, target);
      }
      const units = target.wish.units.map((id) => draft.units.get(id));
      const posts = target.wish.posts.map((id) => draft.posts.get(id));
      if (
        units.some(
          (unit) =>
            unit === undefined || unit.ended !== undefined || unit.kind === "department" || unit.parent !== undefined,
        )
      )
        return unknown("division, or section in none");
      if (posts.some((post) => post === undefined || post.ended !== undefined || post.unit !== undefined))
        return unknown("post directly under a department");
      for (const one of [...units, ...posts]) {
        if (one === undefined) continue;
        if (this.#taken.has(one.id)) return conflict("taken-twice", "Something is taken twice.");
        if (one.department === target.unit.id)
          return conflict("there-already", "Something is in that department already.");
        this.#takeOne(one, target);
      }
    }
    return undefined;
  }

  #takeOne(one: Unit | Post, target: Target): void {
    // A whole department that two take leaves it to the first; what is missing then is not silently shared.
    if (!this.#taken.has(one.id)) this.#taken.set(one.id, target);
    target.sources.add(one.department);
  }

  #topUnits(department: UnitId): readonly Unit[] {
    return this.#planning.draft.openUnits(department).filter((unit) => unit.parent === undefined);
  }

  #topPosts(department: UnitId): readonly Post[] {
    return this.#planning.draft.openPosts(department).filter((post) => post.unit === undefined);
  }

  #allTaken(): Result<never> | undefined {
    for (const [id, department] of this.#ending) {
      const left = [...this.#topUnits(id), ...this.#topPosts(id)].filter((one) => !this.#taken.has(one.id));
      const wholes = this.#targets.filter((target) => target.wish.departments.includes(department.code));
      if (wholes.length > 1) return conflict("taken-twice", "A department is taken whole twice.");
      if (left.length === 0 && this.#targets.some((target) => target.sources.has(id))) continue;
      return failure("DIRECTORY_CONFLICT", "Not everything of a department that ends is taken.", {
        reason: "not-taken",
        department: department.code,
        left: left.map((one) => ({ id: one.id, code: one.code })),
      });
    }
    return undefined;
  }

  #move(): Result<never> | undefined {
    const { draft } = this.#planning;
    const moved = new Set<string>();
    for (const [id, target] of this.#taken) {
      const unit = this.#unitOf(id);
      const post = this.#postOf(id);
      if (post !== undefined) this.#movePost(post, target, moved);
      if (unit === undefined) continue;
      const within = [unit, ...draft.openUnits(unit.department).filter((one) => one.parent === unit.id)];
      const inside = new Set(within.map((one) => one.id));
      const posts = draft.openPosts(unit.department).filter((one) => one.unit !== undefined && inside.has(one.unit));
      for (const one of posts) this.#movePost(one, target, moved);
      for (const one of within) {
        moved.add(one.id);
        draft.put("units", { ...one, ...this.#addressed(one), department: target.unit.id });
      }
    }
    const strays = [...this.#newCodes.keys()].filter((id) => !moved.has(id));
    return strays.length > 0 ? conflict("not-moved", "Something that does not move is given a new code.") : undefined;
  }

  #unitOf(id: UnitId | PostId): Unit | undefined {
    return this.#planning.draft.units.get(id);
  }

  #postOf(id: UnitId | PostId): Post | undefined {
    return this.#planning.draft.posts.get(id);
  }

  #addressed(one: Unit | Post): Pick<Post, "code" | "former"> {
    const { draft, now } = this.#planning;
    const department = draft.units.get(one.department)?.code ?? "";
    const code = this.#newCodes.get(one.id) ?? one.code;
    return { code, former: [...one.former, { department, code: one.code, until: now }] };
  }

  #movePost(post: Post, target: Target, moved: Set<string>): void {
    moved.add(post.id);
    const changed = { ...post, ...this.#addressed(post), department: target.unit.id, isHead: false };
    this.#planning.draft.put("posts", changed);
  }

  #heads(): Result<never> | undefined {
    const { draft, actor, now } = this.#planning;
    for (const { wish, unit } of this.#targets) {
      if (wish.head === undefined) continue;
      const head = draft.posts.get(wish.head);
      if (head === undefined || head.ended !== undefined || head.department !== unit.id)
        return unknown("post in that department for its Head");
      const before = draft.headPost(unit.id);
      if (before?.id === head.id) continue;
      if (before !== undefined) draft.put("posts", { ...before, isHead: false });
      const isOwn = draft
        .openAppointmentsTo(head.id, now)
        .some((one) => actor.kind === "person" && one.userId === actor.user);
      if (isOwn) return notPermitted("own-post");
      draft.put("posts", { ...head, isHead: true });
    }
    return undefined;
  }

  #clashes(): Result<never> | undefined {
    const { draft } = this.#planning;
    for (const { unit } of this.#targets) {
      for (const rows of [draft.openUnits(unit.id), draft.openPosts(unit.id)]) {
        const twice = rows.map((row) => row.code).filter((code, index, all) => all.indexOf(code) !== index);
        if (twice.length === 0) continue;
        return failure("DIRECTORY_CONFLICT", "Two divisions or posts would have the same code; rename one.", {
          reason: "code-used",
          department: unit.code,
          codes: [...new Set(twice)],
        });
      }
    }
    return undefined;
  }

  #finish(): undefined {
    const { draft, now } = this.#planning;
    const sources = new Set(this.#targets.flatMap((target) => [...target.sources]));
    for (const id of sources) {
      const successors = this.#targets.filter((target) => target.sources.has(id));
      for (const grant of draft.roles.by("byDepartment", id)) this.#moveGrant(grant, successors);
      for (const delegation of draft.delegations.by("byDepartment", id)) this.#moveDelegation(delegation, successors);
      const [main] = successors;
      const department = this.#ending.get(id);
      if (department === undefined || main === undefined) continue;
      for (const machine of draft.machines.by("byDepartment", id))
        if (machine.retired === undefined) draft.put("machines", { ...machine, department: main.unit.id });
      draft.put("units", { ...department, ended: now, successors: successors.map((target) => target.unit.id) });
    }
    return undefined;
  }

  /** Where what somebody has for a department goes: with their posts, else to the main successor; undefined when it stays. */
  #wayOf(user: UserId, department: UnitId, successors: readonly Target[]): Target | undefined {
    const { draft, now } = this.#planning;
    const posts = draft.openAppointmentsOf(user, now).flatMap((one) => draft.posts.get(one.post) ?? []);
    if (
      !this.#ending.has(department) &&
      !posts.some((post) => successors.some((target) => target.unit.id === post.department))
    )
      return undefined;
    if (!this.#ending.has(department) && posts.some((post) => post.department === department)) return undefined;
    const theirs = successors.filter((target) => posts.some((post) => post.department === target.unit.id));
    return theirs[0] ?? successors[0];
  }

  #moveGrant(grant: RoleGrant, successors: readonly Target[]): void {
    const { draft, now } = this.#planning;
    if (grant.isOver || !isOpen(grant, now) || grant.department === undefined) return;
    const target = this.#wayOf(grant.userId, grant.department, successors);
    if (target === undefined) return;
    const isHeld = draft
      .openRolesOf(grant.userId, now)
      .some((other) => other.role === grant.role && other.department === target.unit.id);
    draft.put("roles", isHeld ? { ...grant, ends: now, isOver: true } : { ...grant, department: target.unit.id });
  }

  #moveDelegation(delegation: Delegation, successors: readonly Target[]): void {
    const { draft, now } = this.#planning;
    if (delegation.revoked !== undefined || !isOpen(delegation, now)) return;
    const from = draft.units.get(delegation.department);
    const target = this.#wayOf(delegation.userId, delegation.department, successors);
    if (target === undefined || from === undefined) return;
    // A delegate of one department does not decide for the others that it was merged with.
    const isWider = !target.isNew || target.sources.size > 1;
    const limits =
      isWider && delegation.limits.from_department === undefined
        ? { ...delegation.limits, from_department: from.code }
        : delegation.limits;
    draft.put("delegations", { ...delegation, department: target.unit.id, limits });
  }
}
