import type { UnitId, UserId } from "@causeway/base";
import type { Approval } from "./approval.ts";
import { approversFor } from "./approvers.ts";
import type { AccessCore } from "./core.ts";
import type { AccessRequest, Grant } from "./types.ts";

const EVERYWHERE: ReadonlySet<string> = new Set(["auditor", "dpo"]);
const IN_DEPARTMENT: ReadonlySet<string> = new Set(["head", "delegate", "ditso", "dso"]);

/** Who may know of what. Whoever may not is told that it does not exist. */
export class Readers {
  #core: AccessCore;
  #approval: Approval;

  constructor(core: AccessCore, approval: Approval) {
    this.#core = core;
    this.#approval = approval;
  }

  /** The departments whose register somebody may read: every one, or some. */
  registerOf(user: UserId): "all" | ReadonlySet<UnitId> {
    const duties = this.#core.options.directory.dutiesOf(user);
    if (duties.some(({ role }) => EVERYWHERE.has(role))) return "all";
    const own = duties.flatMap(({ role, department }) =>
      IN_DEPARTMENT.has(role) && department !== undefined ? [department] : [],
    );
    return new Set(own);
  }

  /** Whether the register of a department is somebody's to read. */
  mayReadRegister(user: UserId, department: UnitId): boolean {
    const departments = this.registerOf(user);
    return departments === "all" || departments.has(department);
  }

  /** Whether somebody may see a request. */
  mayRead(user: UserId, request: AccessRequest): boolean {
    if (user === request.requester) return true;
    if (request.state === "draft" || request.asked === undefined) return false;
    if (user === request.decided?.by || user === request.advice?.by) return true;
    if (this.mayReadRegister(user, this.#approval.departmentOf(request))) return true;
    return (
      this.#approval.advisersOf(request).includes(user) ||
      approversFor(this.#approval.factsOf(request)).some((one) => one.user === user)
    );
  }

  /** Whether somebody may see a grant: who asked, for whom it opens, and whoever may see the request. */
  mayReadGrant(user: UserId, grant: Grant, request: AccessRequest | undefined): boolean {
    if (user === grant.officer || this.#core.live.usersOf(grant).includes(user)) return true;
    if (this.isSecurityAdministrator(user)) return true;
    return request !== undefined && this.mayRead(user, request);
  }

  isSecurityAdministrator(user: UserId): boolean {
    return this.#core.options.directory.rolesOf(user).has("security-administrator");
  }
}
