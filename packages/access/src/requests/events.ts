import type { GrantId, Instant, LookId, RequestId, ReviewId, UnitId, UserId } from "@causeway/base";
import type { EndCause } from "./types.ts";

/** How long before its end a grant warns: `3d`, `1d`, `1h` with the defaults. */
export type WarningLeft = `${number}${"d" | "h" | "m"}`;

/** Something that has happened. It is told after its commit, and again after a restart until every listener has taken it. */
export type AccessEvent = { readonly id: string; readonly at: Instant } & AccessHappening;

/** What can happen. */
export type AccessHappening =
  /** A request was asked, or asked again after a question; `questioned` and `decided` are news for whoever asked. */
  | {
      readonly kind: "asked" | "advised" | "questioned" | "answered" | "decided" | "withdrawn" | "request-lapsed";
      readonly request: RequestId;
    }
  /** Nobody answered: these may answer now as well. */
  | { readonly kind: "escalated"; readonly request: RequestId; readonly to: readonly UserId[] }
  | { readonly kind: "grant-began" | "grant-extended"; readonly grant: GrantId; readonly request: RequestId }
  | { readonly kind: "grant-warned"; readonly grant: GrantId; readonly left: WarningLeft }
  | { readonly kind: "grant-ended"; readonly grant: GrantId; readonly cause: EndCause }
  /** Something was opened by break-glass: the DITSO is told at once, and again when the review is overdue. */
  | { readonly kind: "glass-broken" | "glass-review-overdue"; readonly grant: GrantId; readonly to: readonly UserId[] }
  | {
      readonly kind: "review-begun" | "review-overdue";
      readonly review: ReviewId;
      readonly department: UnitId;
      readonly to: readonly UserId[];
    }
  | { readonly kind: "look-asked"; readonly look: LookId; readonly to: readonly UserId[] }
  | { readonly kind: "look-decided"; readonly look: LookId; readonly to: readonly UserId[] }
  /** The person whose records were looked at is told now. */
  | { readonly kind: "look-told"; readonly look: LookId; readonly to: readonly UserId[] };

/**
 * Told of what has happened, in order, after the commit. What it rejects is told again later, after a restart too, so it may be told
 * twice: `event.id` says of what.
 */
export type AccessListener = (event: AccessEvent) => void | Promise<void>;
