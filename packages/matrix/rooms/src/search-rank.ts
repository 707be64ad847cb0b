import { partsOf, type TextPart } from "@causeway/base";

/** So many occurrences of a word say all that occurrences can say. */
const ENOUGH = 3;
/** A text of so many words is half as good as a very short one. */
const LONG = 60;

/** Tells how well texts match a query. */
export class Ranking {
  #wanted: readonly TextPart[];

  constructor(query: string) {
    this.#wanted = partsOf(query);
  }

  /** Above 0 and up to 1, whole words above beginnings, many above one, short texts above long; 0 when a word or run of the query is missing. */
  of(text: string): number {
    const parts = partsOf(text);
    let sum = 0;
    for (const wanted of this.#wanted) {
      const hits = parts.reduce((all, part) => all + hitOf(part, wanted), 0);
      if (hits === 0) return 0;
      sum += Math.min(hits, ENOUGH) / ENOUGH;
    }
    if (this.#wanted.length === 0) return 0;
    const rank = sum / this.#wanted.length / (1 + parts.length / LONG);
    // Rounded, so that it is the same number when it comes back in a token.
    return Math.max(0.0001, Math.round(rank * 10_000) / 10_000);
  }
}

function hitOf(part: TextPart, wanted: TextPart): number {
  if (part.run !== wanted.run) return 0;
  if (part.text === wanted.text) return 1;
  if (part.run) return part.text.split(wanted.text).length - 1;
  return part.text.startsWith(wanted.text) ? 0.5 : 0;
}
