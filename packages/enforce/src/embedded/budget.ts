interface Bucket {
  left: number;
  at: number;
}

/** What somebody may use up: at most `burst` at once, refilled by `perSecond`. Time is that of a monotonic clock in milliseconds. */
export class Budgets {
  #perSecond: number;
  #burst: number;
  #most: number;
  #buckets = new Map<string, Bucket>();

  constructor(options: { readonly perSecond: number; readonly burst: number; readonly maxKeys?: number }) {
    this.#perSecond = options.perSecond;
    this.#burst = options.burst;
    this.#most = options.maxKeys ?? 50_000;
  }

  /** What is left to somebody. */
  left(key: string, now: number): number {
    const bucket = this.#buckets.get(key);
    return bucket === undefined ? this.#burst : this.#filled(bucket, now);
  }

  /** Takes from somebody's budget; false, and nothing taken, when there is not enough left. */
  take(key: string, now: number, amount = 1): boolean {
    const left = this.left(key, now);
    if (left < amount) return false;
    const known = this.#buckets.get(key);
    if (known === undefined) {
      this.#makeRoom(now);
      this.#buckets.set(key, { left: left - amount, at: now });
    } else {
      known.left = left - amount;
      known.at = now;
    }
    return true;
  }

  #filled(bucket: Bucket, now: number): number {
    return Math.min(this.#burst, bucket.left + (Math.max(0, now - bucket.at) / 1000) * this.#perSecond);
  }

  /** Those who have their whole budget again need no memory; when there are still too many the oldest are forgotten. */
  #makeRoom(now: number): void {
    if (this.#buckets.size < this.#most) return;
    for (const [key, bucket] of this.#buckets) if (this.#filled(bucket, now) >= this.#burst) this.#buckets.delete(key);
    let surplus = this.#buckets.size - Math.floor(this.#most * 0.9);
    for (const key of this.#buckets.keys()) {
      if (surplus <= 0) return;
      surplus -= 1;
      this.#buckets.delete(key);
    }
  }
}
