import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { readMessage, writeMessage } from "./message.ts";

test("a message that was written is read as it was meant", () => {
  const bytes = writeMessage({ type: "query", id: 7, questions: [{ type: "SOA", name: "rpz.causeway" }] });
  const read = readMessage(bytes);
  assert.equal(read?.id, 7);
  assert.deepEqual(
    read?.questions?.map(({ name, type }) => [name, type]),
    [["rpz.causeway", "SOA"]],
  );
});

test("bytes that are no message are none, and break nothing", () => {
  assert.equal(readMessage(Buffer.alloc(0)), undefined);
  assert.equal(readMessage(Buffer.alloc(11)), undefined);
  // A name that points at itself.
  const loop = Buffer.from("000701000001000000000000c00c00010001", "hex");
  assert.equal(readMessage(loop), undefined);
  for (let round = 0; round < 200; round += 1) readMessage(randomBytes(12 + (round % 80)));
});
