import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseRange, matchesTag, rangeStillHolds } from "./range.ts";

const part = (start: number, end: number): unknown => ({ kind: "part", range: { start, end } });
const whole = { kind: "whole" };
const unsatisfiable = { kind: "unsatisfiable" };

test("a single range is honoured and cut at the end", () => {
  assert.deepEqual(chooseRange("bytes=0-0", 10), part(0, 0));
  assert.deepEqual(chooseRange("bytes=2-", 10), part(2, 9));
  assert.deepEqual(chooseRange("bytes=2-100", 10), part(2, 9));
  assert.deepEqual(chooseRange("BYTES= 9-9 ", 10), part(9, 9));
});

test("a suffix counts from the end", () => {
  assert.deepEqual(chooseRange("bytes=-3", 10), part(7, 9));
  assert.deepEqual(chooseRange("bytes=-30", 10), part(0, 9));
});

test("a range that the file does not have is unsatisfiable", () => {
  for (const header of ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=999999999999999-"]) {
    assert.deepEqual(chooseRange(header, 10), unsatisfiable, header);
  }
  assert.deepEqual(chooseRange("bytes=0-", 0), unsatisfiable);
  assert.deepEqual(chooseRange("bytes=-5", 0), unsatisfiable);
});

test("what is malformed, in other units or in several parts is ignored", () => {
  for (const header of [
    undefined,
    "",
    "bytes=",
    "bytes=-",
    "bytes=5-2",
    "items=0-1",
    "bytes=0-1,3-4",
    "bytes=a-b",
    "bytes=0x1-2",
    "bytes=1-2-3",
    "bytes 0-1",
  ]) {
    assert.deepEqual(chooseRange(header, 10), whole, String(header));
  }
});

test("If-None-Match compares weakly, in lists, and with a star", () => {
  assert.ok(matchesTag('"a"', '"a"'));
  assert.ok(matchesTag('W/"a"', '"a"'));
  assert.ok(matchesTag('"b", W/"a"', '"a"'));
  assert.ok(matchesTag("*", '"a"'));
  assert.ok(!matchesTag('"b"', '"a"'));
  assert.ok(!matchesTag(undefined, '"a"'));
});

test("If-Range compares strongly, and a date never holds", () => {
  assert.ok(rangeStillHolds(undefined, '"a"'));
  assert.ok(rangeStillHolds('"a"', '"a"'));
  assert.ok(!rangeStillHolds('W/"a"', '"a"'));
  assert.ok(!rangeStillHolds("Tue, 24 Nov 2026 00:00:00 GMT", '"a"'));
});
