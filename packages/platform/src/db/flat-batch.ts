import type { WriteStep } from "./group-commit.ts";

/**
 * A batch on its way to the writer's thread. Copying plain values costs a fraction of copying objects with the names of their
 * members, and a statement's text goes there once: afterwards its number stands for it.
 */
export interface FlatBatch {
  /** The thread forgets every text: numbers begin again. */
  readonly fresh: boolean;
  /** Texts that were not sent before, in the order of their numbers. */
  readonly texts: readonly string[];
  /** For each transaction its steps one after the other: statement, wanted rows or −1, what they are called, count of values, values. */
  readonly transactions: readonly (readonly unknown[])[];
}

/** Texts that are remembered before both sides begin anew. */
const MAX_TEXTS = 2000;

/** Makes flat batches for one thread. */
export class Flattener {
  #numbers = new Map<string, number>();
  #fresh = false;

  /** After a batch that may not have reached the thread: the next one brings every text again. */
  beginAnew(): void {
    this.#fresh = true;
  }

  /** The batch as values. When it does not reach the thread, `beginAnew`: later ones rely on its texts. */
  flatten(batch: readonly (readonly WriteStep[])[]): FlatBatch {
    const fresh = this.#fresh || this.#numbers.size > MAX_TEXTS;
    if (fresh) this.#numbers.clear();
    this.#fresh = false;
    const texts: string[] = [];
    const transactions = batch.map((steps) => {
      const flat: unknown[] = [];
      for (const { sql, parameters, rows, what } of steps) {
        flat.push(this.#numberOf(sql, texts), rows ?? -1, what ?? "", parameters.length, ...parameters);
      }
      return flat;
    });
    return { fresh, texts, transactions };
  }

  #numberOf(sql: string, texts: string[]): number {
    const known = this.#numbers.get(sql);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(sql, number);
    texts.push(sql);
    return number;
  }
}

/** Reads flat batches in the order in which they were made. */
export class Unflattener {
  #texts: string[] = [];

  /** The steps of each transaction. */
  read(batch: FlatBatch): readonly (readonly WriteStep[])[] {
    if (batch.fresh) this.#texts = [];
    this.#texts.push(...batch.texts);
    return batch.transactions.map((flat) => this.#steps(flat));
  }

  #steps(flat: readonly unknown[]): readonly WriteStep[] {
    const steps: WriteStep[] = [];
    for (let at = 0; at < flat.length;) {
      const [number, rows, what, count] = flat.slice(at, at + 4);
      const first = at + 4;
      at = first + Number(count);
      const sql = this.#texts[Number(number)];
      if (sql === undefined) throw new Error("a statement came without its text");
      const parameters = flat.slice(first, at);
      steps.push(rows === -1 ? { sql, parameters } : { sql, parameters, rows: Number(rows), what: String(what) });
    }
    return steps;
  }
}
