import type { Migration } from "@causeway/platform";

/** Accounts, their sessions and the hashes of their tokens. */
export const accounts0001: Migration = {
  name: "0001-accounts",
  statements: (t) => [
    `CREATE TABLE accounts_users (
       user_id ${t.text} PRIMARY KEY, password ${t.text}, created ${t.int} NOT NULL, deactivated ${t.int} NOT NULL DEFAULT 0)`,
    `CREATE TABLE accounts_sessions (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, session ${t.text} NOT NULL UNIQUE, name ${t.text}, created ${t.int} NOT NULL,
       managed ${t.int} NOT NULL DEFAULT 0, last_seen ${t.int} NOT NULL, generation ${t.int} NOT NULL, confirmed ${t.int} NOT NULL,
       PRIMARY KEY (user_id, device))`,
    `CREATE TABLE accounts_tokens (
       hash ${t.text} PRIMARY KEY, session ${t.text} NOT NULL, kind ${t.text} NOT NULL, generation ${t.int} NOT NULL, expires ${t.int})`,
    `CREATE INDEX accounts_tokens_by_session ON accounts_tokens (session)`,
  ],
};
