import type { Migration } from "@causeway/platform";

/** Changes that concern one reader only; one-time keys that were uploaded before; transactions by their age. */
export const keys0002: Migration = {
  name: "0002-keys",
  statements: (t) => [
    `ALTER TABLE keys_changes ADD COLUMN only_for ${t.text}`,
    `CREATE TABLE keys_uploaded (user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, names ${t.text} NOT NULL, PRIMARY KEY (user_id, device))`,
    `CREATE INDEX keys_to_device_sent_by_age ON keys_to_device_sent (at)`,
  ],
};
