import { endOfToken, foldCase, mayBegin, mayEnd } from "./word-match.ts";

/**
 * Finds whose phrases a text holds between word boundaries. What it takes follows the length of the text, not how many phrases
 * there are: each is filed under its first word, or its first character where that is of no word.
 */
export class WordIndex<Owner> {
  #byToken = new Map<string, Map<string, Set<Owner>>>();
  #phrases = new Map<Owner, readonly string[]>();

  /** Files the phrases of somebody, instead of those that they had. */
  set(owner: Owner, phrases: Iterable<string>): void {
    this.delete(owner);
    const folded = [...new Set([...phrases].map(foldCase))].filter((phrase) => phrase !== "");
    if (folded.length === 0) return;
    this.#phrases.set(owner, folded);
    for (const phrase of folded) {
      const token = phrase.slice(0, endOfToken(phrase, 0));
      const known = this.#byToken.get(token) ?? new Map<string, Set<Owner>>();
      this.#byToken.set(token, known);
      const owners = known.get(phrase);
      if (owners === undefined) known.set(phrase, new Set([owner]));
      else owners.add(owner);
    }
  }

  /** Forgets the phrases of somebody. */
  delete(owner: Owner): void {
    for (const phrase of this.#phrases.get(owner) ?? []) {
      const token = phrase.slice(0, endOfToken(phrase, 0));
      const known = this.#byToken.get(token);
      const owners = known?.get(phrase);
      owners?.delete(owner);
      if (owners?.size === 0) known?.delete(phrase);
      if (known?.size === 0) this.#byToken.delete(token);
    }
    this.#phrases.delete(owner);
  }

  /** Everybody one of whose phrases a text holds. */
  find(text: string): ReadonlySet<Owner> {
    const found = new Set<Owner>();
    if (this.#byToken.size === 0) return found;
    const folded = foldCase(text);
    for (let at = 0; at < folded.length; at = endOfToken(folded, at)) {
      if (!mayBegin(folded, at)) continue;
      const known = this.#byToken.get(folded.slice(at, endOfToken(folded, at)));
      for (const [phrase, owners] of known ?? []) {
        if (!folded.startsWith(phrase, at) || !mayEnd(folded, at + phrase.length)) continue;
        for (const owner of owners) found.add(owner);
      }
    }
    return found;
  }
}
