import {
  failure,
  instant,
  ok,
  parseDelegationId,
  parseRoleGrantId,
  type DelegationId,
  type Instant,
  type Result,
  type RoleGrantId,
  type UserId,
} from "@causeway/base";
import { administratorRoles, departmentalRoles, type DelegationLimits, type GrantableRole } from "@causeway/contract";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import { dutiesOf, headOf, openDelegationsOf } from "./duties.ts";
import { conflict, notPermitted, unknown } from "./errors.ts";
import { isOpen, type LiveState } from "./live-state.ts";
import type { Rules } from "./ports.ts";
import type { Delegation, RoleGrant, Unit } from "./types.ts";

const ADMINISTRATORS: readonly string[] = administratorRoles;
const DEPARTMENTAL: readonly string[] = departmentalRoles;
const DAY_MS = 86_400_000;

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

/** Takes a role away. */
export function planRoleEnd(planning: Planning, rules: Rules, id: RoleGrantId): Result<RoleGrant> {
  const { draft, actor, now } = planning;
  const grant = draft.roles.get(id);
  if (grant === undefined || grant.isOver || !isOpen(grant, now)) return unknown("role");
  if (actor.kind === "person") {
    const person = { roles: rolesNow(draft, grant.userId, now) };
    const decision = rules.mayTakeRole({ actor, person, isSelf: actor.user === grant.userId, role: grant.role });
    if (!decision.allowed) return notPermitted(decision.reason);
  }
  const taken: RoleGrant = { ...grant, ends: now, isOver: true };
  draft.put("roles", taken);
  return ok(taken);
}

/** A delegation that is wanted. */
export interface DelegationWish {
  readonly department: Unit;
  readonly userId: UserId;
  readonly from: Instant | undefined;
  readonly until: Instant;
  readonly limits: DelegationLimits;
}

/** Who may say who decides in a Head's place: whoever is the Head of that department now, and security administrators. */
function mayDelegate(planning: Planning, department: Unit): Result<never> | undefined {
  const { draft, actor, now } = planning;
  if (actor.kind === "operator") return undefined;
  const isHead = headOf(draft, department.id, now)?.current === actor.user;
  return isHead || actor.roles.has("security-administrator") ? undefined : notPermitted("not-head");
}

/** Lets somebody of the department decide in the Head's place, between two dates and within limits. */
export function planDelegation(
  planning: Planning,
  wish: DelegationWish,
  limits: { readonly maxDelegationDays: number },
): Result<Delegation> {
  const { draft, actor, now } = planning;
  const refused = mayDelegate(planning, wish.department);
  if (refused !== undefined) return refused;
  if (actor.kind === "operator") return notPermitted("not-head");
  if (actor.user === wish.userId) return notPermitted("own-role");
  if (headOf(draft, wish.department.id, now)?.current === wish.userId)
    return conflict("is-head", "The Head needs no delegation.");
  const begins = instant(Math.max(wish.from ?? now, now));
  if (wish.until <= begins) return conflict("dates", "A delegation ends after it begins, and not in the past.");
  if (wish.until - begins > limits.maxDelegationDays * DAY_MS)
    return conflict("too-long", `A delegation lasts at most ${limits.maxDelegationDays} days.`);
  if (!hasPostUntil(planning, wish, begins))
    return conflict("no-post", "A delegate holds a post in the department for as long as the delegation lasts.");
  const same = openDelegationsOf(draft, wish.userId, now).some(
    (one) => one.department === wish.department.id && one.begins < wish.until && begins < one.ends,
  );
  if (same) return conflict("delegated-already", "They have a delegation for some of that time; revoke it first.");
  const delegation: Delegation = {
    id: newId("de_", parseDelegationId),
    department: wish.department.id,
    userId: wish.userId,
    by: actor.user,
    begins,
    ends: wish.until,
    limits: wish.limits,
    revoked: undefined,
  };
  draft.put("delegations", delegation);
  return ok(delegation);
}

function hasPostUntil(planning: Planning, wish: DelegationWish, begins: Instant): boolean {
  const { draft, now } = planning;
  return draft.openAppointmentsOf(wish.userId, now).some((one) => {
    const post = draft.posts.get(one.post);
    const lasts = one.begins <= begins && (one.ends === undefined || one.ends >= wish.until);
    return lasts && post?.ended === undefined && post?.department === wish.department.id;
  });
}

/** Ends a delegation at once. */
export function planRevocation(planning: Planning, id: DelegationId): Result<Delegation> {
  const { draft, now } = planning;
  const delegation = draft.delegations.get(id);
  const department = delegation === undefined ? undefined : draft.units.get(delegation.department);
  if (delegation === undefined || department === undefined) return unknown("delegation");
  const refused = mayDelegate(planning, department);
  // Those who may not end it are not told whether it is there.
  if (refused !== undefined) return unknown("delegation");
  if (delegation.revoked !== undefined || !isOpen(delegation, now))
    return conflict("ended-already", "This delegation has ended.");
  const revoked: Delegation = { ...delegation, revoked: now };
  draft.put("delegations", revoked);
  return ok(revoked);
}
