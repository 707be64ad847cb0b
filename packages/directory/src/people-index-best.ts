/** The best of the slots that were offered: by score, then by their sort texts, then by their ids. */
export class Best {
  readonly slots: number[] = [];
  #scores: number[] = [];
  #limit: number;
  #keys: Float64Array;
  #textOf: (slot: number) => string;
  #idOf: (slot: number) => string;
  #accept: (slot: number) => boolean;

  constructor(how: {
    readonly limit: number;
    /** For each slot the number that `sortKey` made of its sort text. */
    readonly keys: Float64Array;
    readonly textOf: (slot: number) => string;
    readonly idOf: (slot: number) => string;
    readonly accept: (slot: number) => boolean;
  }) {
    this.#limit = how.limit;
    this.#keys = how.keys;
    this.#textOf = how.textOf;
    this.#idOf = how.idOf;
    this.#accept = how.accept;
  }

  /** The score of the slot at a place. */
  scoreAt(place: number): number {
    return this.#scores[place] ?? 0;
  }

  /** A score below this one is not among the best. */
  least(): number {
    return this.slots.length < this.#limit ? 0 : (this.#scores.at(-1) ?? 0);
  }

  /** Takes a slot in if it is among the best and acceptable. */
  offer(slot: number, score: number): void {
    const { slots } = this;
    const isFull = slots.length >= this.#limit;
    if (isFull && !this.#isBefore(slot, score, slots.length - 1)) return;
    if (!this.#accept(slot)) return;
    let place = slots.length;
    while (place > 0 && this.#isBefore(slot, score, place - 1)) place -= 1;
    slots.splice(place, 0, slot);
    this.#scores.splice(place, 0, score);
    if (slots.length <= this.#limit) return;
    slots.pop();
    this.#scores.pop();
  }

  #isBefore(slot: number, score: number, place: number): boolean {
    const other = this.#scores[place] ?? 0;
    if (score !== other) return score > other;
    const otherSlot = this.slots[place] ?? 0;
    const key = this.#keys[slot] ?? 0;
    const otherKey = this.#keys[otherSlot] ?? 0;
    if (key !== otherKey) return key < otherKey;
    const text = this.#textOf(slot);
    const otherText = this.#textOf(otherSlot);
    return text === otherText ? this.#idOf(slot) < this.#idOf(otherSlot) : text < otherText;
  }
}

/** The beginning of a text as a number that never contradicts the order of texts: six characters, or fewer up to one beyond Latin-1. */
export function sortKey(text: string): number {
  let key = 0;
  let isOver = false;
  for (let at = 0; at < 6; at += 1) {
    const code: number = isOver || at >= text.length ? 0 : Math.min(255, text.charCodeAt(at));
    isOver ||= code === 255;
    key = key * 256 + code;
  }
  return key;
}
