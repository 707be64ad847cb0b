import { Form, isAnyMadeOf, tokenize, valueOf, type FormNumber, type LabelKind } from "./people-index-text.ts";
import { SortedTokens, type Postings } from "./people-index-tokens.ts";

/** One thing said in several ways: a name in both scripts, a department's code and names. */
export interface Label {
  readonly kind: LabelKind;
  /** Empty ones are as good as none. */
  readonly texts: readonly string[];
}

const LENGTHS = 1024;
/** So many lengths go into one number. */
const MAX_LENGTHS = 5;
const KINDS: readonly LabelKind[] = ["name", "post", "unit"];

/** Labels with the slots of those who have them. Names are everybody's own; posts and units are kept once however many have them. */
export class Labels {
  #shared = new Map<string, number>();
  #texts: (string | undefined)[] = [];
  #kinds: number[] = [];
  /** The lengths of the first texts, one after the other in one number. */
  #lengths: number[] = [];
  #owners: (number | number[])[] = [];
  #free: number[] = [];
  #tokens = new SortedTokens();

  /** Every label's number is smaller than this. */
  get size(): number {
    return this.#texts.length;
  }

  /** The number of a label that is shared, when anybody has it. */
  numberOf(label: Label): number | undefined {
    return this.#shared.get(keyOf(label));
  }

  /** The first of a label's texts. */
  firstText(number: number): string {
    const text = this.#texts[number] ?? "";
    const end = text.indexOf("\n");
    return end < 0 ? text : text.slice(0, end);
  }

  /** Whether one of a label's texts is made of these words, which have so many letters, and of nothing else. */
  isAll(number: number, words: readonly string[], letters: number): boolean {
    let lengths = this.#lengths[number] ?? 0;
    while (lengths > 0) {
      if (lengths % LENGTHS === letters) return isAnyMadeOf(this.#textsOf(number), words);
      lengths = Math.floor(lengths / LENGTHS);
    }
    return false;
  }

  /** The slot or slots of those who have a label. */
  owners(number: number): number | readonly number[] {
    return this.#owners[number] ?? [];
  }

  /** Gives a label to a slot, and answers the label's number. */
  give(label: Label, slot: number): number {
    const known = label.kind === "name" ? undefined : this.numberOf(label);
    if (known === undefined) return this.#make(label, slot);
    const owners = this.#owners[known];
    if (typeof owners === "object") owners.push(slot);
    else this.#owners[known] = owners === undefined ? slot : [owners, slot];
    return known;
  }

  /** Takes a label from a slot; one that nobody has is forgotten. */
  take(number: number, slot: number): void {
    const owners = this.#owners[number];
    if (typeof owners === "object") {
      const at = owners.indexOf(slot);
      const last = at < 0 ? undefined : owners.pop();
      if (last !== undefined && at < owners.length) owners[at] = last;
      if (owners.length > 0) return;
    }
    this.#forget(number);
  }

  /** Whether a word stands in any label as it is. */
  has(word: string): boolean {
    return this.#tokens.has(word);
  }

  /** Whether a word begins, or is, a word of any label. */
  hasPrefix(word: string): boolean {
    return this.#tokens.hasPrefix(word);
  }

  /** Notes for each label that has a token beginning with a word what the best such match is worth; answers the labels whose value was 0. */
  mark(word: string, values: Uint8Array): readonly number[] {
    const { exact, longer } = this.#tokens.find(word);
    const touched: number[] = [];
    if (exact !== undefined) markOne(exact, { values, touched, isExact: 1 });
    for (const postings of longer) markOne(postings, { values, touched, isExact: 0 });
    return touched;
  }

  /** How many have one of some labels; somebody with two of them counts twice. */
  population(labels: readonly number[]): number {
    let count = 0;
    for (const label of labels) {
      const owners = this.#owners[label];
      count += typeof owners === "object" ? owners.length : 1;
    }
    return count;
  }

  #make(label: Label, slot: number): number {
    const number = this.#free.pop() ?? this.#texts.length;
    const kind = KINDS.indexOf(label.kind);
    if (label.kind !== "name") this.#shared.set(keyOf(label), number);
    this.#texts[number] = label.texts.join("\n");
    this.#kinds[number] = kind;
    this.#owners[number] = slot;
    const { tokens, lengths } = tokenize(label.texts);
    this.#lengths[number] = lengths
      .slice(0, MAX_LENGTHS)
      .reduce((all, length) => all * LENGTHS + Math.min(length, LENGTHS - 1), 0);
    for (const { token, form } of tokens) this.#tokens.add(token, postingOf(number, kind, form));
    return number;
  }

  #forget(number: number): void {
    const text = this.#texts[number];
    const kind = this.#kinds[number] ?? 0;
    if (text === undefined) return;
    const texts = this.#textsOf(number);
    for (const { token, form } of tokenize(texts).tokens) this.#tokens.remove(token, postingOf(number, kind, form));
    this.#shared.delete(keyOf({ kind: KINDS[kind] ?? "name", texts }));
    this.#texts[number] = undefined;
    this.#owners[number] = [];
    this.#free.push(number);
  }

  #textsOf(number: number): readonly string[] {
    return (this.#texts[number] ?? "").split("\n");
  }
}

function keyOf({ kind, texts }: Label): string {
  return [kind, ...texts].join("\n");
}

/** A label's number with its kind and the form of one of its tokens, in one small integer. */
function postingOf(number: number, kind: number, form: FormNumber): number {
  return number * 16 + kind * 4 + form;
}

function markOne(
  postings: Postings,
  to: { readonly values: Uint8Array; readonly touched: number[]; readonly isExact: 0 | 1 },
): void {
  const { values, touched, isExact } = to;
  const list = typeof postings === "number" ? [postings] : postings;
  for (const posting of list) {
    const label = posting >> 4;
    const value = VALUES[(posting & 15) * 2 + isExact] ?? 0;
    const before = values[label] ?? 0;
    if (before === 0) touched.push(label);
    if (value > before) values[label] = value;
  }
}

/** What a match is worth, by the lower bits of a posting and whether it is exact. */
const VALUES = Uint8Array.from(
  KINDS.flatMap((kind) =>
    [Form.inner, Form.word, Form.whole, Form.whole].flatMap((form) =>
      [false, true].map((isExact) => valueOf(kind, form, isExact)),
    ),
  ),
);
