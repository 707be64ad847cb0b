import type { Instant } from "@causeway/base";
import type { Database, Tx } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import type { AccessEvent, AccessHappening, AccessListener } from "./events.ts";
import { addEvent, removeEvent, untoldEvents } from "./store-steps.ts";

const TIME_DIGITS = 11;
const COUNT_DIGITS = 4;
const COUNTS = 36 ** COUNT_DIGITS;

/** What has happened is kept with the change until every listener has taken it, over restarts too. */
export class News {
  #db: Database;
  #failed: (error: unknown) => void;
  #listeners = new Set<AccessListener>();
  #queue: AccessEvent[] = [];
  #failing: AccessEvent[] = [];
  #telling: Promise<void> | undefined;
  #isResumed = false;
  /** What this process has put, until it has looked for what one before it left. */
  #own = new Set<string>();
  #count = 0;

  constructor(parts: { readonly db: Database; readonly failed: (error: unknown) => void }) {
    this.#db = parts.db;
    this.#failed = parts.failed;
  }

  subscribe(listener: AccessListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Collects something that happens with a transaction; it is told after the commit. */
  put(tx: Tx, at: Instant, happening: AccessHappening): void {
    const event: AccessEvent = { id: this.#newId(at), at, ...happening };
    addEvent(tx, event);
    if (!this.#isResumed) this.#own.add(event.id);
    tx.onCommitted(() => {
      this.#queue.push(event);
      void this.#tell();
    });
  }

  /** Ids sort in the order in which they were made. */
  #newId(at: Instant): string {
    this.#count = (this.#count + 1) % COUNTS;
    const order = at.toString(36).padStart(TIME_DIGITS, "0") + this.#count.toString(36).padStart(COUNT_DIGITS, "0");
    return `ev_${order}${randomBytes(6).toString("base64url")}`;
  }

  /** Tells again what was not taken; at the first call also what a process before this one left. */
  async again(): Promise<void> {
    if (!this.#isResumed) {
      const left = await untoldEvents(this.#db);
      this.#isResumed = true;
      this.#queue.unshift(...left.filter((event) => !this.#own.has(event.id)));
      this.#own.clear();
    }
    this.#queue.push(...this.#failing.splice(0));
    await this.#tell();
  }

  /** Resolves when everything was told once. */
  async settled(): Promise<void> {
    await this.#tell();
  }

  #tell(): Promise<void> {
    this.#telling ??= this.#tellAll().finally(() => {
      this.#telling = undefined;
      // What came after the last look at the queue is not left until the next change.
      if (this.#queue.length > 0) void this.#tell();
    });
    return this.#telling;
  }

  async #tellAll(): Promise<void> {
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      try {
        const one = event;
        await Promise.all([...this.#listeners].map(async (listener) => await listener(one)));
        const tx = this.#db.begin();
        removeEvent(tx, event.id);
        await tx.commit();
      } catch (error) {
        this.#failing.push(event);
        this.#failed(error);
      }
    }
  }
}
