import { factsOfError, type Log } from "@causeway/platform";
import type { DocumentSource } from "../points/index.ts";
import { NamePlanner, type NamePlan } from "./planner.ts";

/** Grants end by the clock that the source gives, which may be set; it is looked at this often. */
const LOOK_MS = 1000;
const AGAIN_MS = [100, 300, 1000, 3000];

/** Keeps something in step with the policy: makes plans as the policy and the time change, and hands each over when the one before is done. */
export class PlanFollower implements AsyncDisposable {
  readonly #source: DocumentSource;
  readonly #apply: (plan: NamePlan) => Promise<void>;
  readonly #log: Log;
  readonly #planner = new NamePlanner();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #until: number | undefined;
  #isWanted = false;
  #isRunning = false;
  #isClosed = false;
  #failures = 0;
  #done = Promise.withResolvers<void>();

  constructor(options: {
    readonly source: DocumentSource;
    /** Puts a plan into effect; is called again, with a new plan, after it throws. */
    readonly apply: (plan: NamePlan) => Promise<void>;
    readonly log: Log;
  }) {
    this.#source = options.source;
    this.#apply = options.apply;
    this.#log = options.log;
    this.#unsubscribe = options.source.subscribe(() => this.wake());
    this.wake();
  }

  /** Makes a new plan as soon as the one at work is done. */
  wake(): void {
    this.#isWanted = true;
    if (!this.#isRunning) void this.#run();
  }

  /** Waits until what is known now is in effect. */
  async settled(): Promise<void> {
    while (this.#isRunning || this.#isWanted) await this.#done.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    while (this.#isRunning) await this.#done.promise;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    clearTimeout(this.#timer);
    while (this.#isWanted && !this.#isClosed) {
      this.#isWanted = false;
      const [policy, document] = [this.#source.current(), this.#source.document()];
      if (policy === undefined || document === undefined) break;
      try {
        const plan = this.#planner.planOf(policy, document, this.#source.now());
        this.#until = plan.until;
        await this.#apply(plan);
        if (this.#failures > 0) this.#source.report({ fault: "" });
        this.#failures = 0;
      } catch (error) {
        this.#log.warn("the policy could not be put into effect; it is tried again", factsOfError(error));
        if (this.#failures === 0) this.#source.report({ fault: "engine-down" });
        this.#failures += 1;
        break;
      }
    }
    this.#isRunning = false;
    this.#done.resolve();
    this.#done = Promise.withResolvers<void>();
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#look(), this.#wait());
  }

  #wait(): number {
    if (this.#failures > 0) return AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length) - 1] ?? LOOK_MS;
    if (this.#until === undefined) return LOOK_MS;
    return Math.min(LOOK_MS, Math.max(1, this.#until - this.#source.now()));
  }

  #look(): void {
    if (this.#failures > 0 || (this.#until !== undefined && this.#source.now() >= this.#until)) this.wake();
    else this.#timer = setTimeout(() => this.#look(), this.#wait());
  }
}
