import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { buildEvent, type UnsignedPdu } from "./build.ts";
import type { EventSigner, Hashing } from "./crypto.ts";
import { readPdu } from "./read-pdu.ts";
import { roomVersion, roomVersions } from "./room-versions.ts";
import { id, ROOM } from "../tests/auth-cases.ts";

const parts: Hashing & EventSigner = {
  serverName: "here",
  keyId: "ed25519:1",
  sha256: (text) => hash("sha256", text, "base64").replace(/=+$/, ""),
  sign: () => "c2lnbmF0dXJl",
};

function unsigned(chosen: boolean): UnsignedPdu {
  const references = new Map([[id.event("$p:here"), "aGFzaA"]]);
  return {
    type: "m.room.topic",
    sender: id.user("@a:here"),
    state_key: "",
    room_id: ROOM,
    content: { topic: "x" },
    origin_server_ts: 5,
    depth: 3,
    prev_events: [id.event("$p:here")],
    auth_events: [],
    ...(chosen ? { event_id: id.event("$own:here"), references } : {}),
  };
}

for (const version of roomVersions) {
  const chosen = version.eventIds === "chosen-by-server";
  const built = buildEvent(version, unsigned(chosen), parts);
  const event: Record<string, unknown> = JSON.parse(built.json);
  const read = (change: object): ReturnType<typeof readPdu> => readPdu(version, { ...event, ...change }, parts);

  test(`version ${version.id}: an event that was built is read as what it is`, () => {
    const found = read({});
    assert.deepEqual(found, { ok: true, value: { eventId: built.eventId, pdu: built.pdu } });
    assert.equal(read({ anything: 1, unsigned: { age: 1.5 } }).ok, true, "what is not known is let through");
  });

  test(`version ${version.id}: an event that lacks something, or has it in another form, is not read`, () => {
    const bad: readonly object[] = [
      ...["type", "sender", "content", "room_id", "depth", "origin_server_ts"].map((name) => ({ [name]: undefined })),
      ...["prev_events", "auth_events", "hashes", "signatures"].map((name) => ({ [name]: null })),
      ...["type", "state_key", "sender", "room_id", "content", "hashes", "unsigned"].map((name) => ({ [name]: 5 })),
      ...["a", "@a", "@a:b c", "@a\0:b"].map((sender) => ({ sender })),
      ...["room", "", "!"].map((room) => ({ room_id: room })),
      ...[-1, 1.5, 2 ** 53, "3"].map((depth) => ({ depth })),
      ...[1.5, "5", 2 ** 60].map((ts) => ({ origin_server_ts: ts })),
      { content: [] },
      { hashes: { sha256: 5 } },
      { signatures: { here: "x" } },
      { signatures: { here: { "ed25519:1": 5 } } },
      { prev_events: ["no id"] },
      { prev_events: [["$p:here"]] },
      { prev_events: [chosen ? "$p:here" : ["$p:here", { sha256: "x" }]] },
      { prev_events: Array.from({ length: 21 }, () => Object(event["prev_events"])[0]) },
      { auth_events: Array.from({ length: 11 }, () => Object(event["prev_events"])[0]) },
    ];
    for (const change of bad) {
      const found = read(change);
      assert.equal(found.ok ? "read" : found.error.code, "M_BAD_JSON", JSON.stringify(change));
    }
    for (const value of [undefined, null, [], "x", 5]) assert.equal(readPdu(version, value, parts).ok, false);
  });

  test(`version ${version.id}: an event that is too large is not read`, () => {
    for (const change of [
      { content: { body: "x".repeat(65_536) } },
      { type: "x".repeat(256) },
      { state_key: "€".repeat(86) },
    ]) {
      const found = read(change);
      assert.equal(found.ok ? "read" : found.error.code, "M_TOO_LARGE");
    }
  });

  test(`version ${version.id}: numbers without canonical JSON are let through up to version 5 where nothing is hashed over them`, () => {
    assert.equal(read({ content: { topic: 1.5 } }).ok, !version.strictJson);
  });

  test(`version ${version.id}: whatever is given, it is read or refused, never an accident`, () => {
    const names = fc.constantFrom(...Object.keys(event), "redacts", "event_id");
    fc.assert(
      fc.property(names, fc.jsonValue(), (name, value) => {
        assert.equal(typeof read({ [name]: value }).ok, "boolean");
      }),
    );
  });
}

test("the create event of version 12 has no room id; an event of version 1 is nothing without an id", () => {
  const twelve = roomVersion("12");
  const one = roomVersion("1");
  assert.ok(twelve !== undefined && one !== undefined);
  const { room_id: _, ...create } = { ...unsigned(false), type: "m.room.create", prev_events: [] };
  const event: object = JSON.parse(buildEvent(twelve, create, parts).json);
  const found = readPdu(twelve, event, parts);
  assert.equal(found.ok && found.value.pdu.room_id, undefined);
  const { event_id: __, ...nameless } = JSON.parse(buildEvent(one, unsigned(true), parts).json);
  assert.equal(readPdu(one, nameless, parts).ok, false);
});
