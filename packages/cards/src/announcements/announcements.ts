import { failure, ok, type Instant, type Result, type UserId } from "@causeway/base";
import type { AnnouncementInput, AnnouncementView } from "@causeway/contract";
import { UnmetExpectation, type Tx } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import type { CardsCore } from "../core.ts";
import { announcementKey } from "../keys.ts";
import type { Posts } from "../posts.ts";
import type { ReactionOutcome, Says } from "../ports.ts";
import { languages, type CardText } from "../texts.ts";
import { announcementCard } from "./announcement-card.ts";
import { Deliveries } from "./deliveries.ts";
import type { AnnouncementParts } from "./ports.ts";
import {
  addAnnouncement,
  announcedTo,
  announcementByTxn,
  chaseAgain,
  countUnnoted,
  countWaiting,
  divisionCounts,
  findAnnouncement,
  findReader,
  MAY_CHASE,
  MAY_WITHDRAW,
  NOT_NOTED,
  noteReader,
  sentBy,
  TXN_FREE,
  withdrawAt,
  type ReaderRow,
} from "./store-announcements.ts";
import type { Announcement } from "./types.ts";

/** Announcements that are acknowledged. */
export class Announcements {
  readonly deliveries: Deliveries;
  #core: CardsCore;
  #posts: Posts;
  #parts: AnnouncementParts;

  constructor(core: CardsCore, posts: Posts, parts: AnnouncementParts) {
    this.#core = core;
    this.#posts = posts;
    this.#parts = parts;
    this.deliveries = new Deliveries(core, posts, parts.utcOffsetMinutes);
  }

  /** Announces something: everybody to whom it goes is kept with it, and gets a card soon after. */
  async post(sender: UserId, input: AnnouncementInput): Promise<Result<AnnouncementView>> {
    const { db, clock } = this.#core.options;
    const now = clock.now();
    const audience = this.#parts.audienceOf(input.audience);
    if (!audience.ok) return audience;
    const may = this.#parts.mayAnnounceTo(sender, audience.value.departments);
    if (!may.allowed) return notPermitted(may.reason);
    if (input.due !== undefined && input.due <= now) return failure("M_INVALID_PARAM", "body `due`: is over already");
    const readers = audience.value.readers.filter((one) => one.user !== sender);
    if (readers.length === 0) return failure("M_INVALID_PARAM", "body `audience`: there is nobody in it but you");
    const made: Announcement = {
      ...{ id: `an_${randomBytes(12).toString("base64url")}`, sender },
      ...{ title: wholeText(input.title), body: wholeText(input.body), office: this.#parts.officeOf(sender) },
      ...{ departments: audience.value.departments, posted: now, due: input.due },
      ...{ withdrawn: undefined, chased: undefined, chases: 0 },
    };
    const tx = db.begin();
    addAnnouncement(tx, made, { txn: input.txn_id, audience: { ...audience.value, readers } });
    const [department] = made.departments === "everybody" ? [] : made.departments;
    this.#parts.audit(tx, {
      ...{ act: "announcement.posted", by: sender, on: made.id, at: now },
      facts: { department, people: readers.length, due: input.due },
    });
    if (await committed(tx, TXN_FREE)) {
      this.deliveries.wake();
      return ok(await this.#viewFor(sender, made));
    }
    const before = await announcementByTxn(db, sender, input.txn_id ?? "");
    if (before === undefined) throw new Error("an announcement is there and is not");
    return ok(await this.#viewFor(sender, before));
  }

  /** One, for those whom it concerns; to others it is not there. */
  async get(user: UserId, id: string): Promise<Result<AnnouncementView>> {
    const found = await findAnnouncement(this.#core.options.db, id);
    if (found === undefined) return unknown();
    const view = await this.#viewFor(user, found);
    return view.progress === undefined && view.noted_at === undefined ? unknown() : ok(view);
  }

  /** What was announced to somebody, or what they sent. */
  async list(
    user: UserId,
    page: { readonly list: "to-me" | "sent"; readonly limit: number; readonly from: string | undefined },
  ): Promise<Result<object>> {
    const { db } = this.#core.options;
    const after = page.from === undefined ? undefined : await findAnnouncement(db, page.from);
    if (page.from !== undefined && after === undefined) return unknown();
    const unnoted = await countUnnoted(db, user);
    const want = { after, limit: page.limit + 1 };
    if (page.list === "sent") {
      const found = await sentBy(db, user, want);
      const shown = found.slice(0, page.limit);
      const announcements = await Promise.all(shown.map((one) => this.#viewFor(user, one)));
      return ok({ announcements, unnoted, ...nextOf(found.length > page.limit, shown.at(-1)?.id) });
    }
    const found = await announcedTo(db, user, want);
    const shown = found.slice(0, page.limit);
    const announcements = shown.map(({ announcement, noted }) => plainView(announcement, { noted }));
    return ok({ announcements, unnoted, ...nextOf(found.length > page.limit, shown.at(-1)?.announcement.id) });
  }

  /** Acknowledges, once; done already is done. The card shows it soon after. */
  async ack(user: UserId, id: string): Promise<Result<AnnouncementView>> {
    const { db, clock } = this.#core.options;
    const announcement = await findAnnouncement(db, id);
    const reader = announcement === undefined ? undefined : await findReader(db, id, user);
    if (announcement === undefined || reader === undefined) return unknown();
    if (reader.noted !== undefined) return ok(plainView(announcement, reader));
    const at = clock.now();
    const tx = db.begin();
    noteReader(tx, id, { ...reader, at });
    const isFirst = await committed(tx, NOT_NOTED);
    const noted = isFirst ? at : (await findReader(db, id, user))?.noted;
    return ok(plainView(announcement, { noted }));
  }

  /** Brings the card of a reader to how it stands; done again is nothing. */
  async refresh(user: UserId, id: string): Promise<void> {
    const { db } = this.#core.options;
    const announcement = await findAnnouncement(db, id);
    const reader = await findReader(db, id, user);
    if (announcement === undefined || reader?.noted === undefined) return;
    const card = announcementCard(announcement, {
      noted: reader.noted,
      utcOffsetMinutes: this.#parts.utcOffsetMinutes,
    });
    await this.#posts.update(announcementKey(id), user, () => ({ card, takes: "over" }));
  }

  /** ✅, or the event `org.causeway.ack`, acknowledges; ❌ says nothing. */
  async react(user: UserId, id: string, says: Says): Promise<ReactionOutcome> {
    if (says === "no") return { taken: false };
    const done = await this.ack(user, id);
    if (done.ok) await this.refresh(user, id);
    return { taken: done.ok };
  }

  /** Has those reminded who have not acknowledged. */
  async chase(user: UserId, id: string): Promise<Result<AnnouncementView>> {
    const { db, clock } = this.#core.options;
    const announcement = await this.#ownedBy(user, id);
    if (!announcement.ok) return announcement;
    const { withdrawn, chased } = announcement.value;
    if (withdrawn !== undefined) return failure("M_BAD_STATE", "It was withdrawn.");
    const now = clock.now();
    const tx = db.begin();
    chaseAgain(tx, id, { now, notSince: now - this.#parts.chaseEveryMs });
    const counts = await divisionCounts(db, id);
    const people = counts.reduce((sum, one) => sum + one.readers - one.noted, 0);
    this.#parts.audit(tx, { ...{ act: "announcement.chased", by: user, on: id, at: now }, facts: { people } });
    if (!(await committed(tx, MAY_CHASE))) return this.#tooSoon(await findAnnouncement(db, id), chased, now);
    this.deliveries.wake();
    return await this.get(user, id);
  }

  #tooSoon(now: Announcement | undefined, chased: Instant | undefined, at: Instant): Result<never> {
    if (now?.withdrawn !== undefined) return failure("M_BAD_STATE", "It was withdrawn.");
    const last = now?.chased ?? chased ?? at;
    const wait = Math.max(1, last + this.#parts.chaseEveryMs - at);
    return failure("M_LIMIT_EXCEEDED", "They were reminded a while ago.", { retry_after_ms: wait });
  }

  /** Takes an announcement back; done already is done. */
  async withdraw(user: UserId, id: string): Promise<Result<AnnouncementView>> {
    const { db, clock } = this.#core.options;
    const announcement = await this.#ownedBy(user, id);
    if (!announcement.ok) return announcement;
    const now = clock.now();
    const tx = db.begin();
    withdrawAt(tx, id, now);
    this.#parts.audit(tx, { act: "announcement.withdrawn", by: user, on: id, at: now });
    if (await committed(tx, MAY_WITHDRAW)) this.deliveries.wake();
    return await this.get(user, id);
  }

  /** One that somebody answers for; to those who cannot even read it, it is not there. */
  async #ownedBy(user: UserId, id: string): Promise<Result<Announcement>> {
    const found = await findAnnouncement(this.#core.options.db, id);
    if (found === undefined) return unknown();
    if (this.#answersFor(user, found)) return ok(found);
    const isReader = (await findReader(this.#core.options.db, id, user)) !== undefined;
    return isReader ? notPermitted("other-department") : unknown();
  }

  /** Who sent it, and those who may announce to the same people: an office outlives its holder. */
  #answersFor(user: UserId, announcement: Announcement): boolean {
    return announcement.sender === user || this.#parts.mayAnnounceTo(user, announcement.departments).allowed;
  }

  async #viewFor(user: UserId, announcement: Announcement): Promise<AnnouncementView> {
    const { db } = this.#core.options;
    const reader = await findReader(db, announcement.id, user);
    const view = reader === undefined ? plainView(announcement, undefined) : plainView(announcement, reader);
    return this.#answersFor(user, announcement) ? { ...view, progress: await this.#progressOf(announcement) } : view;
  }

  async #progressOf(announcement: Announcement): Promise<NonNullable<AnnouncementView["progress"]>> {
    const { db } = this.#core.options;
    const counts = await divisionCounts(db, announcement.id);
    const sum = (of: "readers" | "noted"): number => counts.reduce((total, one) => total + one[of], 0);
    const [readers, noted] = [sum("readers"), sum("noted")];
    return {
      ...{ readers, noted, percent: percentOf(noted, readers), waiting: await countWaiting(db, announcement.id) },
      divisions: counts.map((one) => ({
        department: one.department,
        ...(one.code === undefined ? {} : { division: one.code }),
        ...{ name_en: one.nameEn, name_zh: one.nameZh, readers: one.readers, noted: one.noted },
        percent: percentOf(one.noted, one.readers),
      })),
      ...(announcement.chased === undefined ? {} : { chased_at: announcement.chased }),
      chases: announcement.chases,
    };
  }
}

/** Rounded down: 100 % is everybody. */
function percentOf(noted: number, readers: number): number {
  return readers === 0 ? 100 : Math.floor((noted * 100) / readers);
}

function plainView(announcement: Announcement, reader: Pick<ReaderRow, "noted"> | undefined): AnnouncementView {
  const { id, title, body, sender, office, posted, due, withdrawn } = announcement;
  const asGiven = (text: CardText): string | Record<string, string> => (typeof text === "string" ? text : { ...text });
  return {
    ...{ announcement_id: id, title: asGiven(title), body: asGiven(body), from: sender, posted_at: posted },
    ...(office === undefined ? {} : { office: asGiven(office) }),
    ...(due === undefined ? {} : { due }),
    ...(withdrawn === undefined ? {} : { withdrawn_at: withdrawn }),
    ...(reader === undefined ? {} : { noted_at: reader.noted ?? null }),
  };
}

function nextOf(isMore: boolean, id: string | undefined): object {
  return isMore && id !== undefined ? { next: id } : {};
}

/** A language that was left out reads what there is. */
function wholeText(given: AnnouncementInput["title"]): CardText {
  if (typeof given === "string") return given;
  const otherwise = given.en ?? given["zh-Hant-HK"] ?? given["zh-Hans"] ?? "";
  const chinese = given["zh-Hant-HK"] ?? given["zh-Hans"] ?? otherwise;
  const [en, hant, hans] = languages.map((language) => given[language]);
  return { en: en ?? otherwise, "zh-Hant-HK": hant ?? chinese, "zh-Hans": hans ?? chinese };
}

function unknown(): Result<never> {
  return failure("M_NOT_FOUND", "There is no such announcement for you.");
}

function notPermitted(reason: string): Result<never> {
  return failure("NOT_PERMITTED", undefined, { reason });
}

/** Commits; false when what is named was not as expected. */
async function committed(tx: Tx, what: string): Promise<boolean> {
  try {
    await tx.commit();
    return true;
  } catch (error) {
    if (error instanceof UnmetExpectation && error.what === what) return false;
    throw error;
  }
}
