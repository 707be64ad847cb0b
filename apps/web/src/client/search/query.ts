import { fold, matchesQuery, partsOf } from "@causeway/base";
import type { Entry } from "./entry.ts";

/** What is looked for. */
export interface MessageQuery {
  readonly text: string;
  /** The id of a room; undefined: everywhere. */
  readonly roomId?: string;
  /** The id of whoever said it. */
  readonly from?: string;
  /** Not before this moment. */
  readonly after?: number;
  /** Before this moment. */
  readonly before?: number;
  readonly hasFile?: boolean;
}

/** Whether there is anything to look for. */
export function hasWords(query: MessageQuery): boolean {
  return partsOf(query.text).length > 0;
}

/** Whether something that was said then by that person is wanted, whatever its words. */
export function fits(query: MessageQuery, said: Pick<Entry, "sender" | "at" | "hasFile">): boolean {
  return (
    (query.from === undefined || query.from === said.sender) &&
    (query.after === undefined || said.at >= query.after) &&
    (query.before === undefined || said.at < query.before) &&
    (query.hasFile !== true || said.hasFile)
  );
}

/** A test of texts for one query: each run of Chinese as it stands, each word as the beginning of one, folded alike. */
export function wordsOf(query: string): (text: string, folded: string) => boolean {
  const parts = partsOf(query).map((part) => part.text);
  // Most texts have not even the letters: those are told without taking them apart.
  return (text, folded) => parts.every((part) => folded.includes(part)) && matchesQuery(text, query);
}

/** A piece of a text, as it is shown in a list of what was found. */
export interface Snippet {
  readonly text: string;
  readonly isHit: boolean;
}

const BEFORE = 40;
const LONGEST = 200;

/** The part of a text around what was looked for, with the hits marked. Folding may change lengths, so each character is folded alone. */
export function snippetOf(text: string, query: string): readonly Snippet[] {
  const characters = [...text.replaceAll(/\s+/g, " ")];
  const folded = characters.map((character) => fold(character));
  const offsets: number[] = [];
  let length = 0;
  for (const one of folded) {
    offsets.push(length);
    length += one.length;
  }
  const whole = folded.join("");
  const isHit = characters.map(() => false);
  for (const { text: part } of partsOf(query)) {
    for (let from = whole.indexOf(part); from >= 0; from = whole.indexOf(part, from + part.length)) {
      for (const [at, offset] of offsets.entries())
        if (offset >= from && offset < from + part.length && (folded[at] ?? "") !== "") isHit[at] = true;
    }
  }
  const first = Math.max(0, isHit.indexOf(true));
  const begin = first > BEFORE + 10 ? first - BEFORE : 0;
  const end = Math.min(characters.length, begin + LONGEST);
  const pieces: { text: string; isHit: boolean }[] = begin > 0 ? [{ text: "…", isHit: false }] : [];
  for (let at = begin; at < end; at += 1) {
    const last = pieces.at(-1);
    const hit = isHit[at] ?? false;
    if (last?.isHit === hit) last.text += characters[at] ?? "";
    else pieces.push({ text: characters[at] ?? "", isHit: hit });
  }
  if (end < characters.length) pieces.push({ text: "…", isHit: false });
  return pieces;
}
