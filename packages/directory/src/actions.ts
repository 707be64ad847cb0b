import type { Instant, PostId, Result, UserId } from "@causeway/base";
import type { Action, DelegationLimits, GrantableRole, PostRole } from "@causeway/contract";
import type { ChangeName, Plan } from "./changes.ts";
import type { DirectoryCore } from "./core.ts";
import { unknown } from "./errors.ts";
import { planPostRoles } from "./plan-posts.ts";
import { planDelegation, planRole } from "./plan-roles.ts";
import { openDepartmentOr } from "./plan-units.ts";
import type { Delegation, Post, RoleGrant, Unit } from "./types.ts";

function perform<T>(
  core: DirectoryCore,
  who: UserId | "operator",
  change: ChangeName & { readonly action: Action; readonly plan: Plan<T> },
): Promise<Result<T>> {
  return who === "operator"
    ? core.run(who, change, change.plan)
    : core.act({ ...change, caller: { user: who } }, change.plan);
}

/** Says which roles whoever has a post has. */
export function setPostRoles(
  core: DirectoryCore,
  who: UserId | "operator",
  wish: { readonly post: PostId; readonly roles: readonly PostRole[] },
): Promise<Result<Post>> {
  return perform(core, who, {
    ...{ action: "directory.roles", act: "post.roles", on: wish.post },
    plan: (planning) => planPostRoles(planning, core.options.rules, wish),
  });
}

/** A role that somebody is to have; a department is named by its code. */
export interface RoleToGive {
  readonly user: UserId;
  readonly role: GrantableRole;
  readonly department?: string | undefined;
  readonly until?: Instant | undefined;
}

/** Gives a role to somebody who has an account. */
export async function giveRole(
  core: DirectoryCore,
  who: UserId | "operator",
  wish: RoleToGive,
): Promise<Result<RoleGrant>> {
  const { user, role, until } = wish;
  const standing = await core.options.accounts.standingOf(user);
  return await perform(core, who, {
    ...{ action: "directory.roles", act: "role.given", on: user },
    plan: (planning) => {
      let department: Unit | undefined;
      if (wish.department !== undefined) {
        const found = openDepartmentOr(planning.draft, wish.department);
        if (!found.ok) return found;
        department = found.value;
      }
      // The rights of the giver come first: who may give nothing is not told who is there.
      const planned = planRole(planning, core.options.rules, { userId: user, role, department, until });
      return planned.ok && standing !== "active" ? unknown("account") : planned;
    },
  });
}

/** A delegation that is to be given. */
export interface DelegationToGive {
  readonly department: string;
  readonly user: UserId;
  readonly from: Instant | undefined;
  readonly until: Instant;
  readonly limits: DelegationLimits;
}

/** Lets somebody decide in the Head's place. */
export function delegate(core: DirectoryCore, by: UserId, wish: DelegationToGive): Promise<Result<Delegation>> {
  return perform(core, by, {
    ...{ action: "directory.delegate", act: "delegated", on: wish.user },
    plan: (planning) => {
      const department = openDepartmentOr(planning.draft, wish.department);
      if (!department.ok) return department;
      const { user: userId, from, until, limits } = wish;
      return planDelegation(
        planning,
        { department: department.value, userId, from, until, limits },
        core.options.limits,
      );
    },
  });
}
