import type { Migration } from "@causeway/platform";

/** Whose personal devices a head has allowed a RESTRICTED room; ended ones stay, as the record of it. */
export const gate0008: Migration = {
  name: "0008-gate",
  statements: (t) => [
    `CREATE TABLE rooms_gate_grants (
       id ${t.text} PRIMARY KEY, room_id ${t.text} NOT NULL, user_id ${t.text} NOT NULL, granted_by ${t.text} NOT NULL, reason ${t.text} NOT NULL,
       at ${t.int} NOT NULL, until ${t.int} NOT NULL, pos ${t.int} NOT NULL, ended ${t.int}, ended_by ${t.text})`,
    `CREATE INDEX rooms_gate_grants_by_room ON rooms_gate_grants (room_id, user_id)`,
  ],
};
