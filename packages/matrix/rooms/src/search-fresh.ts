import { typesWithoutText } from "./search-text.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Events in order, with the position up to which there are no others. */
export interface Stretch {
  readonly events: readonly StoredEvent[];
  readonly reached: number;
}

const MAX_FRESH = 2000;

/** The newest events that may have words, kept until they are in the index, so that they need not be read from the disk. */
export class FreshEvents {
  #events: StoredEvent[] = [];
  /** Everything after this is here. */
  #from: number;

  constructor(head: number) {
    this.#from = head;
  }

  /** Adds an event; when there are too many, all are left to be read from the disk. */
  add(event: StoredEvent): void {
    if (typesWithoutText.includes(event.type)) return;
    if (this.#events.length < MAX_FRESH) {
      this.#events.push(event);
      return;
    }
    this.#events = [];
    this.#from = event.pos;
  }

  /** Puts an event in the place of what it was before. */
  replace(changed: StoredEvent): void {
    const at = this.#events.findIndex((event) => event.pos === changed.pos);
    if (at >= 0) this.#events[at] = changed;
  }

  /** The next events after a position, at most `limit`; undefined when some of them are not here. */
  after(pos: number, limit: number, head: number): Stretch | undefined {
    if (pos < this.#from) return undefined;
    const events: StoredEvent[] = [];
    for (const event of this.#events) {
      if (event.pos <= pos) continue;
      if (event.pos > head) break;
      events.push(event);
      if (events.length === limit) return { events, reached: event.pos };
    }
    return { events, reached: head };
  }

  /** Forgets what is in the index. */
  forget(pos: number): void {
    const kept = this.#events.findIndex((event) => event.pos > pos);
    this.#events.splice(0, kept < 0 ? this.#events.length : kept);
  }
}
