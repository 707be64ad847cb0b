import type { CompiledPolicy } from "@causeway/policy";
import type { Response } from "./response.ts";

/** An answer that is kept. */
export interface Kept {
  readonly response: Response;
  /** By a monotonic clock, in milliseconds. */
  readonly since: number;
  readonly until: number;
  /** What was found on the names and addresses that it leads to, for a kind of machine under a policy. */
  leads:
    | { readonly policy: CompiledPolicy; readonly kind: string; readonly at: number; readonly isClosed: boolean }
    | undefined;
}

/** Answers by question; the oldest go first when there are too many. */
export class AnswerCache {
  #most: number;
  #kept = new Map<string, Kept>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  find(key: string, now: number): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.until > now) return kept;
    this.#kept.delete(key);
    return undefined;
  }

  put(key: string, kept: Kept): void {
    if (this.#most === 0) return;
    if (this.#kept.size >= this.#most) {
      let surplus = Math.ceil(this.#most / 10);
      for (const old of this.#kept.keys()) {
        if (surplus <= 0) break;
        surplus -= 1;
        this.#kept.delete(old);
      }
    }
    this.#kept.set(key, kept);
  }
}
