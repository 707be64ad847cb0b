import { hash } from "node:crypto";

/** A row of a policy. */
export interface Row {
  readonly id: string;
}

/** What changed in a list. */
export interface RowsChange<R extends Row> {
  readonly put: readonly R[];
  readonly gone: readonly string[];
  /** The list as points have it when they have applied the change to the one before. */
  readonly rows: readonly R[];
}

/** One list of a policy: knows what changed since it was last given, and a digest of all of it. */
export class PolicyRows<R extends Row> {
  #order: "counts" | "free";
  #rows: readonly R[] = [];
  #known = new Map<string, { readonly row: R; readonly text: string }>();
  /** The exclusive or of the rows' hashes: tells equal lists from others without reading them all again. */
  #sum = Buffer.alloc(32);

  /** `counts` where the order of the rows decides something; else new ones simply come last. */
  constructor(order: "counts" | "free") {
    this.#order = order;
  }

  /** The list. */
  get rows(): readonly R[] {
    return this.#rows;
  }

  /** A digest of the rows, whatever their order. */
  get digest(): string {
    return this.#sum.toString("base64url");
  }

  /** Works out how a list differs, without taking it up; undefined when it does not. */
  compare(after: readonly R[]): RowsChange<R> | undefined {
    const put: R[] = [];
    const left = new Set<string>();
    for (const row of after) {
      left.add(row.id);
      const known = this.#known.get(row.id);
      if (known === undefined || (known.row !== row && known.text !== JSON.stringify(row))) put.push(row);
    }
    const gone = [...this.#known.keys()].filter((id) => !left.has(id));
    if (this.#order === "free") {
      if (put.length === 0 && gone.length === 0) return undefined;
      return { put, gone, rows: this.#applied(put, gone) };
    }
    const isInOrder = this.#isInOrder(after);
    if (put.length === 0 && gone.length === 0 && isInOrder) return undefined;
    // What points keep in its place would stand elsewhere: then they are told of all of it anew.
    if (!isInOrder) return { put: after, gone: [...this.#known.keys()], rows: after };
    return { put, gone, rows: after };
  }

  /** As `applyDelta` of packages/policy does it. */
  #applied(put: readonly R[], gone: readonly string[]): readonly R[] {
    const changed = new Map(put.map((row) => [row.id, row]));
    const ended = new Set(gone);
    const kept = this.#rows.flatMap((row) => {
      if (ended.has(row.id)) return [];
      const now = changed.get(row.id);
      changed.delete(row.id);
      return [now ?? row];
    });
    return [...kept, ...changed.values()];
  }

  /** Whether rows that stay are in their order, with new ones after all of them. */
  #isInOrder(after: readonly R[]): boolean {
    const stays = new Set(after.map((row) => row.id));
    const before = this.#rows.filter((row) => stays.has(row.id));
    const firstNew = after.findIndex((row) => !this.#known.has(row.id));
    const kept = firstNew < 0 ? after : after.slice(0, firstNew);
    return kept.length === before.length && before.every((row, place) => kept[place]?.id === row.id);
  }

  /** The digest that there is after a change. */
  digestAfter(change: RowsChange<R>): string {
    return this.#sumAfter(change).toString("base64url");
  }

  /** Takes up a change. */
  take(change: RowsChange<R>): void {
    this.#sum = this.#sumAfter(change);
    for (const id of change.gone) this.#known.delete(id);
    for (const row of change.put) this.#known.set(row.id, { row, text: JSON.stringify(row) });
    this.#rows = change.rows;
  }

  #sumAfter(change: RowsChange<R>): Buffer<ArrayBuffer> {
    const sum = Buffer.from(this.#sum);
    for (const id of new Set([...change.gone, ...change.put.map((row) => row.id)])) {
      const known = this.#known.get(id);
      if (known !== undefined) mix(sum, known.text);
    }
    for (const row of change.put) mix(sum, JSON.stringify(row));
    return sum;
  }
}

function mix(sum: Buffer, text: string): void {
  const bytes = hash("sha256", text, "buffer");
  for (let at = 0; at < bytes.length; at += 1) sum[at] = (sum[at] ?? 0) ^ (bytes[at] ?? 0);
}
