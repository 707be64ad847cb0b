import type { Migration } from "@causeway/platform";

/** Requests, grants, what happened to them, what is to be told of it; reviews and looks. */
export const access0001: Migration = {
  name: "0001-requests",
  statements: (t) => [
    `CREATE TABLE access_requests (
       id ${t.text} PRIMARY KEY, version ${t.int} NOT NULL, kind ${t.text} NOT NULL, state ${t.text} NOT NULL, requester ${t.text} NOT NULL,
       post ${t.text} NOT NULL, department ${t.text} NOT NULL, grant_id ${t.text}, extends ${t.text}, until ${t.int} NOT NULL,
       made ${t.int} NOT NULL, asked ${t.int}, waiting_since ${t.int}, changed ${t.int} NOT NULL, body ${t.text} NOT NULL)`,
    `CREATE INDEX access_requests_by_state ON access_requests (state, waiting_since)`,
    `CREATE INDEX access_requests_by_requester ON access_requests (requester, made)`,
    `CREATE INDEX access_requests_by_department ON access_requests (department, asked)`,
    `CREATE INDEX access_requests_by_asked ON access_requests (asked, id)`,
    `CREATE TABLE access_request_things (
       request ${t.text} NOT NULL, kind ${t.text} NOT NULL, value ${t.text} NOT NULL, PRIMARY KEY (request, kind, value))`,
    `CREATE INDEX access_request_things_by_value ON access_request_things (kind, value)`,
    `CREATE TABLE access_grants (
       id ${t.text} PRIMARY KEY, version ${t.int} NOT NULL, request ${t.text} NOT NULL, state ${t.text} NOT NULL, officer ${t.text} NOT NULL,
       post ${t.text} NOT NULL, department ${t.text} NOT NULL, scope ${t.text} NOT NULL, begins ${t.int} NOT NULL, ends ${t.int} NOT NULL,
       ended_at ${t.int}, ended_by ${t.text}, ended_cause ${t.text}, ended_reason ${t.text},
       glass_due ${t.int}, glass_told ${t.int} NOT NULL, pos ${t.int} NOT NULL, body ${t.text} NOT NULL)`,
    `CREATE INDEX access_grants_by_pos ON access_grants (pos)`,
    `CREATE INDEX access_grants_by_officer ON access_grants (officer, state)`,
    `CREATE INDEX access_grants_by_state ON access_grants (state, ends)`,
    `CREATE INDEX access_grants_by_glass ON access_grants (glass_due)`,
    `CREATE TABLE access_steps (
       of ${t.text} NOT NULL, n ${t.int} NOT NULL, state ${t.text} NOT NULL, at ${t.int} NOT NULL, by_user ${t.text}, reason ${t.text},
       PRIMARY KEY (of, n))`,
    `CREATE TABLE access_news (id ${t.text} PRIMARY KEY, at ${t.int} NOT NULL, body ${t.text} NOT NULL)`,
    `CREATE TABLE access_reviews (
       id ${t.text} PRIMARY KEY, department ${t.text} NOT NULL, quarter ${t.text} NOT NULL, begun ${t.int} NOT NULL, due ${t.int} NOT NULL,
       ended ${t.int}, told ${t.int} NOT NULL, UNIQUE (department, quarter))`,
    `CREATE TABLE access_review_items (
       review ${t.text} NOT NULL, grant_id ${t.text} NOT NULL, verdict ${t.text}, by_user ${t.text}, at ${t.int}, reason ${t.text},
       PRIMARY KEY (review, grant_id))`,
    `CREATE INDEX access_review_items_by_grant ON access_review_items (grant_id)`,
    `CREATE TABLE access_looks (
       id ${t.text} PRIMARY KEY, version ${t.int} NOT NULL, state ${t.text} NOT NULL, person ${t.text} NOT NULL, asked_by ${t.text} NOT NULL,
       asked ${t.int} NOT NULL, until ${t.int} NOT NULL, decided_by ${t.text}, told ${t.int}, body ${t.text} NOT NULL)`,
    `CREATE INDEX access_looks_by_state ON access_looks (state, until)`,
    `CREATE INDEX access_looks_by_person ON access_looks (person)`,
  ],
};
