import { failure, ok, type Clock, type Result } from "@causeway/base";

/** Counts failures by name (an account, an address) and makes those wait who fail too often. */
export class Throttle {
  #max: number;
  #windowMs: number;
  #clock: Clock;
  #failures = new Map<string, { count: number; until: number }>();

  constructor(options: { readonly max: number; readonly windowMs: number; readonly clock: Clock }) {
    this.#max = options.max;
    this.#windowMs = options.windowMs;
    this.#clock = options.clock;
  }

  /** `M_LIMIT_EXCEEDED` for a name that has failed too often. */
  check(name: string): Result<undefined> {
    const known = this.#failures.get(name);
    const waitMs = known === undefined ? 0 : known.until - this.#clock.now();
    if (known === undefined || known.count < this.#max || waitMs <= 0) return ok(undefined);
    return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: waitMs });
  }

  /** Counts a failure. */
  failed(name: string): void {
    const now = this.#clock.now();
    const known = this.#failures.get(name);
    const fresh = known === undefined || known.until <= now;
    this.#failures.delete(name);
    this.#failures.set(name, { count: fresh ? 1 : known.count + 1, until: now + this.#windowMs });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MAX_NAMES) return;
      this.#failures.delete(oldest);
    }
  }

  /** Forgets the failures of a name that has succeeded. */
  succeeded(name: string): void {
    this.#failures.delete(name);
  }
}

const MAX_NAMES = 100_000;
