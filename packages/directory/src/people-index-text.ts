import { partsOf } from "@causeway/base";

/** What a label says of somebody: how much a match in it counts. */
export type LabelKind = "name" | "post" | "unit";

/** How a token stands in its text. */
export const Form = {
  /** It begins in the middle of a run of Chinese characters. */
  inner: 0,
  /** A word or a whole run, one of several. */
  word: 1,
  /** All of the text. */
  whole: 2,
} as const;
/** One of `Form`. */
export type FormNumber = (typeof Form)[keyof typeof Form];

/** A piece of a text, by the beginning of which the text is found. */
export interface Token {
  readonly token: string;
  readonly form: FormNumber;
}

/** What an index needs to know of the texts of one label. */
export interface TokenizedTexts {
  /** Each once. */
  readonly tokens: readonly Token[];
  /** For each text, how many letters, digits and Chinese characters it has. */
  readonly lengths: readonly number[];
}

/** Tokens and words of queries are no longer than this, in UTF-16 units. */
export const MAX_TOKEN = 40;

/** A word or run, cut to the length of a token. */
export function cut(text: string): string {
  // NOTE Without the flag `u`: half of a surrogate pair is to be seen as one.
  return text.length <= MAX_TOKEN ? text : text.slice(0, MAX_TOKEN).replace(/[\uD800-\uDBFF]$/, "");
}

/** The pieces by which texts are found: of Chinese every ending of every run, so that what a query asks for is the beginning of one; of other scripts the words. */
export function tokenize(texts: readonly string[]): TokenizedTexts {
  const forms = new Map<string, FormNumber>();
  const lengths = texts.map((text) => {
    let length = 0;
    const parts = partsOf(text);
    for (const part of parts) {
      const whole = cut(part.text);
      length += whole.length;
      if (parts.length === 1) forms.set(whole, Form.whole);
      else if (forms.get(whole) !== Form.whole) forms.set(whole, Form.word);
      if (part.run) for (const ending of endings(whole)) if (!forms.has(ending)) forms.set(ending, Form.inner);
    }
    return length;
  });
  return { tokens: [...forms].map(([token, form]) => ({ token, form })), lengths };
}

/** Whether one of some texts has each of these different words once, in any order, and nothing else. */
export function isAnyMadeOf(texts: readonly string[], words: readonly string[]): boolean {
  const wanted = words.toSorted().join(" ");
  return texts.some((text) => {
    const parts = partsOf(text).map((part) => cut(part.text));
    return parts.toSorted().join(" ") === wanted;
  });
}

function endings(run: string): readonly string[] {
  const characters = [...run];
  return characters.slice(1).map((_, at) => characters.slice(at + 1).join(""));
}

const WEIGHTS: Readonly<Record<LabelKind, number>> = { name: 16, post: 9, unit: 5 };

/** What the value of a word that is matched as it is is at least, and of one that is all of a text. */
export const exactValue = { word: 100, whole: 150 } as const;

/** What a match is worth, below 256: whole texts more than words, words more than beginnings, beginnings more than what stands inside; names before posts before units. */
export function valueOf(kind: LabelKind, form: FormNumber, isExact: boolean): number {
  const weight = WEIGHTS[kind];
  if (form === Form.inner) return weight;
  if (!isExact) return 2 * weight;
  return 3 * weight + (form === Form.whole ? exactValue.whole : exactValue.word);
}

/** Puts what counts into one number: all of a text before whole words before beginnings, then one's own department, then where it matched. */
export function scoreOf(tier: 1 | 2 | 3, isNear: boolean, value: number): number {
  return tier * 20_000 + (isNear ? 10_000 : 0) + value;
}
