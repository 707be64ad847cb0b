import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { redact } from "./redact.ts";
import { roomVersions } from "./room-versions.ts";

const EVERYTHING = {
  event_id: "$a",
  type: "x",
  room_id: "!r",
  sender: "@a:b",
  state_key: "",
  hashes: { sha256: "x" },
  signatures: {},
  depth: 1,
  prev_events: [],
  prev_state: [],
  auth_events: [],
  origin: "b",
  origin_server_ts: 1,
  membership: "join",
  unsigned: { age: 1 },
  redacts: "$b",
  age_ts: 1,
  anything: 1,
};

/** What is kept of the content of each type, from which version on, and up to which. */
const KEPT: Readonly<Record<string, Readonly<Record<string, readonly [first: number, last: number]>>>> = {
  "m.room.member": { membership: [1, 12], join_authorised_via_users_server: [9, 12], displayname: [13, 13] },
  "m.room.create": { creator: [1, 12], room_version: [11, 12], additional_creators: [11, 12], "m.federate": [11, 12] },
  "m.room.join_rules": { join_rule: [1, 12], allow: [8, 12], reason: [13, 13] },
  "m.room.power_levels": {
    ban: [1, 12],
    events: [1, 12],
    events_default: [1, 12],
    kick: [1, 12],
    redact: [1, 12],
    state_default: [1, 12],
    users: [1, 12],
    users_default: [1, 12],
    invite: [11, 12],
    notifications: [13, 13],
  },
  "m.room.aliases": { aliases: [1, 5], x: [13, 13] },
  "m.room.history_visibility": { history_visibility: [1, 12], x: [13, 13] },
  "m.room.redaction": { redacts: [11, 12], reason: [13, 13] },
  "m.room.message": { body: [13, 13], membership: [13, 13] },
  "m.room.topic": { topic: [13, 13], creator: [13, 13] },
};

for (const version of roomVersions) {
  const number = Number(version.id);
  test(`version ${version.id} keeps of an event and of its content what its list of keys says`, () => {
    const kept = Object.keys(redact(version, { ...EVERYTHING, content: {} })).toSorted();
    const gone = [
      "age_ts",
      "anything",
      "redacts",
      "unsigned",
      ...(number >= 11 ? ["membership", "origin", "prev_state"] : []),
    ];
    const expected = [...Object.keys(EVERYTHING), "content"].filter((key) => !gone.includes(key)).toSorted();
    assert.deepEqual(kept, expected);
    for (const [type, keys] of Object.entries(KEPT)) {
      const content = Object.fromEntries(Object.keys(keys).map((key) => [key, { of: key }]));
      const left = Object.entries(keys).filter(([, [first, last]]) => number >= first && number <= last);
      const after = redact(version, { ...EVERYTHING, type, content });
      assert.deepEqual(after["content"], Object.fromEntries(left.map(([key]) => [key, { of: key }])), type);
    }
  });

  test(`version ${version.id} keeps the signed part of a third-party invitation from 11 on`, () => {
    const content = { membership: "invite", third_party_invite: { display_name: "A", signed: { token: "t" } } };
    const after = redact(version, { ...EVERYTHING, type: "m.room.member", content });
    const signed = number >= 11 ? { third_party_invite: { signed: { token: "t" } } } : {};
    assert.deepEqual(after["content"], { membership: "invite", ...signed });
    const odd = redact(version, { ...EVERYTHING, type: "m.room.member", content: { third_party_invite: [1] } });
    assert.deepEqual(odd["content"], {});
  });

  test(`version ${version.id}: whatever an event is, redacting it twice changes no more, and the event itself stays`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(KEPT)),
        fc.dictionary(
          fc.constantFrom("membership", "creator", "users", "redacts", "third_party_invite"),
          fc.jsonValue(),
        ),
        fc.dictionary(fc.constantFrom("origin", "membership", "unsigned", "x"), fc.jsonValue()),
        (type, content, more) => {
          const event = { ...more, type, content };
          const before = JSON.stringify(event);
          const once = redact(version, event);
          assert.deepEqual(redact(version, once), once);
          assert.equal(JSON.stringify(event), before);
        },
      ),
    );
  });
}

test("a content that is no object is left empty, and a key that objects inherit is not taken for one of them", () => {
  for (const version of roomVersions) {
    for (const content of [undefined, null, [], "x", 5])
      assert.deepEqual(redact(version, { type: "m.room.create", content })["content"], {});
    assert.deepEqual(redact(version, { type: "constructor", content: { a: 1 } })["content"], {});
  }
});
