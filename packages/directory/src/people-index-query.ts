import { partsOf } from "@causeway/base";
import { cut, MAX_TOKEN } from "./people-index-text.ts";

/** Nobody types more words than this to find somebody; the rest is not looked at. */
export const MAX_WORDS = 8;
const MAX_TYPED = 200;
/** In how many ways words written together are taken apart. */
const MAX_SPLITS = 6;
const LEAST_PIECE = 2;

/** The words that somebody typed, each once. Of a Matrix user id only the part before the server is looked at. */
export function wordsOf(typed: string): readonly string[] {
  const text = /^\s*@/.test(typed) ? typed.slice(0, `${typed}:`.indexOf(":")) : typed;
  const words = partsOf(text.slice(0, MAX_TYPED)).map((part) => cut(part.text));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

/**
 * The ways to read what was typed: as it stands, and all of it written together and taken apart where words end that are known, so
 * that `chantaiman` is `chan tai man` and `chan tai man` also is `chan taiman`. Of a taken apart text the last word may be unfinished.
 */
export function readingsOf(
  words: readonly string[],
  isKnown: (word: string) => boolean,
): readonly (readonly string[])[] {
  const together = words.join("");
  if (words.length === 0) return [];
  if (together.length > MAX_TOKEN || /[^\p{ASCII}]/u.test(together)) return [words];
  const asTyped = words.join(" ");
  const found: (readonly string[])[] = [words];
  const take = (before: readonly string[], rest: string): void => {
    if (found.length > MAX_SPLITS || before.length >= MAX_WORDS) return;
    if (rest !== "" && [...before, rest].join(" ") !== asTyped && before.length > 0) found.push([...before, rest]);
    for (let end = rest.length - 1; end >= LEAST_PIECE; end -= 1) {
      const piece = rest.slice(0, end);
      if (isKnown(piece)) take([...before, piece], rest.slice(end));
    }
  };
  take([], together);
  return found;
}
