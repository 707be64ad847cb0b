import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKept, SAID } from "./outbox-kept.ts";
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
