import type { Migration } from "@causeway/platform";

/** What offices announce, to whom, and who has acknowledged it; counts by division, so that nobody is counted when they are read. */
export const announcements0002: Migration = {
  name: "0002-announcements",
  statements: (t) => [
    `CREATE TABLE cards_announcements (
       id ${t.text} PRIMARY KEY, sender ${t.text} NOT NULL, txn ${t.text}, title ${t.text} NOT NULL, body ${t.text} NOT NULL, office ${t.text},
       departments ${t.text} NOT NULL, posted ${t.int} NOT NULL, due ${t.int}, withdrawn ${t.int}, chased ${t.int}, chases ${t.int} NOT NULL DEFAULT 0,
       working ${t.int} NOT NULL)`,
    `CREATE UNIQUE INDEX cards_announcements_by_txn ON cards_announcements (sender, txn)`,
    `CREATE INDEX cards_announcements_by_sender ON cards_announcements (sender, posted)`,
    `CREATE INDEX cards_announcements_working ON cards_announcements (working, posted)`,
    `CREATE TABLE cards_readers (
       announcement ${t.text} NOT NULL, user_id ${t.text} NOT NULL, posted ${t.int} NOT NULL, division ${t.int} NOT NULL, noted ${t.int},
       shown ${t.int} NOT NULL DEFAULT 0, chased ${t.int} NOT NULL DEFAULT 0,
       PRIMARY KEY (announcement, user_id))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE INDEX cards_readers_by_user ON cards_readers (user_id, posted)`,
    `CREATE INDEX cards_readers_to_show ON cards_readers (announcement, shown, user_id)`,
    `CREATE TABLE cards_divisions (
       announcement ${t.text} NOT NULL, division ${t.int} NOT NULL, department ${t.text} NOT NULL, code ${t.text}, name_en ${t.text} NOT NULL,
       name_zh ${t.text} NOT NULL, readers ${t.int} NOT NULL, noted ${t.int} NOT NULL DEFAULT 0,
       PRIMARY KEY (announcement, division))`,
  ],
};
