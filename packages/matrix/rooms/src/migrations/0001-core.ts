import type { Migration } from "@causeway/platform";

/** Rooms, their events, their state over time, and who is in them. */
export const core0001: Migration = {
  name: "0001-core",
  statements: (t) => [
    // NOTE `room` is the position of the create event: small, unique, and never given twice.
    `CREATE TABLE rooms_rooms (
       room ${t.intKey}, room_id ${t.text} NOT NULL UNIQUE, version ${t.text} NOT NULL, creator ${t.text} NOT NULL,
       last_pos ${t.int} NOT NULL, depth ${t.int} NOT NULL, ordinal ${t.int} NOT NULL, main_ordinal ${t.int} NOT NULL,
       published ${t.int} NOT NULL DEFAULT 0)`,
    `CREATE TABLE rooms_events (
       pos ${t.intKey}, room ${t.int} NOT NULL, event_id ${t.text} NOT NULL, type ${t.text} NOT NULL, sender ${t.text} NOT NULL,
       state_key ${t.text}, ts ${t.int} NOT NULL, ordinal ${t.int} NOT NULL, main_ordinal ${t.int} NOT NULL, thread ${t.text},
       client ${t.text} NOT NULL, extra ${t.text} NOT NULL, rest ${t.text} NOT NULL)`,
    `CREATE UNIQUE INDEX rooms_events_by_id ON rooms_events (event_id)`,
    `CREATE INDEX rooms_events_by_room ON rooms_events (room, pos)`,
    `CREATE TABLE rooms_state_changes (
       room ${t.int} NOT NULL, type ${t.text} NOT NULL, state_key ${t.text} NOT NULL, pos ${t.int} NOT NULL, event_pos ${t.int} NOT NULL,
       PRIMARY KEY (room, type, state_key, pos))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE INDEX rooms_state_changes_by_pos ON rooms_state_changes (room, pos)`,
    `CREATE TABLE rooms_memberships (
       user_id ${t.text} NOT NULL, room ${t.int} NOT NULL, membership ${t.text} NOT NULL, sender ${t.text} NOT NULL, pos ${t.int} NOT NULL,
       since ${t.int} NOT NULL, forgotten ${t.int} NOT NULL DEFAULT 0,
       PRIMARY KEY (user_id, room))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE TABLE rooms_transactions (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, txn ${t.text} NOT NULL, event_id ${t.text} NOT NULL, at ${t.int} NOT NULL,
       PRIMARY KEY (user_id, device, txn))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE TABLE rooms_relations (
       target ${t.text} NOT NULL, rel_type ${t.text} NOT NULL, pos ${t.int} NOT NULL, room ${t.int} NOT NULL, event_id ${t.text} NOT NULL,
       type ${t.text} NOT NULL, sender ${t.text} NOT NULL, aggregation_key ${t.text},
       PRIMARY KEY (target, rel_type, pos))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE TABLE rooms_highlights (
       room ${t.int} NOT NULL, user_id ${t.text} NOT NULL, pos ${t.int} NOT NULL, thread ${t.text},
       PRIMARY KEY (room, user_id, pos))${t.engine === "sqlite" ? " WITHOUT ROWID" : ""}`,
    `CREATE TABLE rooms_aliases (
       alias ${t.text} PRIMARY KEY, room_id ${t.text} NOT NULL, creator ${t.text} NOT NULL, at ${t.int} NOT NULL)`,
    `CREATE INDEX rooms_aliases_by_room ON rooms_aliases (room_id)`,
  ],
};
