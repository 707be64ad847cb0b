import { endOfToken, foldCase, mayBegin, mayEnd } from "./word-match.ts";

/** Phrases that begin alike. A few are looked at one by one; more are divided by their next word or character. */
interface Node<Owner> {
  readonly phrases: Map<string, Set<Owner>>;
  children: Map<string, Node<Owner>> | undefined;
}

/** So many phrases are looked at one by one. */
const FEW = 8;

/**
 * Finds whose phrases a text holds between word boundaries. What it takes follows the length of the text, not how many phrases
 * there are: they are filed by their words, and by their characters where those are of no word, so that a thousand people of one
 * surname do not stand in one heap.
 */
export class WordIndex<Owner> {
  #root: Node<Owner> = newNode();
  #phrases = new Map<Owner, readonly string[]>();

  /** Files the phrases of somebody, instead of those that they had. */
  set(owner: Owner, phrases: Iterable<string>): void {
    this.delete(owner);
    const folded = [...new Set([...phrases].map(foldCase))].filter((phrase) => phrase !== "");
    if (folded.length === 0) return;
    this.#phrases.set(owner, folded);
    for (const phrase of folded) {
      const { node, depth } = this.#place(phrase);
      const owners = node.phrases.get(phrase);
      if (owners === undefined) node.phrases.set(phrase, new Set([owner]));
      else owners.add(owner);
      if (node.children === undefined && node.phrases.size > FEW) divide(node, depth);
    }
  }

  /** Forgets the phrases of somebody. */
  delete(owner: Owner): void {
    for (const phrase of this.#phrases.get(owner) ?? []) {
      const { node } = this.#place(phrase);
      const owners = node.phrases.get(phrase);
      owners?.delete(owner);
      if (owners?.size === 0) node.phrases.delete(phrase);
    }
    this.#phrases.delete(owner);
  }

  /** Where a phrase is filed, and how much of it leads there. */
  #place(phrase: string): { readonly node: Node<Owner>; readonly depth: number } {
    let node = this.#root;
    let depth = 0;
    while (node.children !== undefined && depth < phrase.length) {
      const end = endOfToken(phrase, depth);
      node = childOf(node.children, phrase.slice(depth, end));
      depth = end;
    }
    return { node, depth };
  }

  /** Everybody one of whose phrases a text holds. */
  find(text: string): ReadonlySet<Owner> {
    const found = new Set<Owner>();
    if (this.#phrases.size === 0) return found;
    const folded = foldCase(text);
    for (let at = 0; at < folded.length; at = endOfToken(folded, at))
      if (mayBegin(folded, at)) this.#findAt(folded, at, found);
    return found;
  }

  #findAt(text: string, at: number, found: Set<Owner>): void {
    let node: Node<Owner> | undefined = this.#root;
    for (let next = at; node !== undefined;) {
      for (const [phrase, owners] of node.phrases) {
        if (!text.startsWith(phrase, at) || !mayEnd(text, at + phrase.length)) continue;
        for (const owner of owners) found.add(owner);
      }
      if (node.children === undefined || next >= text.length) return;
      const end = endOfToken(text, next);
      node = node.children.get(text.slice(next, end));
      next = end;
    }
  }
}

function newNode<Owner>(): Node<Owner> {
  return { phrases: new Map(), children: undefined };
}

function childOf<Owner>(children: Map<string, Node<Owner>>, token: string): Node<Owner> {
  const known = children.get(token);
  if (known !== undefined) return known;
  const child = newNode<Owner>();
  children.set(token, child);
  return child;
}

/** Divides phrases by what follows the beginning that they share; the one that is no longer than it stays. */
function divide<Owner>(node: Node<Owner>, depth: number): void {
  const children = new Map<string, Node<Owner>>();
  node.children = children;
  for (const [phrase, owners] of [...node.phrases]) {
    if (phrase.length <= depth) continue;
    node.phrases.delete(phrase);
    const end = endOfToken(phrase, depth);
    const child = childOf(children, phrase.slice(depth, end));
    child.phrases.set(phrase, owners);
  }
  for (const [token, child] of children) if (child.phrases.size > FEW) divide(child, depth + token.length);
}
