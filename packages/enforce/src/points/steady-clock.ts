import { instant, type Clock, type Instant } from "@causeway/base";

/** A difference that clocks are allowed: no fault is told of less. */
const TOLERATED_MS = 60_000;

/**
 * A clock that never goes back, and never stands still: when somebody turns the machine's clock back, time goes on from the latest that
 * was known, so that what has ended stays ended, and what is to end still ends.
 */
export class SteadyClock implements Clock {
  #clock: Clock;
  #elapsed: () => number;
  /** The latest time that is known to have come, and what the other clock said then. */
  #latest: number;
  #at: number;

  /** `elapsed` gives milliseconds since some moment, by a clock that nobody can turn. */
  constructor(clock: Clock, latest: Instant = instant(0), elapsed: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#elapsed = elapsed;
    this.#latest = latest;
    this.#at = elapsed();
  }

  /** The machine's time, or the latest that was known and what has gone by since. */
  now(): Instant {
    this.knows(this.#clock.now());
    return instant(this.#latest + this.#elapsed() - this.#at);
  }

  /** Takes note of a time that has certainly come: that of a signed policy. */
  knows(time: Instant): void {
    const elapsed = this.#elapsed();
    if (time < this.#latest + elapsed - this.#at) return;
    this.#latest = time;
    this.#at = elapsed;
  }

  /** Whether the machine's clock is behind what is known by more than clocks may be. */
  get wentBack(): boolean {
    return this.now() - this.#clock.now() > TOLERATED_MS;
  }
}
