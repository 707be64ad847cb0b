import type { UnitId, UserId } from "@causeway/base";
import type { AccessCore } from "./core.ts";
import { isInForce } from "./live-grants.ts";
import type { Earlier } from "./risk.ts";
import { grantsOfOfficer } from "./store-grants.ts";
import type { EndCause, Grant, Terms } from "./types.ts";

/** So many of somebody's grants are looked at. */
const MAX_LOOKED_AT = 500;
const ENDED_EARLY: ReadonlySet<EndCause> = new Set<EndCause>(["revoked", "review", "break-glass-review"]);

/** Whether something of what is asked for is what a grant opens. */
export function isAlike(grant: Pick<Grant, "terms">, terms: Pick<Terms, "services" | "sites">): boolean {
  return (
    grant.terms.services.some((service) => terms.services.includes(service)) ||
    grant.terms.sites.some((site) => terms.sites.some((other) => other.host === site.host))
  );
}

/** What is known of earlier use of the same: the risk follows from it, and the approver is shown it. */
export async function earlierUse(
  core: AccessCore,
  of: { readonly user: UserId; readonly department: UnitId; readonly terms: Terms },
): Promise<Earlier> {
  const now = core.now();
  const own = (await grantsOfOfficer(core.options.db, of.user, MAX_LOOKED_AT)).filter((one) => isAlike(one, of.terms));
  let similar = 0;
  for (const one of core.live.all())
    if (one.department === of.department && one.officer !== of.user && isInForce(one, now) && isAlike(one, of.terms))
      similar += 1;
  const reviews = own.flatMap((one) => one.lastReviewed ?? []);
  const lastReview = reviews.length === 0 ? undefined : new Date(Math.max(...reviews)).toISOString().slice(0, 10);
  const endedEarly = own.filter(({ ended }) => ended !== undefined && ENDED_EARLY.has(ended.cause)).length;
  return { grants: own.length, endedEarly, similar, lastReview };
}
