import { instant, type Clock, type Instant } from "@causeway/base";

/** A time and what the machine's clock said then. */
export interface KeptTime {
  readonly at: Instant;
  readonly wall: number;
}

/** Where a clock takes its seconds from. */
export interface TimeSource {
  /** The machine's clock, which somebody may turn. */
  wall(): number;
  /** Milliseconds since some moment, which nobody can turn. */
  steady(): number;
}

/** The guard's own time: the server's where it was heard, and never going back, so that what has ended stays ended. */
export class GuardClock implements Clock {
  #source: TimeSource;
  #at: number;
  #steady: number;

  /** Goes on from a time that was kept when the guard was last awake. */
  constructor(source: TimeSource, kept: KeptTime | undefined) {
    this.#source = source;
    this.#steady = source.steady();
    const wall = source.wall();
    this.#at = kept === undefined ? wall : kept.at + Math.max(0, wall - kept.wall);
  }

  now(): Instant {
    return instant(this.#at + this.#source.steady() - this.#steady);
  }

  /** Takes the server's time, which was signed. */
  knows(time: Instant): void {
    this.#at = time;
    this.#steady = this.#source.steady();
  }

  /** What is kept while the guard sleeps. */
  kept(): KeptTime {
    return { at: this.now(), wall: this.#source.wall() };
  }
}
