import type { Migration } from "@causeway/platform";

/** Who said of which device that it is managed, or that it is not, and when: rows are added and never changed. */
export const accounts0006: Migration = {
  name: "0006-device-classes",
  statements: (t) => [
    `CREATE TABLE accounts_device_classes (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, at ${t.int} NOT NULL, by_user ${t.text} NOT NULL, managed ${t.int} NOT NULL,
       PRIMARY KEY (user_id, device, at, by_user))`,
  ],
};
