import { instant } from "@causeway/base";
import type { LessInput } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isWithinHours, lessOf } from "./less.ts";
import type { Terms } from "./types.ts";

const asked: Terms = {
  ...{ scope: "post", posts: [], units: [], services: ["drive", "whatsapp"], upload: true, until: instant(1000) },
  sites: [{ kind: "exact", host: "x.example" }],
  hours: { days: [1, 2, 3, 4, 5], from: 540, to: 1080 },
};

function refusal(less: LessInput): unknown {
  const done = lessOf(asked, less, instant(100));
  return done.ok ? "given" : done.error.extra?.["reason"];
}

test("an approval with less gives less in what it names and the same in all else", () => {
  const done = lessOf(asked, { until: instant(500), services: ["drive"], scope: "officer" }, instant(100));
  assert.ok(done.ok);
  assert.deepEqual(done.value, { ...asked, scope: "officer", services: ["drive"], sites: [], until: 500 });
});

test("no approval gives more than was asked for, or the same under the name of less", () => {
  assert.equal(refusal({ until: instant(1001) }), "until");
  assert.equal(refusal({ until: instant(100) }), "until");
  assert.equal(refusal({ services: ["drive", "mail"] }), "services");
  assert.equal(refusal({ hours: { days: [6], from: 540, to: 600 } }), "hours");
  assert.equal(refusal({ hours: { days: [1], from: 540, to: 540 } }), "hours");
  assert.equal(refusal({}), "same");
  assert.equal(refusal({ until: instant(1000) }), "same");
  assert.equal(refusal({ upload: false }), "given");
});

test("hours that go past midnight are compared by the minute", () => {
  const night = { days: [7], from: 1320, to: 120 };
  assert.equal(isWithinHours({ days: [1], from: 0, to: 60 }, night), true);
  assert.equal(isWithinHours({ days: [1], from: 0, to: 121 }, night), false);
  assert.equal(isWithinHours({ days: [2], from: 0, to: 60 }, night), false);
});
