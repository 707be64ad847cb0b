import { failure, ok, type Clock, type Instant, type Result, type UserId } from "@causeway/base";
import { grantableRoles, type GrantableRole } from "@causeway/contract";
import type { Database } from "@causeway/platform";
import { Changes } from "./changes.ts";
import { unknown } from "./errors.ts";
import { openDepartmentOr } from "./plan-units.ts";
import { planRole } from "./plan-roles.ts";
import type { DirectoryAccounts, RecordAudit, Rules } from "./ports.ts";
import type { Unit } from "./types.ts";

/** What an operator's command needs. A server may be running on the same database: it takes up the change within a second. */
export interface OperatorParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly accounts: Pick<DirectoryAccounts, "standingOf">;
  readonly audit?: RecordAudit;
}

/** A role that an operator gives. */
export interface OperatorGrant {
  readonly user: UserId;
  /** As it was typed. */
  readonly role: string;
  /** The code of the department, for roles that are held for one. */
  readonly department?: string | undefined;
  readonly until?: Instant | undefined;
}

const noRules: Rules = {
  decide: () => ({ allowed: false, reason: "operator" }),
  mayGrantRole: () => ({ allowed: false, reason: "operator" }),
  mayTakeRole: () => ({ allowed: false, reason: "operator" }),
};

/**
 * Gives somebody a role from the machine itself, so that a new installation gets its first administrators: no rights are asked, but
 * nobody can be given both administrator roles (`ROLES_EXCLUDE`). Giving what is held already changes nothing and is no fault.
 */
export async function grantRole(
  parts: OperatorParts,
  wish: OperatorGrant,
): Promise<Result<{ readonly role: GrantableRole }>> {
  const role = grantableRoles.find((known) => known === wish.role);
  if (role === undefined)
    return failure("M_INVALID_PARAM", `Not a role that can be given; there are ${grantableRoles.join(", ")}.`);
  if ((await parts.accounts.standingOf(wish.user)) !== "active") return unknown("account");
  const changes = new Changes({
    db: parts.db,
    clock: parts.clock,
    audit: parts.audit,
    accounts: {
      collectNew: () => undefined,
      prepareEnd: () => Promise.resolve(() => undefined),
    },
    changed: () => undefined,
  });
  const done = await changes.run("operator", { act: "role.given", on: wish.user }, (planning) => {
    let department: Unit | undefined;
    if (wish.department !== undefined) {
      const found = openDepartmentOr(planning.draft, wish.department);
      if (!found.ok) return found;
      department = found.value;
    }
    return planRole(planning, noRules, { userId: wish.user, role, department, until: wish.until });
  });
  return done.ok ? ok({ role }) : done;
}
