import { setTimeout as pause } from "node:timers/promises";

/** How much is copied between two pauses. */
const STEP_BYTES = 1_048_576;

/**
 * Copies slowly enough not to be felt: so many bytes a second at most, and never more than half of the time at work, so that a slow or
 * busy disk is left to the server.
 */
export class Pace {
  #bytesPerSecond: number;
  #bytes = 0;
  #since = performance.now();
  #signal: AbortSignal;

  constructor(bytesPerSecond: number, signal: AbortSignal) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#signal = signal;
  }

  /** Whether enough has been done for a pause: what was written should be on the disk before it. */
  isDue(bytes: number): boolean {
    this.#signal.throwIfAborted();
    this.#bytes += bytes;
    return this.#bytes >= STEP_BYTES;
  }

  /** Waits as long as what was done since the last time asks for. */
  async rest(): Promise<void> {
    const tookMs = performance.now() - this.#since;
    const wantedMs = (this.#bytes / this.#bytesPerSecond) * 1000;
    if (Number.isFinite(this.#bytesPerSecond))
      await pause(Math.max(tookMs, wantedMs - tookMs), undefined, { signal: this.#signal });
    this.#bytes = 0;
    this.#since = performance.now();
  }
}
