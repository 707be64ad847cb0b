import assert from "node:assert/strict";
import { test } from "node:test";
import { quarterOf } from "./quarters.ts";

test("a quarter begins with its month in the installation's own time, and belongs to the year in which it begins", () => {
  const calendar = { months: [1, 4, 7, 10], utcOffsetMinutes: 480 };
  assert.equal(quarterOf(Date.UTC(2026, 10, 25), calendar), "2026-Q4");
  assert.equal(quarterOf(Date.UTC(2026, 11, 31, 15, 59), calendar), "2026-Q4");
  assert.equal(quarterOf(Date.UTC(2026, 11, 31, 16), calendar), "2027-Q1");
  const fiscal = { months: [12, 3, 6, 9], utcOffsetMinutes: 0 };
  assert.equal(quarterOf(Date.UTC(2027, 0, 1), fiscal), "2026-Q4");
  assert.equal(quarterOf(Date.UTC(2027, 2, 1), fiscal), "2027-Q1");
});
