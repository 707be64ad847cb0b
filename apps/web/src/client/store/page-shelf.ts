import { parseContent, type PageContent } from "./kept-events.ts";
import type { SealedChange } from "./sealed-db.ts";

const PAGE = "history page ";

/** The contents of pages: those that are to be written, those that are being written, and what was. */
export class PageShelf {
  readonly #read: (key: string) => Promise<unknown>;
  #put = new Map<string, PageContent>();
  #inFlight: ReadonlyMap<string, PageContent> = new Map();
  #remove = new Set<string>();

  constructor(read: (key: string) => Promise<unknown>) {
    this.#read = read;
  }

  /** A page; undefined when it is not there or cannot be read. */
  async get(id: number): Promise<PageContent | undefined> {
    const key = PAGE + id;
    const here = this.#put.get(key) ?? this.#inFlight.get(key);
    return here ?? parseContent(await this.#read(key).catch(() => undefined));
  }

  put(id: number, content: PageContent): void {
    this.#put.set(PAGE + id, content);
    this.#remove.delete(PAGE + id);
  }

  remove(ids: Iterable<number>): void {
    for (const id of ids) {
      this.#put.delete(PAGE + id);
      this.#remove.add(PAGE + id);
    }
  }

  /** What is to be written. Until it is, it is read from here. */
  take(): SealedChange {
    const change = { put: this.#put, remove: [...this.#remove] };
    this.#inFlight = this.#put;
    this.#put = new Map();
    this.#remove = new Set();
    return change;
  }

  /** What was taken is written. */
  written(): void {
    this.#inFlight = new Map();
  }

  /** What was taken could not be written; what was said of a page since then counts. */
  giveBack(removed: readonly string[]): void {
    for (const [key, content] of this.#inFlight)
      if (!this.#put.has(key) && !this.#remove.has(key)) this.#put.set(key, content);
    for (const key of removed) if (!this.#put.has(key)) this.#remove.add(key);
    this.#inFlight = new Map();
  }
}
