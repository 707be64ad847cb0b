import { PositionOrderError, type DatabaseStats, type Expectation, type Stream, type Tx } from "./types.ts";

/** One statement on its way to the writer. */
export interface WriteStep {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly rows?: number;
  readonly what?: string;
}

/** One transaction's fate: nothing, or the error that rolled it back alone. */
export type Outcome = undefined | Error;

/** Runs a batch in one durable commit, each transaction in its own savepoint; rejects when the whole batch was lost. */
export interface BatchWriter {
  /** `head` is the highest position in the batch, to be kept with it, or 0. */
  write(batch: readonly (readonly WriteStep[])[], head: number): Promise<readonly Outcome[]>;
}

interface Waiting {
  readonly steps: readonly WriteStep[];
  readonly lastPosition: number;
  readonly listeners: readonly (() => void)[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Settings of the group commit. */
export interface GroupCommitOptions {
  readonly maxBatch: number;
  /** Batches that the writer has at once: with two it begins the next while this thread is still busy telling of the last. It must keep their order. */
  readonly maxInFlight: number;
  readonly epoch: number;
  readonly head: number;
}

/** Collects transactions while others are being written, then writes all that wait as one batch. Also owns the stream's positions. */
export class GroupCommit {
  readonly stream: Stream;
  #writer: BatchWriter;
  #maxBatch: number;
  #waiting: Waiting[] = [];
  #maxInFlight: number;
  #inFlight = 0;
  #scheduled = false;
  #settled: Promise<void> = Promise.resolve();
  #idle: (() => void)[] = [];
  #reserved: number;
  #enqueued: number;
  #visible: number;
  #commits = 0;
  #batches = 0;
  #failures = 0;

  constructor(writer: BatchWriter, options: GroupCommitOptions) {
    this.#writer = writer;
    this.#maxBatch = options.maxBatch;
    this.#maxInFlight = options.maxInFlight;
    this.#reserved = options.head;
    this.#enqueued = options.head;
    this.#visible = options.head;
    this.stream = { epoch: options.epoch, head: () => this.#visible };
  }

  begin(): Tx {
    return new CollectedTx(
      () => (this.#reserved += 1),
      (waiting, firstPosition) => this.#enqueue(waiting, firstPosition),
    );
  }

  stats(): DatabaseStats {
    return {
      commits: this.#commits,
      batches: this.#batches,
      waiting: this.#waiting.length,
      failures: this.#failures,
    };
  }

  /** Resolves when nothing waits and nothing is being written. */
  idle(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #enqueue(waiting: Waiting, firstPosition: number): void {
    if (firstPosition > 0) {
      if (firstPosition <= this.#enqueued) throw new PositionOrderError();
      this.#enqueued = waiting.lastPosition;
    }
    this.#waiting.push(waiting);
    this.#pumpSoon();
  }

  /** A turn's delay lets everything that this turn of the event loop brings share the next commit. */
  #pumpSoon(): void {
    if (this.#scheduled || this.#inFlight >= this.#maxInFlight) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#waiting.length === 0 || this.#inFlight >= this.#maxInFlight) return;
    const batch = this.#waiting.splice(0, this.#maxBatch);
    this.#inFlight += 1;
    this.#batches += 1;
    this.#settled = this.#write(batch, this.#settled);
    if (this.#waiting.length > 0) this.#pumpSoon();
  }

  /** Writes a batch; what it did is told only after what the one before it did. */
  async #write(batch: readonly Waiting[], before: Promise<void>): Promise<void> {
    const head = batch.reduce((most, one) => Math.max(most, one.lastPosition), 0);
    let outcomes: readonly Outcome[];
    try {
      outcomes = await this.#writer.write(
        batch.map((one) => one.steps),
        head,
      );
    } catch (error) {
      const lost = error instanceof Error ? error : new Error(String(error));
      outcomes = batch.map(() => lost);
    }
    await before;
    this.#settle(batch, outcomes);
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#pump();
    else this.#pumpSoon();
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  #settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
    batch.forEach((one, index) => {
      if (one.lastPosition > 0) this.#visible = one.lastPosition;
      const failed = outcomes[index];
      if (failed !== undefined) {
        this.#failures += 1;
        one.reject(failed);
        return;
      }
      this.#commits += 1;
      try {
        for (const listener of one.listeners) listener();
        one.resolve();
      } catch (error) {
        // It is durable, and whoever committed it must not go on as if all were well; the others have nothing to do with it.
        one.reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}

class CollectedTx implements Tx {
  #steps: WriteStep[] = [];
  #listeners: (() => void)[] = [];
  #first = 0;
  #last = 0;
  #done = false;
  #reserve: () => number;
  #enqueue: (waiting: Waiting, firstPosition: number) => void;

  constructor(reserve: () => number, enqueue: (waiting: Waiting, firstPosition: number) => void) {
    this.#reserve = reserve;
    this.#enqueue = enqueue;
  }

  add(query: { readonly sql: string; readonly parameters: readonly unknown[] }, expect?: Expectation): void {
    this.#steps.push(
      expect === undefined
        ? { sql: query.sql, parameters: query.parameters }
        : { sql: query.sql, parameters: query.parameters, rows: expect.rows, what: expect.what },
    );
  }

  position(): number {
    const position = this.#reserve();
    if (this.#first === 0) this.#first = position;
    this.#last = position;
    return position;
  }

  onCommitted(listener: () => void): void {
    this.#listeners.push(listener);
  }

  commit(): Promise<void> {
    if (this.#done) return Promise.reject(new Error("a transaction can be committed once"));
    this.#done = true;
    return new Promise((resolve, reject) => {
      this.#enqueue(
        { steps: this.#steps, lastPosition: this.#last, listeners: this.#listeners, resolve, reject },
        this.#first,
      );
    });
  }
}
