import assert from "node:assert/strict";
import { test } from "node:test";
import { together, worryAbout } from "./worry.ts";

test("an everyday message is sent without a word", () => {
  for (const text of [
    "See you at 3 pm, lift 12345678 is out of order",
    "budget HK$1,234,567.89 for 2026-11-25, file CW/2024/00123",
    "早晨，會議改至下午三時，地點：12樓會議室",
    "ref A1234567 and B7654321",
    "",
  ]) {
    assert.equal(worryAbout(text), undefined, text);
  }
});

test("a valid identity card number holds the message back and can be masked", () => {
  const worry = worryAbout("HKID A123456(3) for Ms Chan");
  assert.equal(worry?.level, "mention");
  assert.deepEqual(worry?.counts, [["hkid", 1]]);
  assert.match(worry?.masked ?? "", /^HKID A123\*\*\*\(\*\) for Ms Chan$/);
});

test("three distinct numbers are a list", () => {
  assert.equal(worryAbout("A123456(3) G123456(A) C567890(9)")?.level, "bulk");
});

test("a change asks only about what was not said before", () => {
  const before = "HKID A123456(3)";
  assert.equal(worryAbout("HKID: A123456(3), sorry", before), undefined);
  assert.equal(worryAbout("HKID A123456(3) and HKID C567890(9)", before)?.level, "mention");
  assert.equal(worryAbout("A123456(3) G123456(A) C567890(9)", before)?.level, "bulk");
  assert.equal(worryAbout("HKID C567890(9)", "no number")?.level, "mention");
});

test("several files are one worry, a list among them makes it one", () => {
  assert.equal(together([]), undefined);
  const worry = together([
    { level: "mention", counts: [["hkid", 1]] },
    { level: "bulk", counts: [["hkid", 4]] },
  ]);
  assert.deepEqual(worry, { level: "bulk", counts: [["hkid", 5]] });
});
