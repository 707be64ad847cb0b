import type { Instant } from "@causeway/base";
import type { Verdict } from "@causeway/policy";
import type { Claim, Judge } from "../embedded/judge.ts";
import type { EmbeddedSource } from "../embedded/ports.ts";

/** Something that is open because it was allowed: a tunnel, a request under way. */
export interface LiveThing {
  readonly claim: Claim;
  /** The secret that proved the person or machine; what it proves may end before the grant does. */
  readonly proof: string | undefined;
  /** Every name that was decided on. */
  readonly hosts: readonly string[];
  /** The earliest end of what allowed it. */
  ends: Instant | undefined;
  /** Closes it at once. */
  cut(): void;
}

/** Timers of Node count no further than this. */
const LONGEST_TIMER_MS = 2_000_000_000;

/** The live things of a proxy: asked again after every change of the policy, and closed at the second at which what allows them ends. */
export class LiveThings {
  #judge: Judge;
  #clock: Pick<EmbeddedSource, "now">;
  #isProven: (thing: LiveThing) => boolean;
  #things = new Set<LiveThing>();
  #timers = new Map<LiveThing, NodeJS.Timeout>();
  cutCount = 0;

  constructor(judge: Judge, clock: Pick<EmbeddedSource, "now">, isProven: (thing: LiveThing) => boolean) {
    this.#judge = judge;
    this.#clock = clock;
    this.#isProven = isProven;
  }

  get size(): number {
    return this.#things.size;
  }

  /** Watches a thing from now on. */
  add(thing: LiveThing): void {
    this.#things.add(thing);
    if (thing.ends !== undefined) this.#arm(thing);
  }

  /** The thing is over by itself. */
  remove(thing: LiveThing): void {
    this.#things.delete(thing);
    const timer = this.#timers.get(thing);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(thing);
  }

  /** Asks again for everything: the policy has changed. */
  judgeAgain(): void {
    for (const thing of this.#things) this.#judgeOne(thing);
  }

  /** Asks again for what should have ended by the clock, which may have been set since its timer was, and for what rests on a secret that may have ended. */
  tick(options: { readonly withProofs: boolean }): void {
    const now = this.#clock.now();
    for (const thing of this.#things) {
      const isDue = thing.ends !== undefined && thing.ends <= now;
      if (isDue || (options.withProofs && thing.proof !== undefined)) this.#judgeOne(thing);
    }
  }

  /** Closes everything. */
  cutAll(): void {
    for (const thing of this.#things) this.#cut(thing);
  }

  #judgeOne(thing: LiveThing): void {
    if (!this.#isProven(thing)) {
      this.#cut(thing);
      return;
    }
    let ends: Instant | undefined;
    for (const host of thing.hosts) {
      const verdict = this.#judge.judge(thing.claim, host);
      // NOTE A policy that is gone closes nothing: points keep the last one, and so does what is open.
      if (verdict === undefined) return;
      if (!verdict.allowed) {
        this.#cut(thing);
        return;
      }
      ends = earlier(ends, verdict);
    }
    if (ends === thing.ends) return;
    thing.ends = ends;
    this.#arm(thing);
  }

  #cut(thing: LiveThing): void {
    this.remove(thing);
    this.cutCount += 1;
    thing.cut();
  }

  #arm(thing: LiveThing): void {
    clearTimeout(this.#timers.get(thing));
    this.#timers.delete(thing);
    if (thing.ends === undefined) return;
    const wait = Math.min(Math.max(0, thing.ends - this.#clock.now()), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      this.#timers.delete(thing);
      this.#judgeOne(thing);
      if (this.#things.has(thing) && !this.#timers.has(thing)) this.#arm(thing);
    }, wait);
    timer.unref();
    this.#timers.set(thing, timer);
  }
}

/** The earlier of an end and a verdict's. */
export function earlier(ends: Instant | undefined, verdict: Verdict): Instant | undefined {
  const own = verdict.allowed ? verdict.ends : undefined;
  if (ends === undefined) return own;
  return own === undefined || ends < own ? ends : own;
}
