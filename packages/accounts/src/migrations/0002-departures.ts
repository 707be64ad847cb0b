import type { Migration } from "@causeway/platform";

/** Whether what follows a deactivation (leaving rooms) has been done, so that a crash in between is made up for. */
export const accounts0002: Migration = {
  name: "0002-departures",
  statements: (t) => [
    `ALTER TABLE accounts_users ADD COLUMN departed ${t.int} NOT NULL DEFAULT 1`,
    `CREATE INDEX accounts_users_leaving ON accounts_users (user_id) WHERE departed = 0`,
  ],
};
