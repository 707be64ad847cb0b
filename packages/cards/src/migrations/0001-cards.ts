import type { Migration } from "@causeway/platform";

/** Whom the server speaks with where, its cards, what it has yet to say, and how far it has read. */
export const cards0001: Migration = {
  name: "0001-cards",
  statements: (t) => [
    `CREATE TABLE cards_rooms (user_id ${t.text} PRIMARY KEY, room_id ${t.text} NOT NULL)`,
    `CREATE TABLE cards_cards (
       card_key ${t.text} NOT NULL, user_id ${t.text} NOT NULL, room_id ${t.text} NOT NULL, event_id ${t.text} NOT NULL,
       content ${t.text} NOT NULL, takes ${t.text} NOT NULL, quiet ${t.int} NOT NULL, revision ${t.int} NOT NULL, heard ${t.int} NOT NULL DEFAULT 0,
       PRIMARY KEY (card_key, user_id))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE UNIQUE INDEX cards_cards_by_event ON cards_cards (event_id)`,
    `CREATE TABLE cards_due (
       id ${t.text} PRIMARY KEY, kind ${t.text} NOT NULL, user_id ${t.text} NOT NULL, data ${t.text} NOT NULL, at ${t.int} NOT NULL)`,
    `CREATE INDEX cards_due_by_at ON cards_due (at, id)`,
    `CREATE TABLE cards_progress (id ${t.intKey}, pos ${t.int} NOT NULL)`,
    `INSERT INTO cards_progress (id, pos) VALUES (1, 0)`,
  ],
};
