import type { Publisher } from "@causeway/access";
import type { Clock, Instant } from "@causeway/base";
import {
  compilePolicy,
  type CompiledPolicy,
  type MachineSeen,
  type PolicyDocument,
  type Verdict,
} from "@causeway/policy";
import { AnswerCounts } from "./counts.ts";
import type { Point } from "./point.ts";
import type { PointRegistry } from "./registry.ts";
import type { PointReport, PolicyListener, PolicySource, PolicyStanding } from "./source.ts";
import { SteadyClock } from "./steady-clock.ts";

/** The policy of this process, compiled once for all points in it. */
export class LocalPolicy {
  #document: PolicyDocument | undefined;
  #compiled: CompiledPolicy | undefined;
  #listeners = new Set<PolicyListener>();
  #stop: () => void;

  constructor(publisher: Publisher, failed: (error: unknown) => void) {
    this.#stop = publisher.onPublished(({ document }) => {
      try {
        this.#take(document);
      } catch (error) {
        // The last policy goes on: one that contradicts itself is no reason to open everything.
        failed(error);
      }
    });
  }

  get document(): PolicyDocument | undefined {
    return this.#document;
  }

  get compiled(): CompiledPolicy | undefined {
    return this.#compiled;
  }

  /** Tells of each version. */
  subscribe(listener: PolicyListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#stop();
    this.#listeners.clear();
  }

  #take(document: PolicyDocument): void {
    const [before, known] = [this.#compiled, this.#document];
    const compiled = compilePolicy(
      document,
      before === undefined || known === undefined ? undefined : { document: known, compiled: before },
    );
    this.#document = document;
    this.#compiled = compiled;
    for (const listener of this.#listeners) listener(compiled, before);
  }
}

/** What a point in this process is made of. */
export interface LocalSourceParts {
  readonly policy: LocalPolicy;
  readonly registry: PointRegistry;
  readonly point: Point;
  readonly clock: Clock;
  readonly failed: (error: unknown) => void;
}

/** How often counts are handed over. */
const COUNTS_MS = 60_000;

/** The policy for a point in the server's own process: the same registry as for all others, without a network between. */
export class LocalSource implements PolicySource {
  #parts: LocalSourceParts;
  #clock: SteadyClock;
  #counts = new AnswerCounts();
  #timer: NodeJS.Timeout;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: LocalSourceParts) {
    this.#parts = parts;
    this.#clock = new SteadyClock(parts.clock);
    this.#timer = setInterval(() => this.#flush({}), COUNTS_MS);
    this.#timer.unref();
  }

  current(): CompiledPolicy | undefined {
    return this.#parts.policy.compiled;
  }

  document(): PolicyDocument | undefined {
    return this.#parts.policy.document;
  }

  now(): Instant {
    return this.#clock.now();
  }

  subscribe(listener: PolicyListener): () => void {
    return this.#parts.policy.subscribe(listener);
  }

  standing(): PolicyStanding {
    const document = this.document();
    const now = this.now();
    return {
      ...{ version: document?.version ?? 0, issued: document?.issued, heard: now },
      isStale: document === undefined || document.expires <= now,
      fault: this.#clock.wentBack ? "clock-went-back" : undefined,
    };
  }

  count(machine: MachineSeen, verdict: Verdict): void {
    this.#counts.count(machine, verdict);
  }

  report(report: PointReport): void {
    this.#flush(report);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#flush({});
    await this.#last;
  }

  #flush(report: PointReport): void {
    const counts = this.#counts.take();
    const { registry, point, failed } = this.#parts;
    const { obeys, tests, fault } = report;
    const body = {
      ...(obeys === undefined ? {} : { obeys }),
      ...(tests === undefined ? {} : { tests: tests.map((test) => ({ ...test })) }),
      ...(fault === undefined ? {} : { fault }),
      ...{ services: counts.services.map((one) => ({ ...one })), grants: counts.grants.map((one) => ({ ...one })) },
    };
    this.#last = this.#last
      .then(() => registry.report(point, body))
      .catch((error: unknown) => {
        this.#counts.putBack(counts);
        failed(error);
      });
  }
}
