import type { UserId } from "@causeway/base";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { OpenRoom, Reading } from "./reading.ts";
import type { RoomsCore } from "./rooms.ts";
import { Ranking } from "./search-rank.ts";
import { wordsOf } from "./search-text.ts";
import { candidates, editsOf, type CandidatesWanted } from "./store-search.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";

/** An event that matches a search and that its reader may see. */
export interface Hit {
  readonly event: StoredEvent;
  readonly room: OpenRoom;
  readonly rank: number;
  /** The words that matched: of the newest edit that the reader may see. */
  readonly text: string;
}

/** What is looked for, and by whom. */
export interface HitsWanted {
  readonly reader: UserId;
  readonly ignored: ReadonlySet<UserId>;
  readonly want: Omit<CandidatesWanted, "from" | "to" | "limit">;
  /** The rooms that are searched. */
  readonly isIn: (room: RoomNumber) => boolean;
  readonly wants: (event: StoredEvent) => boolean;
}

/** Hits among a stretch of the newest candidates. */
export interface HitsPage {
  /** Newest first. */
  readonly hits: readonly Hit[];
  /** The position of the oldest candidate that was looked at; undefined when there are no older ones. */
  readonly bottom: number | undefined;
}

/** So many candidates are looked at before others get their turn. */
const SLICE = 25;

/** Looks through candidates: the index says that all words are there, this that they stand as asked and may be seen. */
export class Hits {
  #core: RoomsCore;
  #reading: Reading;
  #wanted: HitsWanted;
  #ranking: Ranking;
  #rooms = new Map<RoomNumber, Promise<OpenRoom | undefined>>();

  constructor(core: RoomsCore, reading: Reading, wanted: HitsWanted) {
    this.#core = core;
    this.#reading = reading;
    this.#wanted = wanted;
    this.#ranking = new Ranking(wanted.want.term);
  }

  /** The hits among the newest `limit` candidates of positions in `(from, to]`. */
  async among(range: { readonly from: number; readonly to: number; readonly limit: number }): Promise<HitsPage> {
    const { db } = this.#core.options;
    const found = await candidates(db, { ...this.#wanted.want, ...range });
    const edits = await editsOf(
      db,
      found.map((event) => event.eventId),
    );
    const hits: Hit[] = [];
    for (const [index, event] of found.entries()) {
      if (index % SLICE === SLICE - 1) await nextTurn();
      const hit = await this.#hit(event, edits.get(event.eventId) ?? []);
      if (hit !== undefined) hits.push(hit);
    }
    return { hits, bottom: found.length < range.limit ? undefined : found.at(-1)?.pos };
  }

  async #hit(event: StoredEvent, edits: readonly StoredEvent[]): Promise<Hit | undefined> {
    const { isIn, wants, ignored } = this.#wanted;
    if (!isIn(event.room) || !wants(event) || (event.stateKey === undefined && ignored.has(event.sender)))
      return undefined;
    const room = await this.#room(event.room);
    if (room === undefined || !mayBeSeen(room, event)) return undefined;
    const text = wordsOf(
      event,
      edits.filter((edit) => mayBeSeen(room, edit)),
    );
    const rank = text === undefined ? 0 : this.#ranking.of(text);
    return text === undefined || rank === 0 ? undefined : { event, room, rank, text };
  }

  #room(number: RoomNumber): Promise<OpenRoom | undefined> {
    const known = this.#rooms.get(number);
    if (known !== undefined) return known;
    const opening = this.#open(number);
    this.#rooms.set(number, opening);
    return opening;
  }

  async #open(number: RoomNumber): Promise<OpenRoom | undefined> {
    const room = await this.#core.registry.get(number);
    const opened = room === undefined ? undefined : await this.#reading.open(this.#wanted.reader, room.id);
    return opened?.ok === true ? opened.value : undefined;
  }
}

function mayBeSeen(room: OpenRoom, event: StoredEvent): boolean {
  return (room.until === undefined || event.pos <= room.until) && room.visible(event);
}
