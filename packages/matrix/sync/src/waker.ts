import { performance } from "node:perf_hooks";
import type { Person } from "./person.ts";

/** What waking one person costs, their next request included, in milliseconds of this process (measured). */
const COST_PER_PERSON_MS = 0.25;
/** Waking always has this share of the process, however busy it is with other work. */
const LEAST_SHARE = 0.05;
const MAX_PAUSE_MS = 200;
const LATER_MS = 250;

/**
 * One wake-up for a person, however many rooms and events are new. After a crowd has been woken the next waking pauses
 * in proportion to what it costs and to how busy the process is, so that what comes meanwhile travels together: on an idle
 * server everybody hears at once, on a busy one waking never takes what sending needs.
 */
export class Waker {
  #waiting = new Set<Person>();
  #later = new Set<Person>();
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #notBefore = 0;
  #busy = performance.eventLoopUtilization();

  /** Wakes a person soon. */
  wake(person: Person): void {
    person.news += 1;
    this.#waiting.add(person);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const pauseMs = this.#notBefore - performance.now();
    if (pauseMs > 1) setTimeout(() => this.#flush(), pauseMs);
    else setImmediate(() => this.#flush());
  }

  /** Wakes a person within a quarter of a second, unless something else does before. */
  wakeLater(person: Person): void {
    person.news += 1;
    this.#later.add(person);
    this.#timer ??= setTimeout(() => this.#flushLater(), LATER_MS).unref();
  }

  #flushLater(): void {
    this.#timer = undefined;
    const people = this.#later;
    this.#later = new Set();
    for (const person of people) this.wake(person);
  }

  #pauseMs(woken: number): number {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#busy);
    this.#busy = now;
    // The cube of what is left: a process that is half busy hardly holds anybody back, one that is nearly full does.
    return Math.min(MAX_PAUSE_MS, (woken * COST_PER_PERSON_MS) / Math.max(LEAST_SHARE, (1 - utilization) ** 3));
  }

  #flush(): void {
    this.#scheduled = false;
    const people = this.#waiting;
    this.#waiting = new Set();
    let woken = 0;
    for (const person of people) {
      for (const waiter of [...person.waiters]) {
        waiter();
        woken += 1;
      }
    }
    this.#notBefore = performance.now() + this.#pauseMs(woken);
  }
}
