import { instant, type Clock, type Instant } from "@causeway/base";

/** A difference that clocks are allowed: no fault is told of less. */
const TOLERATED_MS = 60_000;

/** A clock that never goes back: what had ended by a time that was once known stays ended, whoever turns the machine's clock. */
export class SteadyClock implements Clock {
  #clock: Clock;
  #latest: Instant;

  constructor(clock: Clock, latest: Instant = instant(0)) {
    this.#clock = clock;
    this.#latest = latest;
  }

  /** The clock's time, or the latest that was known. */
  now(): Instant {
    const now = this.#clock.now();
    if (now > this.#latest) this.#latest = now;
    return this.#latest;
  }

  /** Takes note of a time that has certainly come: that of a signed policy. */
  knows(time: Instant): void {
    if (time > this.#latest) this.#latest = time;
  }

  /** Whether the machine's clock is behind what is known by more than clocks may be. */
  get wentBack(): boolean {
    return this.#latest - this.#clock.now() > TOLERATED_MS;
  }
}
