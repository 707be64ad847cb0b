import type { Migration } from "@causeway/platform";

/** Accounts that an administrator holds: locked or suspended. */
export const accounts0005: Migration = {
  name: "0005-holds",
  statements: (t) => [
    `ALTER TABLE accounts_users ADD COLUMN locked ${t.int} NOT NULL DEFAULT 0`,
    `ALTER TABLE accounts_users ADD COLUMN suspended ${t.int} NOT NULL DEFAULT 0`,
  ],
};
