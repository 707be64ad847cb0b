declare const instantBrand: unique symbol;

/** A point in time: milliseconds since 1970-01-01T00:00:00Z, whole. */
export type Instant = number & { readonly [instantBrand]: "Instant" };

/** Where the time comes from. The product uses `systemClock`; tests hand in one that they move. */
export interface Clock {
  /** The time now. */
  now(): Instant;
}

/** Reads a number of milliseconds as an instant. */
export function instant(ms: number): Instant {
  return Math.trunc(ms) as Instant;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() as Instant };
