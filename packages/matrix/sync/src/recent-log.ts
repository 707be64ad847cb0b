/** What happened lately, by position: answered from memory for readers who are not far behind. */
export class RecentLog<T> {
  #items: { readonly pos: number; readonly item: T }[] = [];
  #from: number;
  #max: number;

  /** Knows everything after `from`; keeps at most `max` items. */
  constructor(from: number, max: number) {
    this.#from = from;
    this.#max = max;
  }

  /** Adds something that happened at `pos`, which is not before anything added already. */
  push(pos: number, item: T): void {
    this.#items.push({ pos, item });
    if (this.#items.length <= this.#max * 2) return;
    const dropped = this.#items.splice(0, this.#items.length - this.#max);
    this.#from = dropped.at(-1)?.pos ?? this.#from;
  }

  /** Everything in `(from, to]`, oldest first; undefined when that is not all in memory. */
  between(from: number, to: number): T[] | undefined {
    if (from < this.#from) return undefined;
    const found: T[] = [];
    for (let index = this.#items.length - 1; index >= 0; index -= 1) {
      const one = this.#items[index];
      if (one === undefined || one.pos <= from) break;
      if (one.pos <= to) found.push(one.item);
    }
    return found.reverse();
  }

  /** The position of the newest item, or 0. */
  get last(): number {
    return this.#items.at(-1)?.pos ?? 0;
  }

  /** Forgets everything up to a position that nobody will ask for again. */
  forgetUpTo(pos: number): void {
    if (pos <= this.#from) return;
    this.#items = this.#items.filter((one) => one.pos > pos);
    this.#from = pos;
  }
}
