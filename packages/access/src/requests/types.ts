import type { GrantId, Instant, PostId, RequestId, UnitId, UserId } from "@causeway/base";
import type { GrantHours, GrantScope, RequestLabel, RequestState, RiskFactView } from "@causeway/contract";
import type { HostRule } from "@causeway/policy";

/** What is asked for, and what a grant gives. */
export interface Terms {
  readonly scope: GrantScope;
  /** For the scope `post`. */
  readonly posts: readonly PostId[];
  /** For the scope `group`: divisions or sections. */
  readonly units: readonly UnitId[];
  /** Ids of services in the catalogue. */
  readonly services: readonly string[];
  readonly sites: readonly HostRule[];
  readonly until: Instant;
  readonly upload: boolean;
  readonly hours: GrantHours | undefined;
}

/** How risky a request is, and why. */
export interface Risk {
  readonly level: "low" | "high";
  readonly points: number;
  readonly facts: readonly RiskFactView[];
}

/** What the DITSO said. */
export interface Advice {
  readonly by: UserId;
  readonly at: Instant;
  readonly advice: "support" | "support-with-less" | "oppose";
  readonly reason: string | undefined;
}

/** A question about a request, and its answer. */
export interface Asked {
  readonly by: UserId;
  readonly at: Instant;
  readonly question: string;
  readonly answer: string | undefined;
  readonly answeredAt: Instant | undefined;
}

/** In what capacity somebody decides. `officer` is who opens something by break-glass. */
export type ApproverAs = "head" | "acting-head" | "delegate" | "authority" | "officer";

/** The way in which a decision came. */
export type DecidedVia = "page" | "card" | "reaction";

/** What was decided. */
export interface Decided {
  readonly outcome: "approved" | "approved-with-less" | "refused";
  readonly by: UserId;
  readonly as: ApproverAs;
  readonly via: DecidedVia;
  readonly at: Instant;
  readonly reason: string | undefined;
  /** What it gave, where that is less than what was asked for. */
  readonly terms: Terms | undefined;
}

/** A request for an authorisation, for the extension of one, or what was opened by break-glass. */
export interface AccessRequest {
  readonly id: RequestId;
  /** Rises with every change. */
  readonly version: number;
  readonly kind: "request" | "extension" | "break-glass";
  /** Where it stood when it last changed by itself; once there is a grant, the grant says more. */
  readonly state: RequestState;
  readonly requester: UserId;
  readonly post: PostId;
  /** The department of the post when it was asked. */
  readonly department: UnitId;
  readonly need: string;
  readonly label: RequestLabel;
  readonly terms: Terms;
  /** `ma_…`, or `addr:` with the address of a machine that is not registered. */
  readonly machine: string;
  readonly url: string | undefined;
  readonly risk: Risk;
  readonly advice: Advice | undefined;
  readonly questions: readonly Asked[];
  readonly decided: Decided | undefined;
  readonly grant: GrantId | undefined;
  /** The grant that is to be extended. */
  readonly extends: GrantId | undefined;
  /** How often it was escalated, and when last. */
  readonly escalations: number;
  readonly escalated: Instant | undefined;
  readonly made: Instant;
  readonly asked: Instant | undefined;
  /** Since when it waits for whoever it waits for. */
  readonly waitingSince: Instant | undefined;
  readonly changed: Instant;
}

/** Why a grant ended. */
export type EndCause =
  | "lapsed"
  | "revoked"
  | "post-left"
  | "review"
  | "machine-retired"
  | "break-glass-review"
  | "handed-back";

/** An authorisation. */
export interface Grant {
  readonly id: GrantId;
  readonly version: number;
  readonly request: RequestId;
  readonly state: "active" | "extended" | "revoked" | "lapsed";
  /** Who asked for it. */
  readonly officer: UserId;
  /** The post in which it was asked for. */
  readonly post: PostId;
  readonly department: UnitId;
  readonly terms: Terms;
  /** The machines from which it was asked, or for which it is. */
  readonly machines: readonly string[];
  readonly grantedBy: UserId;
  readonly granted: Instant;
  readonly begins: Instant;
  readonly ends: Instant;
  readonly ended:
    | {
        readonly at: Instant;
        readonly by: UserId | undefined;
        readonly cause: EndCause;
        readonly reason: string | undefined;
      }
    | undefined;
  readonly breakGlass: boolean;
  readonly glassReview:
    | {
        readonly due: Instant;
        readonly done:
          | {
              readonly by: UserId;
              readonly at: Instant;
              readonly verdict: "justified" | "not-justified";
              readonly reason: string;
            }
          | undefined;
      }
    | undefined;
  readonly lastReviewed: Instant | undefined;
  /** The warnings that were given about its present end, in milliseconds before it. */
  readonly warned: readonly number[];
}

/** Something that happened to a request or a grant. */
export interface Step {
  readonly of: RequestId | GrantId;
  readonly state: RequestState;
  readonly at: Instant;
  /** Undefined: the server by itself. */
  readonly by: UserId | undefined;
  readonly reason: string | undefined;
}
