import { allow, refuse, type Decision, type UserId } from "@causeway/base";
import type { AccessCore } from "./core.ts";
import type { Grant } from "./types.ts";

/** Who wants to end a grant, and what they are to it. */
export interface Revoker {
  /** Whether it is theirs to hand back. */
  readonly isTheirs: boolean;
  /** Whether they may decide or advise on such a request now. */
  readonly isEntitled: boolean;
  readonly isSecurityAdministrator: boolean;
}

/** Whether somebody may end a grant: whoever may decide on it now, the DITSO, a security administrator, or who hands it back. Pure. */
export function mayRevoke(revoker: Revoker): Decision<"not-approver"> {
  return revoker.isTheirs || revoker.isEntitled || revoker.isSecurityAdministrator ? allow : refuse("not-approver");
}

/** Whether a grant is somebody's own: they asked for it, for themselves or in a post that they still have. */
export function isTheirs(core: AccessCore, grant: Grant, user: UserId): boolean {
  if (user !== grant.officer) return false;
  return grant.terms.scope === "officer" || core.options.directory.tenureOf(user, grant.post) !== undefined;
}

/** Whether somebody may ask for more time: whose it is, or those to whose post or group it belongs; never for a break-glass. */
export function mayExtend(core: AccessCore, grant: Grant, user: UserId): Decision<"not-yours" | "break-glass"> {
  if (grant.breakGlass) return refuse("break-glass");
  return isTheirs(core, grant, user) || core.live.usersOf(grant).includes(user) ? allow : refuse("not-yours");
}
