import { failure, ok, type EventId, type Result, type RoomId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import { UnmetExpectation, type Tx } from "@causeway/platform";
import { messageOf, replacementOf, type Card } from "./card.ts";
import type { CardsCore } from "./core.ts";
import { DirectRooms } from "./direct-rooms.ts";
import { addCard, CARD_FREE, CARD_SAME, cardsOf, changeCard, findCard, type CardRow, type Takes } from "./store.ts";
import { inLanguage, manyLines, type CardText } from "./texts.ts";

/** A card on its way to somebody. */
export interface PostCard {
  /** The same key for the same person says the same thing once, across restarts too. */
  readonly key: string;
  readonly user: UserId;
  readonly card: Card;
  /** Whether ✅ and ❌ are an answer to it; by default they are not. */
  readonly takes?: Takes;
  /** Notifies nobody. */
  readonly quiet?: boolean;
}

/** A message without a card. */
export interface SayText {
  readonly key: string;
  readonly user: UserId;
  readonly text: CardText;
  /** The card or message that it answers. */
  readonly inReplyTo?: EventId | undefined;
  readonly quiet?: boolean;
}

/** Kept in the transaction that says something. */
export type AlsoSaid = (tx: Tx) => void;

/** So long is a message without a card at most. */
const MAX_TEXT = 2000;

/** What the server says to people: each thing once, by its key; what it says, and that it said so, are one transaction. */
export class Posts {
  #core: CardsCore;
  #rooms: DirectRooms;

  constructor(core: CardsCore) {
    this.#core = core;
    this.#rooms = new DirectRooms(core);
  }

  /** Posts a card unless it was posted before. `M_NOT_FOUND` for somebody who has no account, or no more. */
  post(wish: PostCard, also?: AlsoSaid): Promise<Result<CardRow>> {
    const { key, user, card, takes = "nothing", quiet = false } = wish;
    return this.#once({ key, user, also }, async (roomId) => ({
      kept: { key, user, roomId, card, takes, quiet },
      content: messageOf(card, { language: await this.#core.languageOf(user), quiet }),
    }));
  }

  /** Says something in plain words unless it was said before. */
  say(wish: SayText, also?: AlsoSaid): Promise<Result<CardRow>> {
    const { key, user, text, quiet = false, inReplyTo } = wish;
    return this.#once({ key, user, also }, async (roomId) => ({
      kept: { key, user, roomId, card: undefined, takes: "nothing", quiet },
      content: {
        msgtype: quiet ? "m.notice" : "m.text",
        body: manyLines(inLanguage(text, await this.#core.languageOf(user)), MAX_TEXT),
        "m.mentions": {},
        ...(inReplyTo === undefined ? {} : { "m.relates_to": { "m.in_reply_to": { event_id: inReplyTo } } }),
      },
    }));
  }

  #once(
    of: { readonly key: string; readonly user: UserId; readonly also: AlsoSaid | undefined },
    make: (
      roomId: RoomId,
    ) => Promise<{ readonly kept: Omit<CardRow, "eventId" | "revision" | "heard">; readonly content: Content }>,
  ): Promise<Result<CardRow>> {
    const { key, user, also } = of;
    return this.#unlessGone(user, async () => {
      const before = await this.find(key, user);
      if (before !== undefined) return await this.#saidBefore(before, also);
      if (!(await this.#core.options.isActive(user))) return failure("M_NOT_FOUND", "There is no such account.");
      const { kept, content } = await make(await this.#rooms.of(user));
      const eventId = await this.#deliver(kept.roomId, content, (tx, id) => {
        addCard(tx, { ...kept, eventId: id });
        also?.(tx);
      });
      if (eventId !== undefined) return ok({ ...kept, eventId, revision: 1, heard: 0 });
      const meanwhile = await this.find(key, user);
      if (meanwhile === undefined) throw new Error("a card is there and is not");
      return await this.#saidBefore(meanwhile, also);
    });
  }

  /** Does something in the person's turn. What cannot be done because their account ended meanwhile is no surprise: nobody is there to be told. */
  #unlessGone<T>(user: UserId, work: () => Promise<Result<T>>): Promise<Result<T>> {
    return this.#core.turns.run(user, async () => {
      try {
        return await work();
      } catch (error) {
        if (await this.#core.options.isActive(user)) throw error;
        return failure("M_NOT_FOUND", "There is no such account.");
      }
    });
  }

  async #saidBefore(before: CardRow, also: AlsoSaid | undefined): Promise<Result<CardRow>> {
    if (also === undefined) return ok(before);
    const tx = this.#core.options.db.begin();
    also(tx);
    await tx.commit();
    return ok(before);
  }

  /** Sends as the server; undefined when the card was posted or changed meanwhile. */
  async #deliver(
    roomId: RoomId,
    content: Content,
    keep: (tx: Tx, eventId: EventId) => void,
  ): Promise<EventId | undefined> {
    const { rooms, system } = this.#core.options;
    try {
      const sent = await rooms.events.deliver(
        roomId,
        { type: "m.room.message", sender: system, content },
        (tx, _room, [event]) => {
          if (event !== undefined) keep(tx, event.eventId);
        },
      );
      if (!sent.ok) throw new Error(`the server could not say something: ${sent.error.code}`);
      return sent.value;
    } catch (error) {
      if (error instanceof UnmetExpectation && (error.what === CARD_FREE || error.what === CARD_SAME)) return undefined;
      throw error;
    }
  }

  /** What was said to somebody under a key. */
  find(key: string, user: UserId): Promise<CardRow | undefined> {
    return findCard(this.#core.options.db, key, user);
  }

  /** Everybody's cards of a key. */
  allOf(key: string): Promise<readonly CardRow[]> {
    return cardsOf(this.#core.options.db, key);
  }

  /**
   * Changes a card where it stands: every client shows how it is now. What is so already makes no event. Somebody who has left the
   * room in which it stood gets it anew in another. `M_NOT_FOUND` when there is no such card.
   */
  update(
    key: string,
    user: UserId,
    change: (before: Card) => { readonly card: Card; readonly takes?: Takes },
  ): Promise<Result<CardRow>> {
    return this.#unlessGone(user, async () => {
      for (;;) {
        const before = await this.find(key, user);
        if (before?.card === undefined) return failure("M_NOT_FOUND", "There is no such card.");
        const { card, takes = before.takes } = change(before.card);
        if (JSON.stringify(card) === JSON.stringify(before.card) && takes === before.takes) return ok(before);
        if (!(await this.#core.options.isActive(user))) return failure("M_NOT_FOUND", "There is no such account.");
        const changed = await this.#replace(before, { card, takes });
        if (changed !== undefined) return ok(changed);
      }
    });
  }

  async #replace(before: CardRow, now: { readonly card: Card; readonly takes: Takes }): Promise<CardRow | undefined> {
    const language = await this.#core.languageOf(before.user);
    const { quiet } = before;
    const roomId = await this.#rooms.of(before.user);
    const isThere = roomId === before.roomId;
    const content = isThere
      ? replacementOf(now.card, { eventId: before.eventId, language, quiet })
      : messageOf(now.card, { language, quiet });
    let eventId = before.eventId;
    const sent = await this.#deliver(roomId, content, (tx, id) => {
      if (!isThere) eventId = id;
      changeCard(tx, before, { ...now, roomId, eventId });
    });
    return sent === undefined ? undefined : { ...before, ...now, roomId, eventId, revision: before.revision + 1 };
  }
}
