import { isToSign } from "./sqlite-connection.ts";
import type { WriteStep } from "./group-commit.ts";

/** What a number stands for: a statement, what it must have changed, and how many values come with it. */
interface Shape {
  readonly sql: string;
  /** Wanted rows or −1. */
  readonly rows: number;
  readonly what: string;
  readonly values: number;
  /** The first value that is to be signed: it comes as its three texts; or −1. */
  readonly signedAt: number;
}

/**
 * A batch on its way to the writer's thread. Copying plain values costs a fraction of copying objects with the names of their
 * members, and what is the same each time goes there once: afterwards a number stands for it.
 */
export interface FlatBatch {
  /** The thread forgets every shape: numbers begin again. */
  readonly fresh: boolean;
  /** Shapes that were not sent before, in the order of their numbers. */
  readonly shapes: readonly Shape[];
  /** For each transaction its steps one after the other: the number of the shape, then the values. */
  readonly transactions: readonly (readonly unknown[])[];
}

/** Shapes that are remembered before both sides begin anew. */
const MAX_SHAPES = 2000;

/** Makes flat batches for one thread. */
export class Flattener {
  #known = new Map<string, { readonly shape: Shape; readonly number: number }[]>();
  #count = 0;
  #fresh = false;

  /** After a batch that may not have reached the thread: the next one brings every shape again. */
  beginAnew(): void {
    this.#fresh = true;
  }

  /** The batch as values. When it does not reach the thread, `beginAnew`: later ones rely on its shapes. */
  flatten(batch: readonly (readonly WriteStep[])[]): FlatBatch {
    const fresh = this.#fresh || this.#count > MAX_SHAPES;
    if (fresh) this.#known.clear();
    if (fresh) this.#count = 0;
    this.#fresh = false;
    const shapes: Shape[] = [];
    const transactions = batch.map((steps) => {
      const flat: unknown[] = [];
      for (const step of steps) {
        const signedAt = step.parameters.findIndex(isToSign);
        flat.push(this.#numberOf(step, signedAt, shapes));
        step.parameters.forEach((value, at) => {
          if (at === signedAt && isToSign(value)) flat.push(value.sign, value.before, value.after);
          else flat.push(value);
        });
      }
      return flat;
    });
    return { fresh, shapes, transactions };
  }

  #numberOf({ sql, parameters, rows = -1, what = "" }: WriteStep, signedAt: number, shapes: Shape[]): number {
    const known = this.#known.get(sql) ?? [];
    for (const { shape, number } of known) {
      if (
        shape.rows === rows &&
        shape.signedAt === signedAt &&
        shape.values === parameters.length &&
        shape.what === what
      )
        return number;
    }
    const shape: Shape = { sql, rows, what, values: parameters.length, signedAt };
    const number = this.#count++;
    if (known.length === 0) this.#known.set(sql, known);
    known.push({ shape, number });
    shapes.push(shape);
    return number;
  }
}

/** Reads flat batches in the order in which they were made. */
export class Unflattener {
  #shapes: Shape[] = [];

  /** The steps of each transaction. */
  read(batch: FlatBatch): readonly (readonly WriteStep[])[] {
    if (batch.fresh) this.#shapes = [];
    this.#shapes.push(...batch.shapes);
    return batch.transactions.map((flat) => this.#steps(flat));
  }

  #steps(flat: readonly unknown[]): readonly WriteStep[] {
    const steps: WriteStep[] = [];
    for (let at = 0; at < flat.length;) {
      const shape = this.#shapes[Number(flat[at])];
      if (shape === undefined) throw new Error("a statement came without its text");
      const { sql, rows, what } = shape;
      const end = at + 1 + shape.values + (shape.signedAt < 0 ? 0 : 2);
      const parameters = flat.slice(at + 1, end);
      if (shape.signedAt >= 0) {
        const [sign, before, after] = parameters.splice(shape.signedAt, 3);
        parameters.splice(shape.signedAt, 0, { sign, before, after });
      }
      steps.push(rows === -1 ? { sql, parameters } : { sql, parameters, rows, what });
      at = end;
    }
    return steps;
  }
}
