import type { Migration } from "@causeway/platform";

/** Editions of the catalogue and of the rules, drafts of the next ones, the version that points have, and what they have counted. */
export const editions0001: Migration = {
  name: "0001-editions",
  statements: (t) => [
    `CREATE TABLE policy_editions (
       kind ${t.text} NOT NULL, publisher ${t.text} NOT NULL, version ${t.int} NOT NULL, effective ${t.int} NOT NULL,
       published ${t.int} NOT NULL, published_by ${t.text}, note ${t.text} NOT NULL, withdrawn ${t.int}, content ${t.text} NOT NULL,
       PRIMARY KEY (kind, publisher, version))`,
    `CREATE TABLE policy_drafts (
       kind ${t.text} NOT NULL, publisher ${t.text} NOT NULL, revision ${t.int} NOT NULL, edited ${t.int} NOT NULL,
       edited_by ${t.text} NOT NULL, content ${t.text} NOT NULL, PRIMARY KEY (kind, publisher))`,
    `CREATE TABLE policy_head (
       one ${t.intKey}, version ${t.int} NOT NULL, issued ${t.int} NOT NULL, expires ${t.int} NOT NULL,
       digest ${t.text} NOT NULL, epoch ${t.int} NOT NULL)`,
    `CREATE TABLE policy_counts (
       day ${t.int} NOT NULL, service ${t.text} NOT NULL, department ${t.text} NOT NULL, machine_class ${t.text} NOT NULL,
       allowed ${t.int} NOT NULL, granted ${t.int} NOT NULL, observed ${t.int} NOT NULL, refused ${t.int} NOT NULL,
       PRIMARY KEY (day, service, department, machine_class))`,
    `CREATE TABLE policy_grant_uses (
       grant_id ${t.text} NOT NULL, day ${t.int} NOT NULL, uses ${t.int} NOT NULL, PRIMARY KEY (grant_id, day))`,
  ],
};
