import type { Migration } from "@causeway/platform";

/** Passkeys, what clients have sealed with them, and the sensitive things that were confirmed with one. */
export const accounts0004: Migration = {
  name: "0004-passkeys",
  statements: (t) => [
    `CREATE TABLE accounts_passkeys (
       id ${t.text} PRIMARY KEY, user_id ${t.text} NOT NULL, handle ${t.text} NOT NULL, public_key ${t.blob} NOT NULL, counter ${t.int} NOT NULL,
       name ${t.text} NOT NULL, transports ${t.text} NOT NULL, backed_up ${t.int} NOT NULL, prf ${t.int} NOT NULL, salt ${t.text} NOT NULL,
       sealed ${t.text}, created ${t.int} NOT NULL, last_used ${t.int})`,
    `CREATE INDEX accounts_passkeys_by_user ON accounts_passkeys (user_id)`,
    `CREATE TABLE accounts_step_ups (
       id ${t.text} PRIMARY KEY, user_id ${t.text} NOT NULL, operation ${t.text} NOT NULL, passkey ${t.text} NOT NULL, at ${t.int} NOT NULL)`,
    `CREATE INDEX accounts_step_ups_by_user ON accounts_step_ups (user_id, at)`,
  ],
};
