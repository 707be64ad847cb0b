import type { Migration } from "@causeway/platform";

/** What people keep for themselves, and how far they have read. */
export const people0003: Migration = {
  name: "0003-people",
  statements: (t) => [
    `CREATE TABLE rooms_account_data (
       user_id ${t.text} NOT NULL, room_id ${t.text} NOT NULL, type ${t.text} NOT NULL, content ${t.text} NOT NULL, pos ${t.int} NOT NULL,
       PRIMARY KEY (user_id, room_id, type))`,
    `CREATE INDEX rooms_account_data_by_pos ON rooms_account_data (user_id, pos)`,
    `CREATE TABLE rooms_filters (user_id ${t.text} NOT NULL, filter_id ${t.int} NOT NULL, filter ${t.text} NOT NULL, PRIMARY KEY (user_id, filter_id))`,
    `CREATE TABLE rooms_receipts (
       room ${t.int} NOT NULL, user_id ${t.text} NOT NULL, kind ${t.text} NOT NULL, thread ${t.text} NOT NULL, event_id ${t.text} NOT NULL,
       event_pos ${t.int} NOT NULL, main_ordinal ${t.int} NOT NULL, ordinal ${t.int} NOT NULL, ts ${t.int} NOT NULL, pos ${t.int} NOT NULL,
       PRIMARY KEY (room, user_id, kind, thread))`,
    `CREATE INDEX rooms_receipts_by_pos ON rooms_receipts (room, pos)`,
    `CREATE INDEX rooms_receipts_by_user ON rooms_receipts (user_id)`,
    `CREATE INDEX rooms_highlights_by_user ON rooms_highlights (user_id, room, pos)`,
    `CREATE INDEX rooms_events_by_thread ON rooms_events (room, thread, pos) WHERE thread IS NOT NULL`,
  ],
};
