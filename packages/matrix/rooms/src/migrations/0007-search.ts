import type { Migration } from "@causeway/platform";

/**
 * The words of events (ADR 9). `rooms_search` holds grams by position; `rooms_search_progress` says which positions are in it,
 * `(from_pos, to_pos]`, and counts redactions, so that what was read before one is not written after it; `rooms_search_again` names
 * events that have to be looked at anew. What was there before is taken in afterwards, while the server runs.
 */
export const search0007: Migration = {
  name: "0007-search",
  statements: (t) => [
    ...(t.engine === "sqlite"
      ? [
          `CREATE VIRTUAL TABLE rooms_search USING fts5(grams, content='', contentless_delete=1, tokenize='ascii', detail='none')`,
        ]
      : [
          `CREATE TABLE rooms_search (pos ${t.intKey}, grams TSVECTOR NOT NULL)`,
          `CREATE INDEX rooms_search_by_gram ON rooms_search USING GIN (grams)`,
        ]),
    `CREATE TABLE rooms_search_progress (
       id ${t.intKey}, from_pos ${t.int} NOT NULL, to_pos ${t.int} NOT NULL, redactions ${t.int} NOT NULL)`,
    `INSERT INTO rooms_search_progress (id, from_pos, to_pos, redactions) SELECT 1, head, head, 0 FROM stream`,
    `CREATE TABLE rooms_search_again (pos ${t.intKey})`,
  ],
};
