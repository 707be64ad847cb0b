import type { Migration } from "@causeway/platform";

/** What people have reported. */
export const reports0004: Migration = {
  name: "0004-reports",
  statements: (t) => [
    `CREATE TABLE rooms_reports (
       pos ${t.intKey}, user_id ${t.text} NOT NULL, at ${t.int} NOT NULL, room_id ${t.text}, event_id ${t.text},
       about ${t.text}, reason ${t.text} NOT NULL)`,
  ],
};
