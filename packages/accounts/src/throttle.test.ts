import assert from "node:assert/strict";
import { instant } from "@causeway/base";
import { test } from "node:test";
import { Throttle } from "./throttle.ts";

test("one name that is used up refuses the attempt and counts against no other name", () => {
  let now = 0;
  const throttle = new Throttle({ now: () => instant(now) }, 1000);
  const account = { name: "account", max: 2 };
  const address = { name: "address", max: 3 };
  assert.equal(throttle.attempt([account, address]).ok, true);
  assert.equal(throttle.attempt([account, address]).ok, true);
  for (let round = 0; round < 5; round += 1) assert.equal(throttle.attempt([account, address]).ok, false);
  assert.equal(throttle.attempt([address]).ok, true);
  assert.equal(throttle.attempt([address]).ok, false);
  throttle.forgive([address]);
  assert.equal(throttle.attempt([address]).ok, true);
  now = 1000;
  assert.equal(throttle.attempt([account, address]).ok, true);
});
