/** Which labels each slot has, in one array of numbers: a search reads it for very many slots. */
export class SlotLabels {
  #starts = new Int32Array(1024);
  #counts = new Uint16Array(1024);
  #pool = new Int32Array(4096);
  #used = 0;
  #wasted = 0;

  /** Sets a slot's labels. */
  set(slot: number, labels: readonly number[]): void {
    this.#grow(slot + 1);
    const before = this.#counts[slot] ?? 0;
    this.#wasted += before;
    this.#counts[slot] = 0;
    if (this.#used + labels.length > this.#pool.length) this.#makeRoom(labels.length);
    this.#starts[slot] = this.#used;
    this.#counts[slot] = labels.length;
    this.#pool.set(labels, this.#used);
    this.#used += labels.length;
  }

  /** The labels of a slot, in the order in which they were given. */
  get(slot: number): Int32Array {
    const start = this.#starts[slot] ?? 0;
    return this.#pool.subarray(start, start + (this.#counts[slot] ?? 0));
  }

  /** The first of a slot's labels, or −1. */
  first(slot: number): number {
    return (this.#counts[slot] ?? 0) === 0 ? -1 : (this.#pool[this.#starts[slot] ?? 0] ?? -1);
  }

  /** The largest of the values of a slot's labels. */
  most(slot: number, values: Uint8Array): number {
    const start = this.#starts[slot] ?? 0;
    const end = start + (this.#counts[slot] ?? 0);
    let most = 0;
    for (let at = start; at < end; at += 1) {
      const value = values[this.#pool[at] ?? 0] ?? 0;
      if (value > most) most = value;
    }
    return most;
  }

  /** Whether a slot has a label. */
  has(slot: number, label: number): boolean {
    const start = this.#starts[slot] ?? 0;
    const end = start + (this.#counts[slot] ?? 0);
    for (let at = start; at < end; at += 1) if (this.#pool[at] === label) return true;
    return false;
  }

  #grow(slots: number): void {
    if (slots <= this.#starts.length) return;
    const starts = new Int32Array(slots * 2);
    const counts = new Uint16Array(slots * 2);
    starts.set(this.#starts);
    counts.set(this.#counts);
    this.#starts = starts;
    this.#counts = counts;
  }

  /** Closes the gaps when there are many, and makes the pool larger otherwise. */
  #makeRoom(wanted: number): void {
    const before = this.#pool;
    const isFull = this.#wasted < before.length / 4;
    const pool = new Int32Array(isFull ? (before.length + wanted) * 2 : before.length + wanted);
    let used = 0;
    for (let slot = 0; slot < this.#starts.length; slot += 1) {
      const start = this.#starts[slot] ?? 0;
      const count = this.#counts[slot] ?? 0;
      pool.set(before.subarray(start, start + count), used);
      this.#starts[slot] = used;
      used += count;
    }
    this.#pool = pool;
    this.#used = used;
    this.#wasted = 0;
  }
}
