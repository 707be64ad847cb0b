/** The best of the slots that were offered: by score, then by their sort texts, then by their ids. */
export class Best {
  readonly slots: number[] = [];
  /** A score below this one is not among the best. */
  least = 0;
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
    if (slots.length > this.#limit) {
      slots.pop();
      this.#scores.pop();
    }
    if (slots.length === this.#limit) this.least = this.#scores.at(-1) ?? 0;
  }

  #isBefore(slot: number, score: number, place: number): boolean {
    const other = this.#scores[place] ?? 0;
    if (score !== other) return score > other;
    const otherSlot = this.slots[place] ?? 0;
    const key = this.#keys[slot] ?? 0;
    const otherKey = this.#keys[otherSlot] ?? 0;
    if (key !== otherKey) return key < otherKey;
    const text = this.#textOf(slot).toLowerCase();
    const otherText = this.#textOf(otherSlot).toLowerCase();
    return text === otherText ? this.#idOf(slot) < this.#idOf(otherSlot) : text < otherText;
  }
}

const KEY_LENGTH = 9;
const KEY_BASE = 44;

/** The place of a character among those that names are made of: space, hyphen, digits, letters; odd ones share places between them. */
function placeOf(code: number): { readonly place: number; readonly isShared: boolean } {
  if (code >= 97 && code <= 122) return { place: 17 + code - 97, isShared: false };
  if (code >= 48 && code <= 57) return { place: 6 + code - 48, isShared: false };
  if (code === 32) return { place: 2, isShared: false };
  if (code === 45) return { place: 4, isShared: false };
  return { place: code < 32 ? 1 : code < 45 ? 3 : code < 48 ? 5 : code < 97 ? 16 : 43, isShared: true };
}

/** The beginning of a text as a number that never contradicts the order of texts in lower case. */
export function sortKey(text: string): number {
  const lower = text.toLowerCase();
  let key = 0;
  let isOver = false;
  for (let at = 0; at < KEY_LENGTH; at += 1) {
    key *= KEY_BASE;
    if (isOver || at >= lower.length) continue;
    const { place, isShared } = placeOf(lower.charCodeAt(at));
    key += place;
    // What comes after a place that several share says nothing about the order.
    isOver = isShared;
  }
  return key;
}
