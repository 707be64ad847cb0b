import { failure, type Instant, type Result, type UserId } from "@causeway/base";

/** Somebody wants to read what was recorded of somebody else. */
export interface LookWish {
  readonly reader: UserId;
  readonly person: UserId;
  readonly now: Instant;
}

/** Port: whether a look at a person has been approved and has not ended; answers the look's id. Filled by access. */
export type MayLookAt = (wish: LookWish) => Promise<Result<{ readonly look: string }>>;

/** Nobody may. */
export const noLooks: MayLookAt = () => Promise.resolve(failure("LOOK_NOT_APPROVED"));

/** Somebody wants the proof of things. */
export interface ProofWish {
  readonly reader: UserId;
  readonly things: readonly string[];
}

/** Port: whether somebody who may not read the log is entitled to the proof of these things: they are a party to each. Filled by access. */
export type MayProve = (wish: ProofWish) => Promise<Result<object>>;

/** Only those who may read the log. */
export const noParties: MayProve = () => Promise.resolve(failure("NOT_PERMITTED", undefined, { reason: "no-party" }));

/** Whether somebody may read the log. */
export type MayRead = (user: UserId) => boolean;
