import { failure, ok, type Clock, type Result } from "@causeway/base";
import type { RateClass } from "@causeway/contract";

/** A budget: `burst` calls at once, refilled by `perSecond`. */
export interface RateBudget {
  readonly perSecond: number;
  readonly burst: number;
}

/** A budget for each class that has one. */
export type RateBudgets = Readonly<Record<Exclude<RateClass, "none">, RateBudget>>;

/** What is asked for when the configuration does not say otherwise. */
export const defaultRateBudgets: RateBudgets = {
  login: { perSecond: 0.5, burst: 10 },
  register: { perSecond: 0.2, burst: 5 },
  write: { perSecond: 20, burst: 200 },
  send: { perSecond: 20, burst: 100 },
  read: { perSecond: 50, burst: 500 },
  sync: { perSecond: 20, burst: 100 },
  media: { perSecond: 20, burst: 200 },
};

interface Bucket {
  tokens: number;
  at: number;
}

/** The most keys that are remembered; beyond it the oldest are forgotten, which can only let somebody through. */
const MAX_KEYS = 200_000;

/** Token buckets by class and key (an account or an address), in memory. */
export class RateLimiter {
  #budgets: RateBudgets;
  #clock: Clock;
  #buckets = new Map<string, Bucket>();

  constructor(budgets: RateBudgets, clock: Clock) {
    this.#budgets = budgets;
    this.#clock = clock;
  }

  /** Takes one call from the budget of `key`; `M_LIMIT_EXCEEDED` with `retry_after_ms` when it is used up. */
  take(rate: RateClass, key: string): Result<undefined> {
    if (rate === "none") return ok(undefined);
    const budget = this.#budgets[rate];
    const now = this.#clock.now();
    const bucket = this.#bucket(`${rate} ${key}`, budget, now);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return ok(undefined);
    }
    const retryAfterMs = Math.max(1, Math.ceil(((1 - bucket.tokens) / budget.perSecond) * 1000));
    return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: retryAfterMs });
  }

  #bucket(name: string, budget: RateBudget, now: number): Bucket {
    const known = this.#buckets.get(name);
    if (known === undefined) {
      this.#makeRoom();
      const fresh = { tokens: budget.burst, at: now };
      this.#buckets.set(name, fresh);
      return fresh;
    }
    const elapsed = Math.max(0, now - known.at) / 1000;
    known.tokens = Math.min(budget.burst, known.tokens + elapsed * budget.perSecond);
    known.at = now;
    return known;
  }

  #makeRoom(): void {
    if (this.#buckets.size < MAX_KEYS) return;
    let left = MAX_KEYS / 10;
    for (const key of this.#buckets.keys()) {
      if (left-- <= 0) return;
      this.#buckets.delete(key);
    }
  }
}
