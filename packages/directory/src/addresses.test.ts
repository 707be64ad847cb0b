import assert from "node:assert/strict";
import { test } from "node:test";
import { normalAddress } from "./addresses.ts";

test("an address is the same however it is written", () => {
  assert.equal(normalAddress("10.1.2.3"), "10.1.2.3");
  assert.equal(normalAddress("::ffff:10.1.2.3"), "10.1.2.3");
  assert.equal(normalAddress("::FFFF:0a01:0203"), "10.1.2.3");
  assert.equal(normalAddress("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  assert.equal(normalAddress("2001:db8::1"), "2001:db8::1");
});

test("what only looks like an address is none", () => {
  const others = ["", "10.1.2", "010.1.2.3", "10.1.2.3/24", "fe80::1%eth0", "localhost", "[::1]", "1", "10.1.2.3 "];
  for (const text of others) assert.equal(normalAddress(text), undefined, text);
});
