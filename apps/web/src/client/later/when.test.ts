import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, momentIn, presetsAt } from "./when.ts";

function offered(now: string): readonly string[] {
  return presetsAt(new Date(now).getTime()).map(({ name, at }) => {
    const { day, time } = fieldsOf(at);
    return `${name} ${day} ${time}`;
  });
}

test("this afternoon, tomorrow and Monday are offered as far as they are still to come", () => {
  // 25 November 2026 is a Wednesday.
  assert.deepEqual(offered("2026-11-25T09:10"), [
    "afternoon 2026-11-25 14:00",
    "tomorrow 2026-11-26 09:00",
    "monday 2026-11-30 09:00",
  ]);
  assert.equal(offered("2026-11-25T13:30")[0], "afternoon 2026-11-25 14:00");
  assert.equal(offered("2026-11-25T13:31")[0], "afternoon 2026-11-25 16:00");
  assert.equal(offered("2026-11-25T15:31")[0], "tomorrow 2026-11-26 09:00");
  assert.deepEqual(offered("2026-11-29T20:00"), ["tomorrow 2026-11-30 09:00"], "on a Sunday they are the same");
  assert.deepEqual(offered("2026-11-30T08:00").at(-1), "monday 2026-12-07 09:00", "on a Monday it is the next one");
  assert.equal(offered("2026-12-31T23:59")[0], "tomorrow 2027-01-01 09:00");
});

test("fields are read as a moment of this device, and only when they are one", () => {
  const at = momentIn("2026-11-30", "09:05") ?? Number.NaN;
  assert.equal(at, new Date(2026, 10, 30, 9, 5).getTime());
  assert.deepEqual(fieldsOf(at), { day: "2026-11-30", time: "09:05" });
  for (const [day, time] of [
    ["", "09:00"],
    ["2026-11-30", ""],
    ["2026-13-01", "09:00"],
    ["2026-11-30", "25:00"],
    ["30/11/2026", "9 am"],
  ] as const)
    assert.equal(momentIn(day, time), undefined);
});
