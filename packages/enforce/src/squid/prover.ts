import type { Clock } from "@causeway/base";
import { NamePlanner } from "../names/index.ts";
import type { PolicySource } from "../points/index.ts";
import { alwaysBlocked, askProxy } from "../probe/index.ts";
import type { Obeyed } from "../probe/index.ts";

/** What a Squid is tried with. */
export interface SquidProverOptions {
  readonly source: PolicySource;
  readonly clock: Clock;
  /** Where Squid answers. */
  readonly proxy: { readonly server: string; readonly port: number };
  /** What keeps the point from enforcing beside what is tried; empty when nothing does. */
  readonly fault: () => string;
}

/** Versions that follow each other closely are tried once. */
const SETTLE_MS = 20;

/** Tries each version at Squid itself: the helper knows it at once, and this shows that Squid still asks. */
export class SquidProver implements Disposable {
  readonly #options: SquidProverOptions;
  readonly #planner = new NamePlanner();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SquidProverOptions) {
    this.#options = options;
    this.#unsubscribe = options.source.subscribe(() => this.#soon());
    this.#soon();
  }

  /** Tries it now, and reports what was found. */
  async test(): Promise<Obeyed | undefined> {
    const { source, clock, proxy, fault } = this.#options;
    const [policy, document] = [source.current(), source.document()];
    if (policy === undefined || document === undefined) return undefined;
    const began = performance.now();
    const since = clock.now();
    const probe = alwaysBlocked(this.#planner.planOf(policy, document, source.now()));
    const found = probe === undefined ? "blocked" : await askProxy({ ...proxy, host: probe.name });
    const ms = performance.now() - began;
    const tests =
      probe === undefined ? [] : [{ at: clock.now(), target: probe.name, expected: probe.expected, found, ms }];
    const isProved = found === "blocked";
    source.report({
      ...(isProved ? { obeys: { version: document.version, since } } : {}),
      ...{ tests, fault: isProved ? fault() : "not-obeying" },
    });
    return { version: document.version, ms, tests, isProved };
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.test(), SETTLE_MS);
  }
}
