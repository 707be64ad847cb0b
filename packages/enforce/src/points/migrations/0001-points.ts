import type { Migration } from "@causeway/platform";

/** Enforcement points, the codes they enrol with, and what they told last. */
export const points0001: Migration = {
  name: "0001-points",
  statements: (t) => [
    `CREATE TABLE points (
       id ${t.text} PRIMARY KEY, kind ${t.text} NOT NULL, name ${t.text} NOT NULL, token_hash ${t.text}, public_key ${t.text},
       created ${t.int} NOT NULL, created_by ${t.text}, ended ${t.int}, ended_by ${t.text})`,
    `CREATE UNIQUE INDEX points_by_token ON points (token_hash)`,
    `CREATE TABLE points_codes (
       hash ${t.text} PRIMARY KEY, kind ${t.text} NOT NULL, name ${t.text} NOT NULL, created ${t.int} NOT NULL,
       created_by ${t.text} NOT NULL, expires ${t.int} NOT NULL, used ${t.int})`,
    `CREATE TABLE points_standings (
       point_id ${t.text} PRIMARY KEY, version ${t.int} NOT NULL, obeyed_since ${t.int} NOT NULL, heard ${t.int} NOT NULL,
       fault ${t.text} NOT NULL, tests ${t.text} NOT NULL, serial ${t.int} NOT NULL)`,
  ],
};
