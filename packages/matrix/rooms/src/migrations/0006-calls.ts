import type { Migration } from "@causeway/platform";

/** How an event calls somebody, and whose push rules differ from the default. */
export const calls0006: Migration = {
  name: "0006-calls",
  statements: (t) => [
    `ALTER TABLE rooms_highlights ADD COLUMN kind ${t.text} NOT NULL DEFAULT 'loud'`,
    `UPDATE rooms_highlights SET kind = 'room' WHERE user_id = ''`,
    `CREATE INDEX rooms_account_data_rules ON rooms_account_data (user_id) WHERE type = 'm.push_rules' AND room_id = ''`,
  ],
};
