import assert from "node:assert/strict";
import { test } from "node:test";
import { keptOf, parseKept, SAID } from "./outbox-kept.ts";
import { noteKey } from "./store/notes.ts";

test("what waits is read as it was kept, and anything else counts as nothing", () => {
  const content = { msgtype: "m.text", body: "早晨" };
  assert.deepEqual(parseKept({ key: noteKey(SAID, "!a:b", "m1"), value: content }), [
    { roomId: "!a:b", txnId: "m1", content },
  ]);
  for (const value of [null, 7, "text", [content]])
    assert.deepEqual(parseKept({ key: noteKey(SAID, "!a:b", "m1"), value }), []);
  for (const key of [SAID, `${SAID} `, noteKey(SAID, "!a:b"), noteKey(SAID, "a:b", "m1")])
    assert.deepEqual(parseKept({ key, value: content }), []);
});

test("what is no message keeps its own type of event, and no content can pretend to be another", () => {
  const key = noteKey(SAID, "!a:b", "m1");
  const vote = { roomId: "!a:b", txnId: "m1", content: { a: 1 }, type: "m.poll.response" };
  assert.deepEqual(parseKept({ key, value: keptOf(vote) }), [vote]);
  const sly = { type: "m.room.power_levels", content: {} };
  assert.deepEqual(parseKept({ key, value: keptOf({ roomId: "!a:b", txnId: "m1", content: sly }) }), [
    { roomId: "!a:b", txnId: "m1", content: sly },
  ]);
  for (const value of [[7, {}], ["m.poll.response"], ["m.poll.response", null], [undefined, {}]])
    assert.deepEqual(parseKept({ key, value }), []);
});
