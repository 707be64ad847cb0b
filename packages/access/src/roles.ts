import { allow, refuse, type Decision } from "@causeway/base";
import { administratorRoles, grantableRoles, type GrantableRole } from "@causeway/contract";
import type { Attributes } from "./rules.ts";

/** Those who run the system say who runs it; those who set security rules say who holds every other role. */
function giverOf(role: GrantableRole): string {
  return role === "system-administrator" ? "system-administrator" : "security-administrator";
}

const ADMINISTRATORS: readonly string[] = administratorRoles;

/** Why a role may not be given. */
export type RoleRefusal = "role-unknown" | "role-missing" | "own-role" | "roles-exclude";

/** What is asked when a role is to be given or taken. */
export interface RoleChange {
  readonly actor: Attributes;
  readonly person: Attributes;
  readonly isSelf: boolean;
  readonly role: string;
}

function mayChange(change: RoleChange): Decision<RoleRefusal> {
  const role = grantableRoles.find((known) => known === change.role);
  if (role === undefined) return refuse("role-unknown");
  if (change.isSelf) return refuse("own-role");
  return change.actor.roles.has(giverOf(role)) ? allow : refuse("role-missing");
}

/** Whether a role may be given: by the right administrator, never to oneself, and never both administrator roles to one person (DOMAIN.md). */
export function mayGrantRole(change: RoleChange): Decision<RoleRefusal> {
  const may = mayChange(change);
  if (!may.allowed || !ADMINISTRATORS.includes(change.role)) return may;
  const holdsOther = ADMINISTRATORS.some((role) => role !== change.role && change.person.roles.has(role));
  return holdsOther ? refuse("roles-exclude") : allow;
}

/**
 * Whether an administrator may set somebody's password: not of one who holds the other administrator role, because who knows it has
 * that role as well. Theirs is set at the machine (`causeway reset-password`).
 */
export function mayResetPassword(of: {
  readonly actor: Attributes;
  readonly person: Attributes;
}): Decision<RoleRefusal> {
  const { actor, person } = of;
  const gains = ADMINISTRATORS.some((role) => person.roles.has(role) && !actor.roles.has(role));
  return gains ? refuse("roles-exclude") : allow;
}

/** Whether a role may be taken: by whoever may give it, from somebody else. */
export function mayTakeRole(change: RoleChange): Decision<RoleRefusal> {
  return mayChange(change);
}
