import type { Person } from "./person.ts";

/** What waking one person costs, their next request included, in milliseconds of this process (measured), with room for everything else. */
const PAUSE_PER_PERSON_MS = 1;
const MAX_PAUSE_MS = 200;
const LATER_MS = 250;

/**
 * One wake-up for a person, however many rooms and events are new. After a crowd has been woken the next waking pauses
 * in proportion, so that what comes meanwhile travels together and waking can never take the whole machine.
 */
export class Waker {
  #waiting = new Set<Person>();
  #later = new Set<Person>();
  #timer: NodeJS.Timeout | undefined;
  #scheduled = false;
  #notBefore = 0;

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
    this.#notBefore = performance.now() + Math.min(MAX_PAUSE_MS, woken * PAUSE_PER_PERSON_MS);
  }
}
