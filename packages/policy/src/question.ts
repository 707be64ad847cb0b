import type { Instant } from "@causeway/base";
import type { PolicyMachineClass } from "./document.ts";

/** A machine as a point sees it. */
export interface MachineSeen {
  /** `ma_…`, or `addr:` with the normal form of an address that is not registered. */
  readonly key: string;
  readonly class: PolicyMachineClass;
  readonly department?: string;
}

/** What somebody wants to reach: a host (name or bare address, without port), or a program. */
export type Target =
  | { readonly kind: "host"; readonly host: string }
  | {
      readonly kind: "app";
      readonly platform: "windows" | "macos" | "android" | "ios";
      /** A package family name, executable, bundle id or package name. */
      readonly name: string;
    };

/** What a point asks. */
export interface Question {
  /** Undefined where the point cannot know the person. */
  readonly user?: string;
  readonly machine: MachineSeen;
  readonly target: Target;
  readonly now: Instant;
}

/** Why something is refused. */
export type RefusalReason =
  /** A rule blocks the service, and no grant opens it. */
  | "blocked"
  /** It would be open at another time of the day. */
  | "outside-hours"
  /** A bare address where a name is expected. */
  | "address"
  /** What was asked for is no host name. */
  | "bad-host";

/** That something is refused, and what decided. */
export interface Refusal {
  readonly allowed: false;
  readonly reason: RefusalReason;
  readonly service?: string;
  readonly rule?: string;
  readonly clause?: string;
}

/** That something is allowed, and what decided. */
export interface Permission {
  readonly allowed: true;
  /** `unlisted`: no service has it; `no-rule`: nothing says anything of its service; `observed`: it would be refused if it were enforced. */
  readonly by: "unlisted" | "no-rule" | "rule" | "grant" | "observed";
  readonly service?: string;
  readonly rule?: string;
  readonly clause?: string;
  readonly grant?: string;
  /** Whether files may go out. */
  readonly upload: boolean;
  /** When the grant ends, by which what is open must be closed; also the end of its hours today where that comes first. */
  readonly ends?: Instant;
  /** With `observed`: what would be said. */
  readonly instead?: Refusal;
}

/** The answer to a question. */
export type Verdict = Permission | Refusal;
