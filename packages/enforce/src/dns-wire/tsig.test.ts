import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { writeMessage } from "./message.ts";
import { checkSignature, refuseSignature, signMessage, type TsigKey } from "./tsig.ts";

const key: TsigKey = { name: "secondary.causeway", secret: Buffer.from("a secret that two servers share, no more") };
const now = instant(1_700_000_000_000);
const message = writeMessage({ type: "query", id: 4711, questions: [{ type: "AXFR", name: "rpz.causeway" }] });

test("a signed message comes back as it was, with its key", () => {
  const { bytes, mac } = signMessage(message, { key, now });
  const checked = checkSignature(bytes, [key], { now });
  assert.ok(checked.kind === "good");
  assert.deepEqual([checked.bytes, checked.mac, checked.key], [message, mac, key]);
});

test("a message whose id was changed on the way is judged by the one that it was signed with", () => {
  const { bytes } = signMessage(message, { key, now });
  bytes.writeUInt16BE(1, 0);
  assert.equal(checkSignature(bytes, [key], { now }).kind, "good");
});

test("any changed bit, another key, another algorithm, a shortened signature and a wrong time are refused by name", () => {
  const { bytes } = signMessage(message, { key, now });
  for (let at = 2; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    const { kind } = checkSignature(changed, [key], { now });
    // NOTE Case does not count in names, and the original id does in place of the first two bytes.
    assert.notEqual(kind, "good", `bit in byte ${at}`);
  }
  const bad = (checked: ReturnType<typeof checkSignature>): string =>
    checked.kind === "bad" ? checked.error : checked.kind;
  assert.equal(bad(checkSignature(bytes, [{ ...key, name: "other" }], { now })), "BADKEY");
  assert.equal(bad(checkSignature(bytes, [{ ...key, secret: Buffer.from("other") }], { now })), "BADSIG");
  assert.equal(bad(checkSignature(bytes, [key], { now: instant(now + 301_000) })), "BADTIME");
  assert.equal(bad(checkSignature(bytes, [key], { now: instant(now - 301_000) })), "BADTIME");
  assert.equal(checkSignature(bytes, [key], { now: instant(now + 299_000) }).kind, "good");
  const unsigned = refuseSignature(message, { keyName: key.name, error: "BADKEY", now });
  assert.equal(bad(checkSignature(unsigned, [key], { now })), "BADSIG");
});

test("an answer is bound to its request, and each later message of it to the one before", () => {
  const request = signMessage(message, { key, now });
  const answer = signMessage(message, { key, now, prior: request.mac });
  assert.equal(checkSignature(answer.bytes, [key], { now, prior: request.mac }).kind, "good");
  assert.equal(checkSignature(answer.bytes, [key], { now }).kind, "bad");
  const later = signMessage(message, { key, now, prior: answer.mac, isLater: true });
  assert.equal(checkSignature(later.bytes, [key], { now, prior: answer.mac, isLater: true }).kind, "good");
  assert.equal(checkSignature(later.bytes, [key], { now, prior: request.mac, isLater: true }).kind, "bad");
});

test("an unsigned message is unsigned; a cut one and noise are malformed, and break nothing", () => {
  assert.equal(checkSignature(message, [key], { now }).kind, "unsigned");
  const { bytes } = signMessage(message, { key, now });
  for (let length = 0; length < bytes.length; length += 1)
    assert.equal(checkSignature(bytes.subarray(0, length), [key], { now }).kind, "malformed");
  for (let round = 0; round < 2000; round += 1) checkSignature(randomBytes(round % 120), [key], { now });
});
