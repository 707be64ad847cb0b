import { instant, parseUserId, type Instant, type UserId } from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import type { CardText } from "../texts.ts";
import type { Announcement, Audience, DivisionCount } from "./types.ts";

interface Columns {
  readonly id: string;
  readonly sender: string;
  readonly title: string;
  readonly body: string;
  readonly office: string | null;
  readonly departments: string;
  readonly posted: number;
  readonly due: number | null;
  readonly withdrawn: number | null;
  readonly chased: number | null;
  readonly chases: number;
}

const ALL =
  "a.id, a.sender, a.title, a.body, a.office, a.departments, a.posted, a.due, a.withdrawn, a.chased, a.chases";

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

function time(ms: number | null): Instant | undefined {
  return ms === null ? undefined : instant(ms);
}

function rowOf(row: Columns): Announcement {
  const read = (text: string): CardText => JSON.parse(text);
  return {
    ...{ id: row.id, sender: known(parseUserId(row.sender)), title: read(row.title), body: read(row.body) },
    office: row.office === null ? undefined : read(row.office),
    departments: row.departments === "" ? "everybody" : JSON.parse(row.departments),
    ...{ posted: instant(row.posted), due: time(row.due), withdrawn: time(row.withdrawn) },
    ...{ chased: time(row.chased), chases: row.chases },
  };
}

const one = statement<Columns>(`SELECT ${ALL} FROM cards_announcements a WHERE a.id = ?`);
const byTxn = statement<Columns>(`SELECT ${ALL} FROM cards_announcements a WHERE a.sender = ? AND a.txn = ?`);
const sent = statement<Columns>(
  `SELECT ${ALL} FROM cards_announcements a WHERE a.sender = ? AND (a.posted < ? OR (a.posted = ? AND a.id < ?)) ORDER BY a.posted DESC, a.id DESC LIMIT ?`,
);
const toSomebody = statement<Columns & { readonly noted: number | null }>(
  `SELECT ${ALL}, r.noted FROM cards_readers r JOIN cards_announcements a ON a.id = r.announcement
   WHERE r.user_id = ? AND (r.posted < ? OR (r.posted = ? AND r.announcement < ?)) ORDER BY r.posted DESC, r.announcement DESC LIMIT ?`,
);

/** One, or undefined. */
export async function findAnnouncement(db: ReadDb, id: string): Promise<Announcement | undefined> {
  const row = await db.first(one(id));
  return row === undefined ? undefined : rowOf(row);
}

/** What a request has announced before. */
export async function announcementByTxn(db: ReadDb, sender: UserId, txn: string): Promise<Announcement | undefined> {
  const row = await db.first(byTxn(sender, txn));
  return row === undefined ? undefined : rowOf(row);
}

/** Where a list goes on: after one that was shown. */
export interface After {
  readonly posted: number;
  readonly id: string;
}

const NEWEST: After = { posted: Number.MAX_SAFE_INTEGER, id: "" };

/** What somebody has sent, newest first. */
export async function sentBy(
  db: ReadDb,
  sender: UserId,
  page: { readonly after: After | undefined; readonly limit: number },
): Promise<readonly Announcement[]> {
  const { posted, id } = page.after ?? NEWEST;
  return (await db.all(sent(sender, posted, posted, id, page.limit))).map(rowOf);
}

/** What was announced to somebody, newest first, with when they acknowledged it. */
export async function announcedTo(
  db: ReadDb,
  user: UserId,
  page: { readonly after: After | undefined; readonly limit: number },
): Promise<readonly { readonly announcement: Announcement; readonly noted: Instant | undefined }[]> {
  const { posted, id } = page.after ?? NEWEST;
  const rows = await db.all(toSomebody(user, posted, posted, id, page.limit));
  return rows.map((row) => ({ announcement: rowOf(row), noted: time(row.noted) }));
}

const unnotedOf = statement<{ readonly count: number }>(
  `SELECT COUNT(*) AS count FROM cards_readers r JOIN cards_announcements a ON a.id = r.announcement
   WHERE r.user_id = ? AND r.noted IS NULL AND a.withdrawn IS NULL`,
);

/** How many somebody has yet to acknowledge. */
export async function countUnnoted(db: ReadDb, user: UserId): Promise<number> {
  return Number((await db.first(unnotedOf(user)))?.count ?? 0);
}

/** A reader of an announcement. */
export interface ReaderRow {
  readonly user: UserId;
  readonly division: number;
  readonly noted: Instant | undefined;
}

interface ReaderColumns {
  readonly user_id: string;
  readonly division: number;
  readonly noted: number | null;
}

const reader = statement<ReaderColumns>(
  "SELECT user_id, division, noted FROM cards_readers WHERE announcement = ? AND user_id = ?",
);
const withShown = statement<ReaderColumns>(
  "SELECT user_id, division, noted FROM cards_readers WHERE announcement = ? AND shown = ? ORDER BY user_id LIMIT ?",
);
const unchased = statement<ReaderColumns>(
  "SELECT user_id, division, noted FROM cards_readers WHERE announcement = ? AND noted IS NULL AND shown = 1 AND chased < ? AND user_id > ? ORDER BY user_id LIMIT ?",
);

function readerOf(row: ReaderColumns): ReaderRow {
  return { user: known(parseUserId(row.user_id)), division: row.division, noted: time(row.noted) };
}

/** Somebody to whom an announcement is addressed. */
export async function findReader(db: ReadDb, id: string, user: UserId): Promise<ReaderRow | undefined> {
  const row = await db.first(reader(id, user));
  return row === undefined ? undefined : readerOf(row);
}

/** What a reader has been shown: nothing yet, the card, or that it was withdrawn. */
export type Shown = 0 | 1 | 2;

/** Some of those who have been shown so much. */
export async function readersShown(
  db: ReadDb,
  id: string,
  of: { readonly shown: Shown; readonly limit: number },
): Promise<readonly ReaderRow[]> {
  return (await db.all(withShown(id, of.shown, of.limit))).map(readerOf);
}

const stillWaiting = statement<{ readonly count: number }>(
  "SELECT COUNT(*) AS count FROM cards_readers WHERE announcement = ? AND shown = 0",
);

/** How many cards have yet to be posted. */
export async function countWaiting(db: ReadDb, id: string): Promise<number> {
  return Number((await db.first(stillWaiting(id)))?.count ?? 0);
}

/** Some of those after a user id who have not acknowledged, and have been reminded less often. */
export async function readersToChase(
  db: ReadDb,
  of: Pick<Announcement, "id" | "chases">,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly ReaderRow[]> {
  return (await db.all(unchased(of.id, of.chases, page.after, page.limit))).map(readerOf);
}

const counts = statement<{
  readonly department: string;
  readonly code: string | null;
  readonly name_en: string;
  readonly name_zh: string;
  readonly readers: number;
  readonly noted: number;
}>(
  "SELECT department, code, name_en, name_zh, readers, noted FROM cards_divisions WHERE announcement = ? AND readers > 0 ORDER BY department, division",
);

/** How far each division is that has readers: as many rows as there are divisions. */
export async function divisionCounts(db: ReadDb, id: string): Promise<readonly DivisionCount[]> {
  return (await db.all(counts(id))).map((row) => ({
    ...{ department: row.department, code: row.code ?? undefined, nameEn: row.name_en, nameZh: row.name_zh },
    ...{ readers: row.readers, noted: row.noted },
  }));
}

const waiting = statement<{ readonly id: string }>(
  "SELECT id FROM cards_announcements WHERE working = 1 ORDER BY posted LIMIT 100",
);

/** Announcements of which people have something to be shown. */
export async function workingAnnouncements(db: ReadDb): Promise<readonly string[]> {
  return (await db.all(waiting())).map((row) => row.id);
}

const insert = statement(
  `INSERT INTO cards_announcements (id, sender, txn, title, body, office, departments, posted, due, working) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
   ON CONFLICT (sender, txn) DO NOTHING`,
);
const insertDivision = statement(
  "INSERT INTO cards_divisions (announcement, division, department, code, name_en, name_zh, readers) VALUES (?, ?, ?, ?, ?, ?, ?)",
);
const READERS_AT_ONCE = 150;

/** What `UnmetExpectation` says when the sender's request has announced it before. */
export const TXN_FREE = "cards-announcement-free";

/** Keeps an announcement with everybody to whom it is addressed; fails as `TXN_FREE` when it was announced before. */
export function addAnnouncement(
  tx: Tx,
  made: Announcement,
  how: { readonly txn: string | undefined; readonly audience: Audience },
): void {
  const { id, sender, title, body, office, departments, posted, due } = made;
  const texts = [JSON.stringify(title), JSON.stringify(body), office === undefined ? null : JSON.stringify(office)];
  const to = departments === "everybody" ? "" : JSON.stringify(departments);
  tx.add(insert(id, sender, how.txn ?? null, ...texts, to, posted, due ?? null), { rows: 1, what: TXN_FREE });
  const { divisions, readers } = how.audience;
  const sizes = new Map<number, number>();
  for (const { division } of readers) sizes.set(division, (sizes.get(division) ?? 0) + 1);
  for (const [number, { department, code, nameEn, nameZh }] of divisions.entries())
    tx.add(insertDivision(id, number, department, code ?? null, nameEn, nameZh, sizes.get(number) ?? 0));
  for (let at = 0; at < readers.length; at += READERS_AT_ONCE) {
    const some = readers.slice(at, at + READERS_AT_ONCE);
    tx.add({
      sql: `INSERT INTO cards_readers (announcement, user_id, posted, division) VALUES ${some.map(() => `(${placeholders(4)})`).join(", ")}`,
      parameters: some.flatMap(({ user, division }) => [id, user, posted, division]),
    });
  }
}

const note = statement("UPDATE cards_readers SET noted = ? WHERE announcement = ? AND user_id = ? AND noted IS NULL");
const countNote = statement("UPDATE cards_divisions SET noted = noted + 1 WHERE announcement = ? AND division = ?");

/** What `UnmetExpectation` says when it was acknowledged before. */
export const NOT_NOTED = "cards-not-noted";

/** Keeps that somebody has acknowledged; fails as `NOT_NOTED` when they had already. */
export function noteReader(tx: Tx, id: string, of: ReaderRow & { readonly at: Instant }): void {
  tx.add(note(of.at, id, of.user), { rows: 1, what: NOT_NOTED });
  tx.add(countNote(id, of.division));
}

const show = statement("UPDATE cards_readers SET shown = ? WHERE announcement = ? AND user_id = ?");
const remind = statement("UPDATE cards_readers SET chased = ? WHERE announcement = ? AND user_id = ?");
const leave = statement("DELETE FROM cards_readers WHERE announcement = ? AND user_id = ? AND noted IS NULL");
const countLeft = statement("UPDATE cards_divisions SET readers = readers - 1 WHERE announcement = ? AND division = ?");

/** Somebody as the reader of an announcement. */
interface Reader {
  readonly id: string;
  readonly user: UserId;
}

/** Keeps what somebody has been shown. */
export function markShown(tx: Tx, reader: Reader, shown: Shown): void {
  tx.add(show(shown, reader.id, reader.user));
}

/** Keeps how often somebody has been reminded. */
export function markChased(tx: Tx, reader: Reader, chases: number): void {
  tx.add(remind(chases, reader.id, reader.user));
}

/** What `UnmetExpectation` says when somebody acknowledged while they were being taken out. */
export const STILL_READER = "cards-still-reader";

/** Takes somebody out who has left the government without acknowledging: nobody waits for them. */
export function removeReader(tx: Tx, id: string, of: Pick<ReaderRow, "user" | "division">): void {
  tx.add(leave(id, of.user), { rows: 1, what: STILL_READER });
  tx.add(countLeft(id, of.division));
}

const chase = statement(
  "UPDATE cards_announcements SET chased = ?, chases = chases + 1, working = 1 WHERE id = ? AND withdrawn IS NULL AND (chased IS NULL OR chased <= ?)",
);
const withdraw = statement(
  "UPDATE cards_announcements SET withdrawn = ?, working = 1 WHERE id = ? AND withdrawn IS NULL",
);
const rest = statement(
  "UPDATE cards_announcements SET working = 0 WHERE id = ? AND chases = ? AND (withdrawn IS NULL) = (CAST(? AS BIGINT) = 0)",
);

/** What `UnmetExpectation` says when it was chased a moment ago, or withdrawn. */
export const MAY_CHASE = "cards-may-chase";
export const MAY_WITHDRAW = "cards-may-withdraw";

/** Keeps that those who have not acknowledged are to be reminded; fails as `MAY_CHASE` when they were after `notSince`. */
export function chaseAgain(tx: Tx, id: string, times: { readonly now: Instant; readonly notSince: number }): void {
  tx.add(chase(times.now, id, times.notSince), { rows: 1, what: MAY_CHASE });
}

/** Keeps that it was taken back; fails as `MAY_WITHDRAW` when it was before. */
export function withdrawAt(tx: Tx, id: string, now: Instant): void {
  tx.add(withdraw(now, id), { rows: 1, what: MAY_WITHDRAW });
}

/** Keeps that everybody has been shown what there was to show, unless there is more by now. */
export function restAfter(tx: Tx, seen: Announcement): void {
  tx.add(rest(seen.id, seen.chases, seen.withdrawn === undefined ? 0 : 1));
}
