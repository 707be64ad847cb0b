import { Best, sortKey } from "./people-index-best.ts";
import { Labels, type Label } from "./people-index-labels.ts";
import { MAX_WORDS, readingsOf, wordsOf } from "./people-index-query.ts";
import { SlotLabels } from "./people-index-slots.ts";
import { exactValue, scoreOf } from "./people-index-text.ts";

/** How a search is to answer. */
export interface LabelSearch<Id extends string = string> {
  /** At most so many, the best first. */
  readonly limit: number;
  /** Those who have this label come before others whom the query matches as well. */
  readonly near?: Label | undefined;
  /** Leaves out those for whom it is false; asked only about those who would be among the best. */
  readonly accept?: (id: Id) => boolean;
}

/** Something found, with how well: comparable between indexes. */
export interface Found<Id extends string = string> {
  readonly id: Id;
  readonly score: number;
}

/** One way to read a query, on its way through the index. */
interface Reading {
  readonly words: readonly string[];
  readonly best: Best;
  /** The labels that have a text which is all of the words. */
  readonly whole: ReadonlySet<number>;
}

const FIRST_SIZE = 1024;
const MAX_ANSWERS = 1000;

/**
 * Finds things by texts that they have, as somebody types: each word of the query must begin a word of one of the texts, or stand
 * anywhere in a run of Chinese characters; words may be written together. In memory; changed one at a time.
 */
export class LabelIndex<Id extends string = string> {
  #labels = new Labels();
  #ids: (Id | undefined)[] = [];
  #slotOf = new Map<Id, number>();
  #free: number[] = [];
  #slotLabels = new SlotLabels();
  #sortKeys = new Float64Array(FIRST_SIZE);
  // Kept between searches, because making them anew would cost more than the search.
  #values: readonly Uint8Array[] = Array.from({ length: MAX_WORDS }, () => new Uint8Array(FIRST_SIZE));
  #seen = new Uint32Array(FIRST_SIZE);
  #isNear = new Uint8Array(FIRST_SIZE);
  #most = new Uint8Array(FIRST_SIZE);
  #searches = 0;
  #answers = new Map<string, readonly Found<Id>[]>();

  /** How many things can be found. */
  get size(): number {
    return this.#slotOf.size;
  }

  /** Whether there is an entry of this id. */
  has(id: Id): boolean {
    return this.#slotOf.has(id);
  }

  /** Enters something, or replaces what it is found by. The first text of the first label decides the order of those who match alike. */
  put(id: Id, labels: readonly Label[]): void {
    this.remove(id);
    this.#answers.clear();
    const slot = this.#free.pop() ?? this.#ids.length;
    this.#ids[slot] = id;
    this.#slotOf.set(id, slot);
    const numbers: number[] = [];
    for (const label of labels) {
      const known = label.kind === "name" ? undefined : this.#labels.numberOf(label);
      if (known === undefined || !numbers.includes(known)) numbers.push(this.#labels.give(label, slot));
    }
    this.#slotLabels.set(slot, numbers);
    if (slot >= this.#sortKeys.length) {
      const more = new Float64Array(slot * 2);
      more.set(this.#sortKeys);
      this.#sortKeys = more;
    }
    this.#sortKeys[slot] = sortKey(this.#sortText(slot));
  }

  /** Takes something out; false when it was not there. */
  remove(id: Id): boolean {
    const slot = this.#slotOf.get(id);
    if (slot === undefined) return false;
    this.#answers.clear();
    for (const label of this.#slotLabels.get(slot)) this.#labels.take(label, slot);
    this.#slotLabels.set(slot, []);
    this.#ids[slot] = undefined;
    this.#slotOf.delete(id);
    this.#free.push(slot);
    return true;
  }

  /** The best matches, best first; those who match alike by their first text, then by id. Nothing for a query without letters or digits. */
  search(typed: string, how: LabelSearch<Id>): readonly Found<Id>[] {
    const words = wordsOf(typed);
    if (how.limit < 1 || words.length === 0) return [];
    // NOTE Whoever is looked for, the first letters are those of very many: their answers are remembered until something changes.
    const near = how.near === undefined ? undefined : this.#labels.numberOf(how.near);
    const key = how.accept === undefined ? `${how.limit} ${near ?? ""} ${words.join(" ")}` : undefined;
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (known !== undefined) return known;
    const found = this.#search(words, how);
    if (this.#answers.size >= MAX_ANSWERS) this.#answers.clear();
    if (key !== undefined) this.#answers.set(key, found);
    return found;
  }

  #search(words: readonly string[], how: LabelSearch<Id>): readonly Found<Id>[] {
    const { accept } = how;
    const readings = readingsOf(words, (word) => this.#labels.has(word));
    const best = new Best({
      limit: how.limit,
      keys: this.#sortKeys,
      textOf: (slot) => this.#sortText(slot),
      idOf: (slot) => this.#ids[slot] ?? "",
      accept: (slot) => {
        const id = this.#ids[slot];
        return id !== undefined && accept?.(id) !== false;
      },
    });
    this.#makeRoom();
    this.#markNear(how.near, 1);
    for (const reading of readings) {
      const [only] = reading;
      if (reading.length === 1 && only !== undefined) this.#readWord(only, best);
      else this.#read(reading, best);
    }
    this.#markNear(how.near, 0);
    return best.slots.flatMap((slot, place) => {
      const id = this.#ids[slot];
      return id === undefined ? [] : [{ id, score: best.scoreAt(place) }];
    });
  }

  #markNear(near: Label | undefined, mark: 0 | 1): void {
    const label = near === undefined ? undefined : this.#labels.numberOf(near);
    if (label === undefined) return;
    const owners = this.#labels.owners(label);
    for (const slot of typeof owners === "number" ? [owners] : owners) this.#isNear[slot] = mark;
  }

  /** Offers everybody who has a word: the same as `#read`, for the beginnings of names that very many have. */
  #readWord(word: string, best: Best): void {
    const values = this.#values[0] ?? new Uint8Array();
    const labels = this.#labels.mark(word, values);
    const slots: number[] = [];
    for (const label of labels) {
      const value = values[label] ?? 0;
      values[label] = 0;
      const owners = this.#labels.owners(label);
      if (typeof owners === "number") this.#raise(owners, value, slots);
      else for (const slot of owners) this.#raise(slot, value, slots);
    }
    for (const slot of slots) {
      const value = this.#most[slot] ?? 0;
      this.#most[slot] = 0;
      this.#seen[slot] = this.#searches;
      const tier = value >= exactValue.whole ? 3 : value >= exactValue.word ? 2 : 1;
      const score = scoreOf(tier, this.#isNear[slot] === 1, value);
      if (score >= best.least) best.offer(slot, score);
    }
  }

  #raise(slot: number, value: number, slots: number[]): void {
    if (this.#seen[slot] === this.#searches) return;
    const before = this.#most[slot] ?? 0;
    if (before === 0) slots.push(slot);
    if (value > before) this.#most[slot] = value;
  }

  /** Offers everybody who has all words of one reading. */
  #read(words: readonly string[], best: Best): void {
    if (!words.every((word) => this.#labels.hasPrefix(word))) return;
    const marked: (readonly number[])[] = [];
    let rarest = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [at, word] of words.entries()) {
      const labels = this.#labels.mark(word, this.#values[at] ?? new Uint8Array());
      marked.push(labels);
      const population = this.#labels.population(labels);
      if (population < fewest) [rarest, fewest] = [at, population];
    }
    if (fewest > 0) {
      const labels = marked[rarest] ?? [];
      this.#considerAll(labels, { best, words, whole: new Set(this.#wholeOf(labels, words)) });
    }
    for (const [at, labels] of marked.entries()) {
      const values = this.#values[at];
      if (values !== undefined) for (const label of labels) values[label] = 0;
    }
  }

  #considerAll(labels: readonly number[], reading: Reading): void {
    for (const label of labels) {
      const owners = this.#labels.owners(label);
      if (typeof owners === "number") this.#consider(owners, reading);
      else for (const slot of owners) this.#consider(slot, reading);
    }
  }

  #consider(slot: number, reading: Reading): void {
    if (this.#seen[slot] === this.#searches) return;
    const { words, best, whole } = reading;
    let value = 0;
    let lowest = 255;
    for (let at = 0; at < words.length; at += 1) {
      const values = this.#values[at];
      const most = values === undefined ? 0 : this.#slotLabels.most(slot, values);
      if (most === 0) return;
      value += most;
      if (most < lowest) lowest = most;
    }
    // Should another reading find them too: the first one counts.
    this.#seen[slot] = this.#searches;
    const isExact = lowest >= exactValue.word;
    const isWhole = isExact && whole.size > 0 && this.#slotLabels.get(slot).some((label) => whole.has(label));
    const score = scoreOf(isWhole ? 3 : isExact ? 2 : 1, this.#isNear[slot] === 1, value);
    if (score >= best.least) best.offer(slot, score);
  }

  /** Of some labels those that have every word as it is, in a text with nothing else. */
  #wholeOf(labels: readonly number[], words: readonly string[]): readonly number[] {
    const letters = words.join("").length;
    return labels.filter(
      (label) =>
        words.every((_, at) => (this.#values[at]?.[label] ?? 0) >= exactValue.word) &&
        this.#labels.isAll(label, words, letters),
    );
  }

  #sortText(slot: number): string {
    return this.#labels.firstText(this.#slotLabels.first(slot));
  }

  #makeRoom(): void {
    this.#searches = this.#searches >= 0xffffffff ? 1 : this.#searches + 1;
    if (this.#searches === 1) this.#seen.fill(0);
    if (this.#seen.length < this.#ids.length) {
      const slots = this.#ids.length * 2;
      this.#seen = new Uint32Array(slots);
      this.#isNear = new Uint8Array(slots);
      this.#most = new Uint8Array(slots);
    }
    if ((this.#values[0]?.length ?? 0) >= this.#labels.size) return;
    const room = this.#labels.size * 2;
    this.#values = this.#values.map(() => new Uint8Array(room));
  }
}
