import { grams, type EventId } from "@causeway/base";
import { UnmetExpectation, type Database } from "@causeway/platform";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { AppendedEvent } from "./appended.ts";
import { eventsById } from "./store.ts";
import {
  dropSearchable,
  editsOf,
  eventsToLookAtAgain,
  eventsToSearch,
  lastEventUpTo,
  lookedAtAgain,
  putSearchable,
  putSearchProgress,
  SEARCH_PROGRESS,
  searchProgress,
  type SearchProgress,
} from "./store-search.ts";
import { FreshEvents, type Stretch } from "./search-fresh.ts";
import { saidBy, wordsOf } from "./search-text.ts";
import type { StoredEvent } from "./stored-event.ts";

/** How the index is kept up. */
export interface IndexerLimits {
  /** New events are taken in after so long, together. */
  readonly delayMs: number;
  /** So many at once. */
  readonly batch: number;
  /** So long is rested between batches of what was there before. */
  readonly restMs: number;
  /** After a failure it is tried again after so long. */
  readonly retryMs: number;
}

/** The limits when nothing else is configured. */
export const defaultIndexerLimits: IndexerLimits = { delayMs: 150, batch: 200, restMs: 20, retryMs: 5000 };

/** So many positions are looked through at once for events with words. */
const SPAN = 5000;
/** So many positions without words are looked through again after a start, at most. */
const MAX_UNKEPT = 20_000;
/** So many events are worked on before others get their turn. */
const SLICE = 25;

/**
 * Keeps the search index a moment behind the events: what it has done and how far it is are one transaction, so nothing is lost or
 * entered by halves when the server is killed; after a start it goes on from there. Older events are taken in backwards, when there
 * is nothing newer. One for each database.
 */
export class SearchIndexer {
  #db: Database;
  #limits: IndexerLimits;
  #failed: (error: unknown) => void;
  #closing = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #progress: SearchProgress | undefined;
  /** What is on the disk; positions without words are passed over without writing that down each time. */
  #keptTo = 0;
  #fresh: FreshEvents;
  #mayBeAgain = true;
  #isWoken = false;

  constructor(parts: {
    readonly db: Database;
    readonly limits: IndexerLimits;
    readonly failed: (error: unknown) => void;
  }) {
    this.#db = parts.db;
    this.#limits = parts.limits;
    this.#failed = parts.failed;
    this.#fresh = new FreshEvents(parts.db.stream.head());
  }

  /** Works soon, if there is anything to do. */
  wake(): void {
    this.#isWoken = true;
    if (this.#timer !== undefined || this.#running !== undefined || this.#closing.signal.aborted) return;
    this.#schedule(this.#limits.delayMs);
  }

  /** Takes note of what has just become durable. */
  appended(events: readonly AppendedEvent[]): void {
    for (const { event, rewritten } of events) {
      this.#fresh.add(event);
      for (const changed of rewritten) this.#fresh.replace(changed);
      // An edit that was redacted leaves what it edited to be looked at again.
      if (rewritten.length > 0) this.#mayBeAgain = true;
    }
    this.wake();
  }

  /** How many positions are not in the index yet. */
  behind(): number {
    const { from, to } = this.#progress ?? { from: 0, to: 0 };
    return this.#db.stream.head() - to + from;
  }

  /** Resolves when everything up to a position is in the index, or after a while. */
  async reach(pos: number, patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while ((this.#progress?.to ?? 0) < pos || this.#mayBeAgain) {
      if (this.#closing.signal.aborted || performance.now() > until) return;
      if (this.#running === undefined) this.#schedule(0);
      await Promise.race([this.#running ?? nextTurn(), pause(5)]);
    }
  }

  /** Stops after what is being written. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), delayMs);
    this.#timer.unref();
  }

  #start(): void {
    this.#timer = undefined;
    if (this.#running !== undefined) return;
    this.#running = this.#workOnce();
  }

  async #workOnce(): Promise<void> {
    let restMs: number | undefined;
    try {
      restMs = await this.#work();
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#failed(error);
      restMs = this.#limits.retryMs;
    }
    this.#running = undefined;
    // Whoever woke it while it was finishing is not forgotten.
    if (restMs === undefined && this.#isWoken) restMs = this.#limits.delayMs;
    if (restMs !== undefined && !this.#closing.signal.aborted) this.#schedule(restMs);
  }

  /** Does what is most urgent; answers when to go on, or undefined when all is done. */
  async #work(): Promise<number | undefined> {
    while (!this.#closing.signal.aborted) {
      this.#isWoken = false;
      const head = this.#db.stream.head();
      const now = await this.#now();
      if (now.to < head) await this.#forward(now, head);
      else if (this.#mayBeAgain) await this.#again(now);
      else if (now.from > 0) {
        await this.#backward(now);
        return this.#limits.restMs;
      } else return undefined;
      await nextTurn();
    }
    return undefined;
  }

  /** How far the index is, with the redactions until now; of each of them the fresh events know. */
  async #now(): Promise<SearchProgress> {
    let kept = await searchProgress(this.#db);
    while (kept.head > this.#db.stream.head() && !this.#closing.signal.aborted) {
      await nextTurn();
      kept = await searchProgress(this.#db);
    }
    if (this.#progress === undefined) this.#keptTo = kept.to;
    const { from, to } = this.#progress ?? begun(kept, this.#db.stream.head());
    this.#progress = { from, to, redactions: kept.redactions };
    return this.#progress;
  }

  async #forward(now: SearchProgress, head: number): Promise<void> {
    const { events, reached } = this.#fresh.after(now.to, this.#limits.batch, head) ?? (await this.#read(now, head));
    if (events.length === 0 && reached - this.#keptTo < MAX_UNKEPT) {
      this.#progress = { ...now, to: reached };
      return;
    }
    const words = new Map<StoredEvent, string | undefined>();
    const targets = new Set<EventId>();
    for (const event of events) {
      const said = saidBy(event);
      // What is new has no edits but those that come with it or after it, and those bring it here again.
      words.set(event, said.kind === "text" ? said.text : undefined);
      if (said.kind === "edit") targets.add(said.of);
    }
    const edited = targets.size === 0 ? [] : await eventsById(this.#db, [...targets]);
    await this.#enter(words, edited, { ...now, to: reached });
    this.#fresh.forget(this.#progress?.to ?? 0);
  }

  /** The next events from the disk: after a start, and when they came faster than they are taken in. */
  async #read(now: SearchProgress, head: number): Promise<Stretch> {
    const { batch } = this.#limits;
    const to = Math.min(head, now.to + SPAN);
    const events = await eventsToSearch(this.#db, { from: now.to, to, limit: batch, end: "lower" });
    return { events, reached: events.length < batch ? to : (events.at(-1)?.pos ?? to) };
  }

  async #backward(now: SearchProgress): Promise<void> {
    const { batch } = this.#limits;
    const to = await lastEventUpTo(this.#db, now.from);
    const from = Math.max(0, to - SPAN);
    const events = await eventsToSearch(this.#db, { from, to, limit: batch, end: "upper" });
    const reached = events.length < batch ? from : (events.at(-1)?.pos ?? now.from) - 1;
    await this.#enter(new Map(), events, { ...now, from: reached });
  }

  async #again(now: SearchProgress): Promise<void> {
    // Set before the look: a redaction after it sets it again.
    this.#mayBeAgain = false;
    const events = await eventsToLookAtAgain(this.#db, this.#limits.batch);
    if (events.length > 0) this.#mayBeAgain = true;
    await this.#enter(new Map(), events, { ...now, again: events.map((event) => event.pos) });
  }

  /** Writes the words of new events, and those of events with their edits, together with how far this brings the index. */
  async #enter(
    words: Map<StoredEvent, string | undefined>,
    withEdits: readonly StoredEvent[],
    reached: SearchProgress & { readonly again?: readonly number[] },
  ): Promise<void> {
    const edits = await editsOf(
      this.#db,
      withEdits.map((event) => event.eventId),
    );
    const tx = this.#db.begin();
    const { engine } = this.#db;
    const entered = new Map([...words].map(([event, text]) => [event.pos, { event, text, isNew: true }]));
    for (const event of withEdits)
      entered.set(event.pos, { event, text: wordsOf(event, edits.get(event.eventId) ?? []), isNew: false });
    let done = 0;
    for (const { event, text, isNew } of entered.values()) {
      done += 1;
      if (done % SLICE === 0) await nextTurn();
      const found = text === undefined ? [] : grams(text);
      if (found.length > 0) putSearchable(tx, engine, { pos: event.pos, room: event.room, grams: found });
      else if (!isNew) dropSearchable(tx, engine, event.pos);
    }
    for (const pos of reached.again ?? []) lookedAtAgain(tx, pos);
    putSearchProgress(tx, reached);
    try {
      await tx.commit();
      this.#progress = { from: reached.from, to: reached.to, redactions: reached.redactions };
      this.#keptTo = reached.to;
    } catch (error) {
      // Something was redacted since it was read: read again.
      if (!(error instanceof UnmetExpectation && error.what === SEARCH_PROGRESS)) throw error;
    }
  }
}

/** An empty index, as after a restore, begins at the head: the newest is wanted first. Of a new server everything is new. */
function begun(kept: SearchProgress, head: number): Pick<SearchProgress, "from" | "to"> {
  if (kept.from !== kept.to) return kept;
  return head <= SPAN ? { from: 0, to: 0 } : { from: head, to: head };
}
