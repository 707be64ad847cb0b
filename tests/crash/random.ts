/** Chance that can be repeated: the same seed gives the same cuts. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** True with the given probability. */
  is(probability: number): boolean;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/** A small generator (mulberry32); good enough for tests, and of no other use. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, is: (probability) => next() < probability, below: (below) => Math.floor(next() * below) };
}
