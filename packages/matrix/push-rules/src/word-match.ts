/** A character of a word; everything else is a boundary (client-server API, "Push rules": letters and digits of ASCII, and `_`). */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f
  );
}

/** Texts are compared without regard to case. */
export function foldCase(text: string): string {
  return text.toLowerCase();
}

/** Whether a word may begin at a place: at the start, or after what is no part of a word. */
export function mayBegin(text: string, at: number): boolean {
  return at === 0 || !isWordCode(text.charCodeAt(at - 1));
}

/** Whether a word may end before a place. */
export function mayEnd(text: string, at: number): boolean {
  return at === text.length || !isWordCode(text.charCodeAt(at));
}

/** The end of the run of word characters that begins at a place, or of the one other character there. */
export function endOfToken(text: string, at: number): number {
  let end = at;
  while (end < text.length && isWordCode(text.charCodeAt(end))) end += 1;
  return end === at ? at + 1 : end;
}

/** Whether a text holds a phrase between word boundaries. Both are folded already. */
export function hasPhrase(text: string, phrase: string): boolean {
  if (phrase === "") return false;
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    if (mayBegin(text, at) && mayEnd(text, at + phrase.length)) return true;
  }
  return false;
}

/** Whether a pattern is more than a literal: `*` stands for anything, `?` for one character. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** The most of a text that a pattern with `*` or `?` is looked for in: what it costs grows with both. */
const MAX_GLOB_TEXT = 8192;

/** Whether a whole text matches a pattern, without regard to case. */
export function matchesWhole(text: string, pattern: string): boolean {
  const [folded, glob] = [foldCase(text), foldCase(pattern)];
  return isGlob(glob) ? runs(folded, glob, "whole") : folded === glob;
}

/** Whether some part of a text between word boundaries matches a pattern, without regard to case. */
export function matchesWords(text: string, pattern: string): boolean {
  const [folded, glob] = [foldCase(text), foldCase(pattern)];
  return isGlob(glob) ? runs(folded.slice(0, MAX_GLOB_TEXT), glob, "words") : hasPhrase(folded, glob);
}

/** Runs all ways through a pattern at once, so that no pattern takes longer than its length times the text's. */
function runs(text: string, pattern: string, mode: "whole" | "words"): boolean {
  const end = pattern.length;
  let states = new Uint8Array(end + 1);
  const begin = (into: Uint8Array, at: number): void => {
    for (let state = at; ; state += 1) {
      into[state] = 1;
      if (pattern.charCodeAt(state) !== STAR) return;
    }
  };
  for (let at = 0; ; at += 1) {
    if (mode === "words" ? mayBegin(text, at) : at === 0) begin(states, 0);
    const isOver = at === text.length;
    if (states[end] === 1 && (mode === "words" ? mayEnd(text, at) : isOver)) return true;
    if (isOver) return false;
    const next = new Uint8Array(end + 1);
    const code = text.charCodeAt(at);
    for (let state = 0; state < end; state += 1) {
      if (states[state] !== 1) continue;
      const wanted = pattern.charCodeAt(state);
      if (wanted === STAR) begin(next, state);
      else if (wanted === QUESTION || wanted === code) begin(next, state + 1);
    }
    states = next;
  }
}

const STAR = 0x2a;
const QUESTION = 0x3f;
