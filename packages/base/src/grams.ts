import { fold } from "./fold.ts";

/** Scripts that are written without spaces, or whose words take endings without one: found by characters, not by words. */
const PARTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u30FC]+|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u30FC])[\p{L}\p{N}\p{M}])+/gu;
const IS_RUN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\u30FC]/u;
const MAX_WORD = 64;

/** A gram that a text must have; `prefix` when a longer word beginning with it does as well. */
export interface QueryGram {
  readonly gram: string;
  readonly prefix: boolean;
}

/**
 * The grams to index a text by: for a run of Chinese, Japanese or Korean characters each one and each two together, for other
 * scripts the whole words. Folded, each once, made of letters and digits only, so that an index may keep them separated by spaces
 * (SQLite FTS5 with `tokenize='ascii'`, PostgreSQL with `array_to_tsvector`).
 */
export function grams(text: string): readonly string[] {
  const found = new Set<string>();
  for (const part of partsOf(text)) {
    if (!part.run) {
      found.add(part.text);
      continue;
    }
    const characters = [...part.text];
    for (const [at, character] of characters.entries()) {
      found.add(character);
      const next = characters[at + 1];
      if (next !== undefined) found.add(character + next);
    }
  }
  return [...found];
}

/**
 * The grams that a text must have to match a query: all of them. A single character asks for itself, a longer run for every two
 * neighbours, a word for the words that begin with it. An index answers with candidates: three or more characters may stand apart
 * in one, so `matchesQuery` has the last word. Empty when the query holds nothing to look for.
 */
export function queryGrams(query: string): readonly QueryGram[] {
  const wanted = new Map<string, QueryGram>();
  for (const part of partsOf(query)) {
    const characters = part.run ? [...part.text] : [];
    if (characters.length < 2) wanted.set(part.text, { gram: part.text, prefix: !part.run });
    for (let at = 0; at + 1 < characters.length; at += 1) {
      const gram = (characters[at] ?? "") + (characters[at + 1] ?? "");
      wanted.set(gram, { gram, prefix: false });
    }
  }
  return [...wanted.values()];
}

/** Whether a text holds every run of the query as it stands and, for each of its words, a word that begins with it. */
export function matchesQuery(text: string, query: string): boolean {
  const parts = partsOf(text);
  const wanted = partsOf(query);
  return (
    wanted.length > 0 &&
    wanted.every((one) =>
      parts.some(
        (part) => part.run === one.run && (one.run ? part.text.includes(one.text) : part.text.startsWith(one.text)),
      ),
    )
  );
}

/** The grams of a query as an expression for FTS5's MATCH, or undefined when there is nothing to look for. */
export function fts5Query(query: string): string | undefined {
  const wanted = queryGrams(query).map(({ gram, prefix }) => (prefix ? `"${gram}"*` : `"${gram}"`));
  return wanted.length === 0 ? undefined : wanted.join(" AND ");
}

/** The grams of a query as the text of a PostgreSQL `tsquery` (to be cast, not parsed by a dictionary), or undefined. */
export function tsQuery(query: string): string | undefined {
  const wanted = queryGrams(query).map(({ gram, prefix }) => (prefix ? `'${gram}':*` : `'${gram}'`));
  return wanted.length === 0 ? undefined : wanted.join(" & ");
}

/** A piece of a text that is searched as one: a word, or a run of characters of a script that is written without spaces. */
export interface TextPart {
  /** Folded. */
  readonly text: string;
  readonly run: boolean;
}

/** Words of ASCII alone, which most Latin text is: no look at what script each letter is of. */
const ASCII_WORDS = /[0-9a-z]+/g;
const BEYOND_ASCII = /[^\p{ASCII}]/u;

/** The words and runs of a text, folded, in their order; a word is cut after 64 characters. */
export function partsOf(text: string): readonly TextPart[] {
  const folded = fold(text);
  if (!BEYOND_ASCII.test(folded))
    return (folded.match(ASCII_WORDS) ?? []).map((word) => ({ text: word.slice(0, MAX_WORD), run: false }));
  return (folded.match(PARTS) ?? []).map((part) =>
    IS_RUN.test(part) ? { text: part, run: true } : { text: cut(part), run: false },
  );
}

function cut(word: string): string {
  return word.length <= MAX_WORD ? word : [...word.slice(0, 2 * MAX_WORD)].slice(0, MAX_WORD).join("");
}
