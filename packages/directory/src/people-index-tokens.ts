/** What a token leads to: one number, or several. */
export type Postings = number | number[];

interface Block {
  readonly tokens: string[];
  readonly postings: Postings[];
}

/** A block is halved beyond this; small enough to be moved cheaply, large enough to be few. */
const MAX_BLOCK = 512;

/** Tokens in order of their code units, each with numbers; changed one at a time at little cost, read by prefix. */
export class SortedTokens {
  #blocks: Block[] = [{ tokens: [], postings: [] }];

  /** Adds a number to a token; the same may be added once only. */
  add(token: string, posting: number): void {
    const at = this.#blockOf(token);
    const block = this.#block(at);
    const index = lowerBound(block.tokens, token);
    const known = block.tokens[index] === token ? block.postings[index] : undefined;
    if (known === undefined) this.#insert(at, index, { token, posting });
    else if (typeof known === "number") block.postings[index] = [known, posting];
    else known.push(posting);
  }

  /** Takes a number away from a token. */
  remove(token: string, posting: number): void {
    const at = this.#blockOf(token);
    const block = this.#block(at);
    const index = lowerBound(block.tokens, token);
    const known = block.tokens[index] === token ? block.postings[index] : undefined;
    if (known === posting) {
      block.tokens.splice(index, 1);
      block.postings.splice(index, 1);
      if (block.tokens.length === 0 && this.#blocks.length > 1) this.#blocks.splice(at, 1);
    } else if (typeof known === "object") {
      const place = known.indexOf(posting);
      if (place < 0) return;
      const last = known.pop();
      if (last !== undefined && place < known.length) known[place] = last;
      const [only] = known;
      if (known.length === 1 && only !== undefined) block.postings[index] = only;
    }
  }

  /** Whether there is such a token. */
  has(token: string): boolean {
    const { tokens } = this.#block(this.#blockOf(token));
    return tokens[lowerBound(tokens, token)] === token;
  }

  /** Whether there is a token that begins so. */
  hasPrefix(prefix: string): boolean {
    const at = this.#blockOf(prefix);
    const { tokens } = this.#block(at);
    const index = lowerBound(tokens, prefix);
    const next = index < tokens.length ? tokens[index] : this.#blocks[at + 1]?.tokens[0];
    return next?.startsWith(prefix) === true;
  }

  /** What the tokens lead to that begin with a prefix; to be read at once, before anything changes. */
  find(prefix: string): { readonly exact: Postings | undefined; readonly longer: readonly Postings[] } {
    let exact: Postings | undefined;
    const longer: Postings[] = [];
    for (let at = this.#blockOf(prefix); at < this.#blocks.length; at += 1) {
      const { tokens, postings } = this.#block(at);
      for (let index = lowerBound(tokens, prefix); index < tokens.length; index += 1) {
        const token = tokens[index] ?? "";
        if (!token.startsWith(prefix)) return { exact, longer };
        const found = postings[index] ?? [];
        if (token.length === prefix.length) exact = found;
        else longer.push(found);
      }
    }
    return { exact, longer };
  }

  #insert(at: number, index: number, made: { readonly token: string; readonly posting: number }): void {
    const { tokens, postings } = this.#block(at);
    tokens.splice(index, 0, made.token);
    postings.splice(index, 0, made.posting);
    if (tokens.length <= MAX_BLOCK) return;
    const half = tokens.length >> 1;
    this.#blocks.splice(at + 1, 0, { tokens: tokens.splice(half), postings: postings.splice(half) });
  }

  /** The last block that begins at or before the token. */
  #blockOf(token: string): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle]?.tokens[0] ?? "") <= token) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #block(at: number): Block {
    const block = this.#blocks[at];
    if (block === undefined) throw new RangeError("no such block");
    return block;
  }
}

function lowerBound(tokens: readonly string[], wanted: string): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle] ?? "") < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
