import { fold } from "./fold.ts";
import { partsOf, type TextPart } from "./grams.ts";

const MAX_HIGHLIGHTS = 50;

/**
 * The pieces of a text that a query matched, in lower case but otherwise as they stand there (a query in simplified characters matches
 * traditional ones), each once: for words the whole word, for Chinese what was asked for.
 */
export function highlightsOf(text: string, query: string): readonly string[] {
  const wanted = partsOf(query);
  const words = wanted.filter((part) => !part.run);
  const runs = wanted.filter((part) => part.run);
  const found = new Set<string>();
  if (words.length > 0) {
    for (const word of text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []) {
      if (found.size >= MAX_HIGHLIGHTS) break;
      for (const piece of piecesOf(word, words)) found.add(piece.toLowerCase());
    }
  }
  if (runs.length > 0) {
    const { folded, starts } = foldEach(text);
    for (const run of runs) for (const piece of placesOf(run.text, { text, folded, starts })) found.add(piece);
  }
  return [...found];
}

/** The words within a stretch of letters that the query asks for: a stretch may hold Chinese beside Latin letters. */
function piecesOf(stretch: string, words: readonly TextPart[]): readonly string[] {
  return (stretch.match(/(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}])+/gu) ?? []).filter((piece) => {
    const folded = fold(piece);
    return words.some((word) => folded.startsWith(word.text));
  });
}

interface Folded {
  readonly text: string;
  readonly folded: string;
  /** For each unit of `folded` where in the text it came from. */
  readonly starts: readonly number[];
}

function foldEach(text: string): Omit<Folded, "text"> {
  const starts: number[] = [];
  let folded = "";
  let at = 0;
  for (const character of text) {
    const one = fold(character);
    for (let unit = 0; unit < one.length; unit += 1) starts.push(at);
    folded += one;
    at += character.length;
  }
  starts.push(at);
  return { folded, starts };
}

function placesOf(run: string, { text, folded, starts }: Folded): readonly string[] {
  const pieces = new Set<string>();
  for (let at = folded.indexOf(run); at >= 0 && pieces.size < MAX_HIGHLIGHTS; at = folded.indexOf(run, at + run.length))
    pieces.add(text.slice(starts[at], starts[at + run.length]));
  return [...pieces];
}
