import { parseEventId, parseRoomId, parseUserId, type EventId, type RoomId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import type { Card } from "./card.ts";

/** What a card takes as reactions: ✅ and ❌, none any more, or none ever. */
export type Takes = "answers" | "over" | "nothing";

/** A card, or a message, as it was said. */
export interface CardRow {
  readonly key: string;
  readonly user: UserId;
  readonly roomId: RoomId;
  readonly eventId: EventId;
  /** Undefined for a message without a card. */
  readonly card: Card | undefined;
  readonly takes: Takes;
  readonly quiet: boolean;
  readonly revision: number;
  /** The position of the reaction that is, or was last, acted upon. */
  readonly heard: number;
}

interface CardColumns {
  readonly card_key: string;
  readonly user_id: string;
  readonly room_id: string;
  readonly event_id: string;
  readonly content: string;
  readonly takes: string;
  readonly quiet: number;
  readonly revision: number;
  readonly heard: number;
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

function cardOf(row: CardColumns): CardRow {
  return {
    key: row.card_key,
    user: known(parseUserId(row.user_id)),
    roomId: known(parseRoomId(row.room_id)),
    eventId: known(parseEventId(row.event_id)),
    card: row.content === "" ? undefined : JSON.parse(row.content),
    takes: row.takes === "answers" || row.takes === "over" ? row.takes : "nothing",
    quiet: row.quiet === 1,
    revision: row.revision,
    heard: row.heard,
  };
}

const roomOfUser = statement<{ readonly room_id: string }>("SELECT room_id FROM cards_rooms WHERE user_id = ?");
const addRoom = statement("INSERT INTO cards_rooms (user_id, room_id) VALUES (?, ?) ON CONFLICT (user_id) DO NOTHING");
const moveRoom = statement("UPDATE cards_rooms SET room_id = ? WHERE user_id = ? AND room_id = ?");

/** The room in which the server speaks with somebody. */
export async function findRoom(db: ReadDb, user: UserId): Promise<RoomId | undefined> {
  const row = await db.first(roomOfUser(user));
  return row === undefined ? undefined : known(parseRoomId(row.room_id));
}

/** What `UnmetExpectation` says when somebody else made the room meanwhile. */
export const ROOM_FREE = "cards-room-free";

/** Keeps the room of somebody, in place of one that they left. */
export function putRoom(
  tx: Tx,
  user: UserId,
  room: { readonly id: RoomId; readonly instead: RoomId | undefined },
): void {
  const { id, instead } = room;
  tx.add(instead === undefined ? addRoom(user, id) : moveRoom(id, user, instead), { rows: 1, what: ROOM_FREE });
}

const NEW = "card_key, user_id, room_id, event_id, content, takes, quiet, revision";
const CARD = `${NEW}, heard`;
const byKey = statement<CardColumns>(`SELECT ${CARD} FROM cards_cards WHERE card_key = ? AND user_id = ?`);
const ofKey = statement<CardColumns>(`SELECT ${CARD} FROM cards_cards WHERE card_key = ? ORDER BY user_id`);
const byEvent = statement<CardColumns>(`SELECT ${CARD} FROM cards_cards WHERE event_id = ?`);
const addCardRow = statement(
  `INSERT INTO cards_cards (${NEW}) VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (card_key, user_id) DO NOTHING`,
);
const changeCardRow = statement(
  `UPDATE cards_cards SET room_id = ?, event_id = ?, content = ?, takes = ?, revision = revision + 1
   WHERE card_key = ? AND user_id = ? AND revision = ?`,
);
const hear = statement("UPDATE cards_cards SET heard = ? WHERE card_key = ? AND user_id = ?");
const endTaking = statement("UPDATE cards_cards SET takes = 'over' WHERE card_key = ? AND user_id = ?");

/** What was said to somebody under a key. */
export async function findCard(db: ReadDb, key: string, user: UserId): Promise<CardRow | undefined> {
  const row = await db.first(byKey(key, user));
  return row === undefined ? undefined : cardOf(row);
}

/** Everybody's cards of a key. */
export async function cardsOf(db: ReadDb, key: string): Promise<readonly CardRow[]> {
  return (await db.all(ofKey(key))).map(cardOf);
}

/** The card that an event is. */
export async function cardOfEvent(db: ReadDb, event: string): Promise<CardRow | undefined> {
  const row = await db.first(byEvent(event));
  return row === undefined ? undefined : cardOf(row);
}

/** What `UnmetExpectation` says when the key has been used, or the card changed meanwhile. */
export const CARD_FREE = "cards-card-free";
export const CARD_SAME = "cards-card-same";

/** Keeps what was said; fails as `CARD_FREE` when it was said before. */
export function addCard(tx: Tx, row: Omit<CardRow, "revision" | "heard">): void {
  const { key, user, roomId, eventId, card, takes, quiet } = row;
  const content = card === undefined ? "" : JSON.stringify(card);
  tx.add(addCardRow(key, user, roomId, eventId, content, takes, quiet ? 1 : 0), { rows: 1, what: CARD_FREE });
}

/** Keeps how a card is now; fails as `CARD_SAME` when it was changed meanwhile. */
export function changeCard(
  tx: Tx,
  before: CardRow,
  now: Pick<CardRow, "roomId" | "eventId" | "takes"> & { readonly card: Card },
): void {
  const { roomId, eventId, card, takes } = now;
  tx.add(changeCardRow(roomId, eventId, JSON.stringify(card), takes, before.key, before.user, before.revision), {
    rows: 1,
    what: CARD_SAME,
  });
}

/** Keeps which reaction is about to be acted upon: after a sudden end it is no late one, but the same one. */
export function hearReaction(tx: Tx, card: Pick<CardRow, "key" | "user">, pos: number): void {
  tx.add(hear(pos, card.key, card.user));
}

/** Keeps that a card takes no reaction any more. */
export function endReactions(tx: Tx, card: Pick<CardRow, "key" | "user">): void {
  tx.add(endTaking(card.key, card.user));
}

const progress = statement<{ readonly pos: number }>("SELECT pos FROM cards_progress WHERE id = 1");
const putProgressRow = statement("UPDATE cards_progress SET pos = ? WHERE id = 1 AND pos < ?");

/** Up to where every reaction has been followed. */
export async function readProgress(db: ReadDb): Promise<number> {
  return (await db.first(progress()))?.pos ?? 0;
}

/** Keeps that every reaction up to a position has been followed. */
export function putProgress(tx: Tx, pos: number): void {
  tx.add(putProgressRow(pos, pos));
}

/** Something that is to be said, and has not been yet. */
export interface DueRow {
  readonly id: string;
  readonly kind: string;
  readonly user: UserId;
  readonly data: string;
}

interface DueColumns {
  readonly id: string;
  readonly kind: string;
  readonly user_id: string;
  readonly data: string;
}

const someDue = statement<DueColumns>("SELECT id, kind, user_id, data FROM cards_due ORDER BY at, id LIMIT ?");
const addDueRow = statement(
  "INSERT INTO cards_due (id, kind, user_id, data, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
);
const removeDueRow = statement("DELETE FROM cards_due WHERE id = ?");

/** What is to be said, the oldest first. */
export async function dueRows(db: ReadDb, limit: number): Promise<readonly DueRow[]> {
  const rows = await db.all(someDue(limit));
  return rows.map(({ id, kind, user_id, data }) => ({ id, kind, user: known(parseUserId(user_id)), data }));
}

/** Keeps that something is to be said. */
export function addDue(tx: Tx, row: DueRow, at: number): void {
  tx.add(addDueRow(row.id, row.kind, row.user, row.data, at));
}

/** Keeps that it was said. */
export function removeDue(tx: Tx, id: string): void {
  tx.add(removeDueRow(id));
}
