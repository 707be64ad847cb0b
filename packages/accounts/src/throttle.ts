import { failure, ok, type Clock, type Result } from "@causeway/base";

/** Something that is counted, by a name such as an account or an address, and how often it may fail within the window. */
export interface Counted {
  readonly name: string;
  readonly max: number;
}

interface Failures {
  count: number;
  readonly until: number;
}

const MAX_NAMES = 200_000;

/**
 * Makes those wait whose attempts fail too often. An attempt is counted before it is made, so that many at the same time are no way
 * around the limit; `forgive` takes back one that succeeded. In memory, bounded: beyond the bound the oldest names are forgotten.
 */
export class Throttle {
  #clock: Clock;
  #windowMs: number;
  #failures = new Map<string, Failures>();

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** Counts an attempt against every name, or against none: `M_LIMIT_EXCEEDED` when one of them has used up its share. */
  attempt(names: readonly Counted[]): Result<undefined> {
    const now = this.#clock.now();
    for (const { name, max } of names) {
      const known = this.#failures.get(name);
      if (known !== undefined && known.until > now && known.count >= max) {
        return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: known.until - now });
      }
    }
    for (const one of names) this.#count(one, now);
    return ok(undefined);
  }

  #count(one: Counted, now: number): void {
    const known = this.#failures.get(one.name);
    if (known !== undefined && known.until > now) {
      known.count += 1;
      return;
    }
    this.#failures.delete(one.name);
    this.#failures.set(one.name, { count: 1, until: now + this.#windowMs });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_NAMES) return;
      this.#failures.delete(oldest);
    }
  }

  /** Takes back an attempt that succeeded. */
  forgive(names: readonly Counted[]): void {
    for (const { name } of names) {
      const known = this.#failures.get(name);
      if (known === undefined) continue;
      known.count -= 1;
      if (known.count <= 0) this.#failures.delete(name);
    }
  }
}
