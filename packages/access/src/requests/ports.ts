import type { GrantId, Instant } from "@causeway/base";
import type { PolicyService } from "@causeway/policy";
import type { Caller, HttpReply } from "@causeway/platform";

/** The catalogue as of now. */
export interface Services {
  /** The services that there are on the machines of a department: the centre's, and its own. */
  of(department: string): readonly PolicyService[];
}

/** How much a grant was used: counts that the enforcement points report. */
export interface GrantUse {
  readonly count: number;
  /** The last day on which it was used, `2026-11-25`. */
  readonly lastDay: string | undefined;
}

/** Counts of use by grant. What is left out of the answer was not used; undefined: no point reports counts. */
export type UsageCounts = (grants: readonly GrantId[]) => Promise<ReadonlyMap<GrantId, GrantUse> | undefined>;

/** Asks the caller for a fresh confirmation of exactly this operation: done, or the reply that asks for it. */
export type StepUp = (
  caller: Caller,
  operation: string,
  given: { readonly auth: unknown; readonly ip: string },
) => Promise<{ readonly done: true } | { readonly done: false; readonly reply: HttpReply }>;

/** The address of the machine that a signed hint of the block page names; undefined for one that is forged or too old. */
export type VerifyMachineHint = (hint: string, now: Instant) => string | undefined;
