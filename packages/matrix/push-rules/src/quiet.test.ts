import assert from "node:assert/strict";
import { test } from "node:test";
import { everyDay, isQuietAt, parseQuietHours, type QuietHours } from "./quiet.ts";

function hours(from: string, until: string, more: { readonly zone?: string; readonly days?: readonly number[] } = {}) {
  const { zone = "Asia/Hong_Kong", days = everyDay } = more;
  return { on: true, zone, times: [{ days, from, until }] } satisfies QuietHours;
}

const quietAt = (given: QuietHours, moments: readonly string[]): readonly boolean[] =>
  moments.map((moment) => isQuietAt(given, Date.parse(moment)));

test("a quiet time runs from its first minute to before its last, on the clock of its place", () => {
  const lunch = hours("12:30", "13:30");
  const moments = ["2026-01-05T04:29:59Z", "2026-01-05T04:30:00Z", "2026-01-05T05:29:59Z", "2026-01-05T05:30:00Z"];
  assert.deepEqual(quietAt(lunch, moments), [false, true, true, false]);
  assert.deepEqual(quietAt({ ...lunch, on: false }, moments), [false, false, false, false]);
  assert.equal(isQuietAt(undefined, 0), false);
  assert.deepEqual(quietAt(hours("08:00", "08:00"), ["2026-01-05T00:00:00Z"]), [false]);
});

test("a night belongs to the evening on which it begins", () => {
  // Friday the 2nd of January 2026.
  const friday = hours("22:00", "07:00", { days: [5] });
  const moments = [
    "2026-01-01T22:00:00Z", // Friday 06:00: the night of Thursday
    "2026-01-02T13:59:00Z", // Friday 21:59
    "2026-01-02T14:00:00Z", // Friday 22:00
    "2026-01-02T16:00:00Z", // Saturday 00:00
    "2026-01-02T22:59:00Z", // Saturday 06:59
    "2026-01-02T23:00:00Z", // Saturday 07:00
    "2026-01-03T14:30:00Z", // Saturday 22:30
  ];
  assert.deepEqual(quietAt(friday, moments), [false, false, true, true, true, false, false]);
  const sunday = hours("22:00", "07:00", { days: [7] });
  assert.deepEqual(quietAt(sunday, ["2026-01-04T22:00:00Z", "2026-01-03T22:00:00Z"]), [true, false], "into Monday");
});

test("a whole day ends with it", () => {
  const saturday = hours("00:00", "24:00", { days: [6] });
  const moments = ["2026-01-02T15:59:00Z", "2026-01-02T16:00:00Z", "2026-01-03T15:59:00Z", "2026-01-03T16:00:00Z"];
  assert.deepEqual(quietAt(saturday, moments), [false, true, true, false]);
  const evening = hours("20:00", "00:00", { days: [6] });
  assert.deepEqual(quietAt(evening, ["2026-01-03T12:00:00Z", "2026-01-03T16:00:00Z"]), [true, false]);
});

test("when clocks are put forward or back, what they show counts", () => {
  const london = hours("01:30", "07:00", { zone: "Europe/London" });
  // 29 March 2026: 01:00 becomes 02:00; there is no 01:30, and the quiet begins with what comes after.
  const forward = ["2026-03-29T00:59:00Z", "2026-03-29T01:00:00Z", "2026-03-29T05:59:00Z", "2026-03-29T06:00:00Z"];
  assert.deepEqual(quietAt(london, forward), [false, true, true, false]);
  // 25 October 2026: 02:00 becomes 01:00; 01:30 is twice, with half an hour between that is before it.
  const back = ["2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-25T07:00:00Z"];
  assert.deepEqual(quietAt(london, back), [true, false, true, false]);
  const night = hours("22:00", "07:00", { zone: "Europe/London" });
  assert.deepEqual(quietAt(night, ["2026-03-29T05:59:00Z", "2026-03-29T06:00:00Z"]), [true, false], "an hour shorter");
  assert.deepEqual(quietAt(night, ["2026-10-25T06:59:00Z", "2026-10-25T07:00:00Z"]), [true, false], "an hour longer");
});

test("what is kept in the wrong form is quiet at no time, and never an error", () => {
  const time = { days: [1], from: "22:00", until: "07:00" };
  for (const bad of [undefined, null, 5, "x", [], {}, { on: true, zone: "Nowhere/Else", times: [time] }])
    assert.equal(parseQuietHours(bad), undefined);
  assert.equal(parseQuietHours({ on: true, zone: "UTC", times: {} }), undefined);
  const times = [time, 5, null, { ...time, from: "25:00" }, { ...time, until: "24:01" }, { ...time, days: "x" }];
  assert.deepEqual(parseQuietHours({ on: 1, zone: "UTC", times }), { on: false, zone: "UTC", times: [time] });
  const days = { ...time, days: [9, 2, 2, "1", 1] };
  assert.deepEqual(parseQuietHours({ on: true, zone: "UTC", times: [days] })?.times[0]?.days, [1, 2]);
  const many = Array.from({ length: 5000 }, () => time);
  assert.equal(parseQuietHours({ on: true, zone: "UTC", times: many })?.times.length, 20);
});
