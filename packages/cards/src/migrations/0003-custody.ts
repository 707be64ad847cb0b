import type { Migration } from "@causeway/platform";

/** Custodians of departments, shares that clients have sealed to them, and recoveries. */
export const custody0003: Migration = {
  name: "0003-custody",
  statements: (t) => [
    `CREATE TABLE cards_custody (department ${t.text} PRIMARY KEY, enabled ${t.int} NOT NULL, custodians ${t.text} NOT NULL)`,
    `CREATE TABLE cards_custodian_keys (user_id ${t.text} PRIMARY KEY, sealing_key ${t.text} NOT NULL)`,
    `CREATE TABLE cards_shares (
       user_id ${t.text} NOT NULL, custodian ${t.text} NOT NULL, department ${t.text} NOT NULL, sealing_key ${t.text} NOT NULL,
       sealed ${t.text} NOT NULL, at ${t.int} NOT NULL, PRIMARY KEY (user_id, custodian))`,
    `CREATE INDEX cards_shares_by_department ON cards_shares (department)`,
    `CREATE TABLE cards_recoveries (
       id ${t.text} PRIMARY KEY, user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, session ${t.text} NOT NULL, sealing_key ${t.text} NOT NULL,
       department ${t.text} NOT NULL, first ${t.text} NOT NULL, second ${t.text} NOT NULL, asked ${t.int} NOT NULL, expires ${t.int} NOT NULL,
       first_share ${t.text}, first_at ${t.int}, second_share ${t.text}, second_at ${t.int}, ended ${t.text}, ended_by ${t.text}, reason ${t.text},
       opened ${t.int})`,
    `CREATE INDEX cards_recoveries_by_user ON cards_recoveries (user_id, asked)`,
    `CREATE INDEX cards_recoveries_by_first ON cards_recoveries (first, asked)`,
    `CREATE INDEX cards_recoveries_by_second ON cards_recoveries (second, asked)`,
    // One at a time: a second device that asks takes the place of nobody.
    `CREATE UNIQUE INDEX cards_recoveries_open ON cards_recoveries (user_id) WHERE ended IS NULL`,
  ],
};
