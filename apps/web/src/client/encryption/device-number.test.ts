import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceNumber } from "./device-number.ts";

test("a device's number is the same everywhere and another for everything else", async () => {
  const number = await deviceNumber("@a:b", "DEVICE", "fingerprint");
  assert.match(number, /^\d{4} \d{4} \d{4}$/);
  assert.equal(await deviceNumber("@a:b", "DEVICE", "fingerprint"), number);
  for (const other of [
    ["@b:b", "DEVICE", "fingerprint"],
    ["@a:b", "DEVICF", "fingerprint"],
    ["@a:b", "DEVICE", "Fingerprint"],
  ] as const)
    assert.notEqual(await deviceNumber(...other), number);
});
