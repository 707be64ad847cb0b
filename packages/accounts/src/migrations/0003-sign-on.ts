import type { Migration } from "@causeway/platform";

/** Who people are at a sign-in provider, what waits for an answer from a browser, and login tokens (hashes only). */
export const accounts0003: Migration = {
  name: "0003-sign-on",
  statements: (t) => [
    `CREATE TABLE accounts_identities (
       issuer ${t.text} NOT NULL, subject ${t.text} NOT NULL, user_id ${t.text} NOT NULL, created ${t.int} NOT NULL,
       PRIMARY KEY (issuer, subject))`,
    `CREATE INDEX accounts_identities_by_user ON accounts_identities (user_id)`,
    `CREATE TABLE accounts_pending (
       id ${t.text} PRIMARY KEY, kind ${t.text} NOT NULL, expires ${t.int} NOT NULL, body ${t.text} NOT NULL)`,
    `CREATE INDEX accounts_pending_by_expiry ON accounts_pending (expires)`,
    `CREATE TABLE accounts_login_tokens (
       hash ${t.text} PRIMARY KEY, user_id ${t.text} NOT NULL, expires ${t.int} NOT NULL)`,
    `CREATE INDEX accounts_login_tokens_by_user ON accounts_login_tokens (user_id)`,
    `CREATE INDEX accounts_login_tokens_by_expiry ON accounts_login_tokens (expires)`,
  ],
};
