import { allow, refuse, type Decision, type Instant, type UserId } from "@causeway/base";
import type { DelegationLimits, RequestLabel } from "@causeway/contract";
import type { ApproverAs, Terms } from "./types.ts";

const DAY_MS = 86_400_000;
const RANK: Readonly<Record<RequestLabel, number>> = { unclassified: 0, RESTRICTED: 1, CONFIDENTIAL: 2 };

/** Who may decide at this moment, as the directory says. */
export interface ApprovalFacts {
  readonly requester: UserId;
  /** Who has advised. */
  readonly adviser: UserId | undefined;
  /** Those for whom it would open by name. */
  readonly beneficiaries: ReadonlySet<UserId>;
  /** The Head's post: whose it is, and who has its duties. Undefined when there is no such post. */
  readonly head:
    | { readonly holder: UserId | undefined; readonly current: UserId | undefined; readonly isActing: boolean }
    | undefined;
  /** Those to whom the Head's authority is delegated now. */
  readonly delegates: readonly {
    readonly user: UserId;
    /** Whether the delegation is within its dates and limits for this request, and the delegate has a post in the department. */
    readonly fits: boolean;
  }[];
  /** The next authorities up, the nearest first; a vacant one is left out. */
  readonly authorities: readonly UserId[];
  /** Whether nobody answered for so long that the next authority may decide as well. */
  readonly isEscalated: boolean;
}

/** Somebody who may decide, and as what. */
export interface Approver {
  readonly user: UserId;
  readonly as: Exclude<ApproverAs, "officer">;
}

/** Whether a request is the Head's own: then nobody under the Head may decide it. */
export function isHeadsOwn(facts: ApprovalFacts): boolean {
  const { head, requester } = facts;
  return head !== undefined && (head.holder === requester || head.current === requester);
}

/**
 * Those who may decide, whoever is asked first in front: the Head or whoever acts as one, else a delegate; the next authority up for
 * a Head's own request, where nobody else can, and when nobody has answered. Never who asked, who advised, or whom it opens for. Pure.
 */
export function approversFor(facts: ApprovalFacts): readonly Approver[] {
  const mayNot = (user: UserId): boolean =>
    user === facts.requester || user === facts.adviser || facts.beneficiaries.has(user);
  const found: Approver[] = [];
  if (!isHeadsOwn(facts)) {
    const current = facts.head?.current;
    if (current !== undefined)
      found.push({ user: current, as: facts.head?.isActing === true ? "acting-head" : "head" });
    for (const { user, fits } of facts.delegates) if (fits) found.push({ user, as: "delegate" });
  }
  const entitled = found.filter(({ user }) => !mayNot(user));
  const authority = facts.authorities.find((user) => !mayNot(user));
  if (authority !== undefined && (entitled.length === 0 || facts.isEscalated))
    entitled.push({ user: authority, as: "authority" });
  return entitled.filter(({ user }, place) => entitled.findIndex((other) => other.user === user) === place);
}

/** Why somebody may not decide. */
export type ApproverRefusal = "own-request" | "advised" | "opens-for-you" | "not-approver";

/** Whether somebody may decide, and as what they would. Pure. */
export function mayDecide(facts: ApprovalFacts, user: UserId): Decision<ApproverRefusal> {
  if (approversFor(facts).some((one) => one.user === user)) return allow;
  if (user === facts.requester) return refuse("own-request");
  if (user === facts.adviser) return refuse("advised");
  return refuse(facts.beneficiaries.has(user) ? "opens-for-you" : "not-approver");
}

/** What a delegation's limits are compared with. */
export interface Limited {
  readonly label: RequestLabel;
  readonly terms: Pick<Terms, "until" | "upload">;
  readonly categories: readonly string[];
  /** From when on it is open. */
  readonly from: Instant;
}

/** Whether what is asked for is within what somebody may decide at most. Pure. */
export function isWithinLimits(limits: DelegationLimits, asked: Limited): boolean {
  if (limits.max_days !== undefined && asked.terms.until - asked.from > limits.max_days * DAY_MS) return false;
  if (limits.label !== undefined && RANK[asked.label] > RANK[limits.label]) return false;
  if (limits.upload === false && asked.terms.upload) return false;
  const { categories } = limits;
  return categories === undefined || asked.categories.every((category) => categories.includes(category));
}
