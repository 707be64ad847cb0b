import type { Clock } from "@causeway/base";
import { randomBytes } from "node:crypto";

const NONCE_MS = 60_000;
const MAX_NONCES = 10_000;

/** Random numbers that can be used once, within a minute. */
export class Nonces {
  #clock: Clock;
  #issued = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new one. */
  issue(): string {
    const nonce = randomBytes(32).toString("hex");
    this.#issued.set(nonce, this.#clock.now() + NONCE_MS);
    for (const oldest of this.#issued.keys()) {
      if (this.#issued.size <= MAX_NONCES) break;
      this.#issued.delete(oldest);
    }
    return nonce;
  }

  /** Whether it was issued, is fresh and has not been used; it is used up now. */
  use(nonce: string): boolean {
    const until = this.#issued.get(nonce);
    this.#issued.delete(nonce);
    return until !== undefined && until > this.#clock.now();
  }
}
