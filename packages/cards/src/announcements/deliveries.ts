import { setImmediate as nextTurn } from "node:timers/promises";
import { UnmetExpectation } from "@causeway/platform";
import type { CardsCore } from "../core.ts";
import { announcementKey } from "../keys.ts";
import type { Posts } from "../posts.ts";
import { announcementCard, reminderText } from "./announcement-card.ts";
import {
  findAnnouncement,
  markChased,
  markShown,
  readersShown,
  readersToChase,
  removeReader,
  restAfter,
  STILL_READER,
  workingAnnouncements,
  type ReaderRow,
} from "./store-announcements.ts";
import type { Announcement } from "./types.ts";

/** So many readers are read at once, and so many of them are written to at the same time: their commits go to the disk together. */
const BATCH = 160;
const AT_ONCE = 16;
const RETRY_MS = 10_000;

/**
 * Brings announcements to their readers, one card each, behind the answer to whoever announced; what has been shown to whom is kept
 * with the card itself, so a restart goes on where it was. The same for reminders, and for what was taken back.
 */
export class Deliveries {
  #core: CardsCore;
  #posts: Posts;
  #utcOffsetMinutes: number;
  #working: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(core: CardsCore, posts: Posts, utcOffsetMinutes: number) {
    this.#core = core;
    this.#posts = posts;
    this.#utcOffsetMinutes = utcOffsetMinutes;
  }

  /** Works soon, if there is anything to show. */
  wake(): void {
    this.#isWanted = true;
    if (this.#isClosed || this.#working !== undefined) return;
    clearTimeout(this.#timer);
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#core.options.failed(error);
        this.#timer = setTimeout(() => this.wake(), RETRY_MS);
        this.#timer.unref();
      })
      .then(() => {
        this.#working = undefined;
        if (this.#isWanted) this.wake();
      });
  }

  async #work(): Promise<void> {
    while (!this.#isClosed) {
      this.#isWanted = false;
      const ids = await workingAnnouncements(this.#core.options.db);
      if (ids.length === 0) return;
      for (const id of ids) await this.#workOn(id);
    }
  }

  async #workOn(id: string): Promise<void> {
    const announcement = await findAnnouncement(this.#core.options.db, id);
    if (announcement === undefined) return;
    if (announcement.withdrawn === undefined) {
      await this.#showAll(announcement, 0);
      if (announcement.chases > 0) await this.#remindAll(announcement);
    } else await this.#showAll(announcement, 1);
    if (this.#isClosed) return;
    const tx = this.#core.options.db.begin();
    restAfter(tx, announcement);
    await tx.commit();
  }

  async #showAll(announcement: Announcement, shown: 0 | 1): Promise<void> {
    const { db } = this.#core.options;
    while (!this.#isClosed) {
      const readers = await readersShown(db, announcement.id, { shown, limit: BATCH });
      if (readers.length === 0) return;
      // What was taken back meanwhile goes to nobody else.
      if (shown === 0 && (await findAnnouncement(db, announcement.id))?.withdrawn !== undefined) return;
      await this.#each(readers, (reader) => this.#show(announcement, reader, shown));
    }
  }

  async #each(readers: readonly ReaderRow[], act: (reader: ReaderRow) => Promise<void>): Promise<void> {
    for (let at = 0; at < readers.length && !this.#isClosed; at += AT_ONCE) {
      await Promise.all(readers.slice(at, at + AT_ONCE).map(act));
      await nextTurn();
    }
  }

  async #show(announcement: Announcement, reader: ReaderRow, shown: 0 | 1): Promise<void> {
    const { id } = announcement;
    const { user, noted } = reader;
    const key = announcementKey(id);
    const card = announcementCard(announcement, { noted, utcOffsetMinutes: this.#utcOffsetMinutes });
    if (shown === 1) {
      await this.#posts.update(key, user, (before) => ({
        card: noted === undefined ? card : before,
        takes: "over",
      }));
      const tx = this.#core.options.db.begin();
      markShown(tx, { id, user }, 2);
      await tx.commit();
      return;
    }
    const posted = await this.#posts.post({ key, user, card, takes: "answers" }, (tx) =>
      markShown(tx, { id, user }, 1),
    );
    if (!posted.ok) await this.#takeOut(id, reader);
  }

  /** Somebody whose account has ended is no reader any more. */
  async #takeOut(id: string, reader: ReaderRow): Promise<void> {
    const tx = this.#core.options.db.begin();
    removeReader(tx, id, reader);
    try {
      await tx.commit();
    } catch (error) {
      if (!(error instanceof UnmetExpectation && error.what === STILL_READER)) throw error;
      const shown = this.#core.options.db.begin();
      markShown(shown, { id, user: reader.user }, 1);
      await shown.commit();
    }
  }

  async #remindAll(announcement: Announcement): Promise<void> {
    const { id, chases } = announcement;
    let after = "";
    while (!this.#isClosed) {
      const readers = await readersToChase(this.#core.options.db, announcement, { after, limit: BATCH });
      const last = readers.at(-1);
      if (last === undefined) return;
      after = last.user;
      await this.#each(readers, async (reader) => {
        const card = await this.#posts.find(announcementKey(id), reader.user);
        const wish = {
          key: `${announcementKey(id)}:chase:${chases}`,
          user: reader.user,
          text: reminderText(announcement),
        };
        const said = await this.#posts.say({ ...wish, inReplyTo: card?.eventId }, (tx) =>
          markChased(tx, { id, user: reader.user }, chases),
        );
        if (!said.ok) await this.#takeOut(id, reader);
      });
    }
  }

  /** Resolves when everything that there was to show has been shown, or has failed and waits. */
  async settle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Stops after what is being shown. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.settle();
  }
}
