/** A priority queue: gives back the smallest first. */
export class Heap<Item> {
  readonly #items: Item[] = [];
  readonly #compare: (left: Item, right: Item) => number;

  constructor(compare: (left: Item, right: Item) => number) {
    this.#compare = compare;
  }

  /** Adds an item. */
  push(item: Item): void {
    const items = this.#items;
    let at = items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = items[above];
      if (parent === undefined || this.#compare(parent, item) <= 0) break;
      items[at] = parent;
      at = above;
    }
    items[at] = item;
  }

  /** Takes the smallest out; undefined when there is none. */
  pop(): Item | undefined {
    const smallest = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) this.#sink(last);
    return smallest;
  }

  #sink(item: Item): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const below = this.#isSmaller(left + 1, left) ? left + 1 : left;
      const child = items[below];
      if (child === undefined || this.#compare(child, item) >= 0) break;
      items[at] = child;
      at = below;
    }
    items[at] = item;
  }

  #isSmaller(one: number, other: number): boolean {
    const left = this.#items[one];
    const right = this.#items[other];
    return left !== undefined && right !== undefined && this.#compare(left, right) < 0;
  }
}
