import { failure, ok, parseRoleGrantId, type Instant, type Result, type UserId } from "@causeway/base";
import { administratorRoles, departmentalRoles, type GrantableRole } from "@causeway/contract";
import { newId, type Planning } from "./changes.ts";
import { dutiesOf } from "./duties.ts";
import { conflict, notPermitted } from "./errors.ts";
import { isOpen, type LiveState } from "./live-state.ts";
import type { Rules } from "./ports.ts";
import type { RoleGrant, Unit } from "./types.ts";

const ADMINISTRATORS: readonly string[] = administratorRoles;
const DEPARTMENTAL: readonly string[] = departmentalRoles;

/** A role that somebody is to have. */
export interface RoleWish {
  readonly userId: UserId;
  readonly role: GrantableRole;
  readonly department: Unit | undefined;
  readonly until: Instant | undefined;
}

function rolesNow(draft: LiveState, user: UserId, now: Instant): ReadonlySet<string> {
  return new Set(dutiesOf(draft, user, now).duties.map((duty) => duty.role));
}

/** Whether somebody holds, or will hold, the administrator role that excludes this one. */
function holdsExcluded(draft: LiveState, wish: RoleWish, now: Instant): boolean {
  if (!ADMINISTRATORS.includes(wish.role)) return false;
  return draft
    .openRolesOf(wish.userId, now)
    .some((grant) => ADMINISTRATORS.includes(grant.role) && grant.role !== wish.role);
}

/** Gives a role. One that is held already, until the same time, is given. */
export function planRole(planning: Planning, rules: Rules, wish: RoleWish): Result<RoleGrant> {
  const { draft, actor, now } = planning;
  if (actor.kind === "person") {
    const person = { roles: rolesNow(draft, wish.userId, now) };
    const isSelf = actor.user === wish.userId;
    const decision = rules.mayGrantRole({ actor, person, isSelf, role: wish.role });
    if (!decision.allowed)
      return decision.reason === "roles-exclude" ? failure("ROLES_EXCLUDE") : notPermitted(decision.reason);
  }
  // Also for operators, and for what begins later.
  if (holdsExcluded(draft, wish, now)) return failure("ROLES_EXCLUDE");
  const fault = scopeFault(wish) ?? untilFault(wish.until, now);
  if (fault !== undefined) return fault;
  const same = draft
    .openRolesOf(wish.userId, now)
    .find((grant) => grant.role === wish.role && grant.department === wish.department?.id);
  if (same !== undefined)
    return same.ends === wish.until ? ok(same) : conflict("role-held", "They hold this role until another time.");
  closeLapsed(draft, wish.userId, now);
  const grant: RoleGrant = {
    id: newId("ro_", parseRoleGrantId),
    userId: wish.userId,
    role: wish.role,
    department: wish.department?.id,
    by: actor.kind === "person" ? actor.user : undefined,
    begins: now,
    ends: wish.until,
    isOver: false,
  };
  draft.put("roles", grant);
  return ok(grant);
}

function scopeFault(wish: RoleWish): Result<never> | undefined {
  if (DEPARTMENTAL.includes(wish.role) && wish.department === undefined)
    return conflict("department-missing", "This role is held for a department; name it.");
  const isGovernmentWide = !DEPARTMENTAL.includes(wish.role) && wish.role !== "auditor";
  return isGovernmentWide && wish.department !== undefined
    ? conflict("department-too-much", "This role is held for the whole government.")
    : undefined;
}

function untilFault(until: Instant | undefined, now: Instant): Result<never> | undefined {
  return until !== undefined && until <= now ? conflict("dates", "The end is in the past.") : undefined;
}

/** Marks roles whose time has passed, so that the database's own constraint counts only those that hold. */
function closeLapsed(draft: LiveState, user: UserId, now: Instant): void {
  for (const grant of draft.roles.by("byUser", user)) {
    if (!grant.isOver && !isOpen(grant, now)) draft.put("roles", { ...grant, isOver: true });
  }
}
