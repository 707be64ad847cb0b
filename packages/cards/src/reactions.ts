import type { UserId } from "@causeway/base";
import { contentOf, type AppendedEvent, type Room, type StoredEvent } from "@causeway/matrix-rooms";
import { setTimeout as pause } from "node:timers/promises";
import type { CardsCore } from "./core.ts";
import type { Posts } from "./posts.ts";
import { isAnnouncement } from "./keys.ts";
import type { OnReaction, ReactionOutcome, Says } from "./ports.ts";
import { cardOfEvent, endReactions, hearReaction, putProgress, readProgress, type CardRow } from "./store.ts";
import { texts, type CardText, type Texts } from "./texts.ts";

/** A reaction to something that the server said, or an acknowledgement. */
interface Heard {
  readonly pos: number;
  readonly sender: UserId;
  readonly target: string;
  readonly says: Says;
}

/** The event with which somebody acknowledges an announcement in another client's own way. */
export const ACK = "org.causeway.ack";
const PAGE = 500;
/** How often a reaction that cannot be followed is tried, and how long is waited in between. */
const ATTEMPTS = 3;
const RETRY_MS = 1000;

/**
 * Follows reactions in the server's rooms, in the order in which they came, each once: how far it has come is kept with what it said,
 * and a start goes on from there. Only the person whose card it is is in the room with it.
 */
export class Reactions {
  #core: CardsCore;
  #posts: Posts;
  #onReaction: OnReaction;
  #waiting: Heard[] = [];
  #following: Promise<void> | undefined;
  #isClosed = false;

  constructor(core: CardsCore, posts: Posts, onReaction: OnReaction) {
    this.#core = core;
    this.#posts = posts;
    this.#onReaction = onReaction;
  }

  /** Told of every event after its commit; costs nothing but for reactions in the server's own rooms. */
  appended(events: readonly AppendedEvent[]): void {
    for (const { room, event } of events) {
      if (event.type !== "m.reaction" && event.type !== ACK) continue;
      const heard = this.#heard(room, event);
      if (heard !== undefined) this.#waiting.push(heard);
    }
    if (this.#waiting.length > 0) this.#wake();
  }

  /** At a start, before the first request: follows what came after the last one that was followed. */
  async resume(): Promise<void> {
    const { db, rooms, system } = this.#core.options;
    const from = await readProgress(db);
    const to = db.stream.head();
    const missed: Heard[] = [];
    for (const number of await rooms.roomsChangedSince(system, from)) {
      const room = await rooms.room(number);
      if (room === undefined || room.creator !== system) continue;
      for (let after = from; ;) {
        const page = await rooms.page(room, { from: after, to, limit: PAGE, newestFirst: false });
        for (const event of page) {
          const heard = event.type === "m.reaction" || event.type === ACK ? this.#heard(room, event) : undefined;
          if (heard !== undefined) missed.push(heard);
        }
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) break;
        after = last.pos;
      }
    }
    this.#waiting = [...missed, ...this.#waiting].toSorted((left, right) => left.pos - right.pos);
    this.#wake();
    await this.settle();
  }

  /** Resolves when everything that was heard up to now has been followed. */
  async settle(): Promise<void> {
    while (this.#following !== undefined) await this.#following;
  }

  /** Follows what was heard; then everything up to the head has been. Call when no more events come. */
  async close(): Promise<void> {
    await this.settle();
    this.#isClosed = true;
    const tx = this.#core.options.db.begin();
    putProgress(tx, this.#core.options.db.stream.head());
    await tx.commit();
  }

  #heard(room: Room, event: StoredEvent): Heard | undefined {
    const { system } = this.#core.options;
    if (room.creator !== system || event.sender === system) return undefined;
    const relates = contentOf(event)["m.relates_to"];
    const { rel_type: kind, event_id: target, key }: Readonly<Record<string, unknown>> = { ...Object(relates) };
    const says = event.type === ACK ? (kind === "m.reference" ? "noted" : undefined) : meaningOf(kind, key);
    if (says === undefined || typeof target !== "string") return undefined;
    return { pos: event.pos, sender: event.sender, target, says };
  }

  #wake(): void {
    if (this.#isClosed || this.#following !== undefined) return;
    this.#following = this.#followAll().finally(() => {
      this.#following = undefined;
      if (this.#waiting.length > 0) this.#wake();
    });
  }

  async #followAll(): Promise<void> {
    for (let heard = this.#waiting.shift(); heard !== undefined; heard = this.#waiting.shift()) {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        try {
          await this.#follow(heard);
          break;
        } catch (error) {
          this.#core.options.failed(error);
          if (attempt < ATTEMPTS) await pause(RETRY_MS, undefined, { ref: false });
        }
      }
    }
  }

  async #follow(heard: Heard): Promise<void> {
    const card = await cardOfEvent(this.#core.options.db, heard.target);
    if (card === undefined || card.user !== heard.sender || card.takes === "nothing") return;
    // An acknowledgement is no decision: only announcements are acknowledged.
    if (heard.says === "noted" && !isAnnouncement(card.key)) return;
    const isLate = card.takes === "over" && card.heard !== heard.pos;
    const outcome = isLate ? { taken: false, answer: isOver(card) } : await this.#act(heard, card);
    await this.#keep(heard, card, outcome);
  }

  async #act(heard: Heard, card: CardRow): Promise<ReactionOutcome> {
    const tx = this.#core.options.db.begin();
    hearReaction(tx, card, heard.pos);
    await tx.commit();
    return await this.#onReaction({ cardKey: card.key, user: card.user, says: heard.says });
  }

  /** What was said, that the card is over, and how far this brings us are one transaction. */
  async #keep(heard: Heard, card: CardRow, { taken, answer }: ReactionOutcome): Promise<void> {
    const { db } = this.#core.options;
    if (answer === undefined) {
      const tx = db.begin();
      if (taken) endReactions(tx, card);
      putProgress(tx, heard.pos);
      await tx.commit();
      return;
    }
    // Somebody who presses on and on is told once for each thing that they say, as long as the card stays what it is.
    const key = `answer:${card.key}:${card.revision}:${taken ? "taken" : card.takes}:${heard.says}`;
    const { user, eventId } = card;
    const said = await this.#posts.say({ key, user, text: answer, inReplyTo: eventId }, (tx) => {
      if (taken) endReactions(tx, card);
      putProgress(tx, heard.pos);
    });
    if (!said.ok && said.error.code !== "M_NOT_FOUND")
      throw new Error(`an answer could not be said: ${said.error.code}`);
  }
}

/** ✅ and ❌, with or without the selector that asks for a colourful or a plain form. */
function meaningOf(kind: unknown, key: unknown): Says | undefined {
  if (kind !== "m.annotation" || typeof key !== "string") return undefined;
  const plain = key.replaceAll(/[\ufe0e\ufe0f]/g, "");
  if (plain === "✅") return "yes";
  return plain === "❌" ? "no" : undefined;
}

const OVER: Texts = {
  en: "This is over; nothing more can be answered to it.",
  "zh-Hant-HK": "此事已經完結，無須再回應。",
  "zh-Hans": "此事已经完结，无须再回应。",
};

/** What somebody is told who reacts to a card that is over: how it stands. */
function isOver(card: CardRow): CardText {
  const state = card.card?.state?.text;
  if (state === undefined) return OVER;
  return texts((language) => `${OVER[language]}\n${typeof state === "string" ? state : state[language]}`);
}
