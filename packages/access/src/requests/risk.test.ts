import { instant } from "@causeway/base";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultAccessLimits } from "./limits.ts";
import { riskOf, type RiskFacts } from "./risk.ts";

const { risk: rules } = defaultAccessLimits;
const DAY = 86_400_000;

function facts(over: Partial<RiskFacts> & { days?: number; upload?: boolean } = {}): RiskFacts {
  return {
    label: "unclassified",
    categories: ["messaging"],
    from: 0,
    earlier: { grants: 1, endedEarly: 0, similar: 0, lastReview: undefined },
    isBreakGlass: false,
    terms: { scope: "officer", upload: over.upload ?? false, until: instant((over.days ?? 7) * DAY) },
    ...over,
  };
}

test("a week of messaging without classified data is of low risk; CONFIDENTIAL data, or RESTRICTED files that go out, are of high risk", () => {
  assert.equal(riskOf(facts(), rules).level, "low");
  assert.equal(riskOf(facts({ label: "RESTRICTED" }), rules).level, "low");
  assert.equal(riskOf(facts({ label: "CONFIDENTIAL" }), rules).level, "high");
  assert.equal(riskOf(facts({ label: "RESTRICTED", upload: true }), rules).level, "high");
  assert.equal(
    riskOf(facts({ earlier: { grants: 4, endedEarly: 4, similar: 0, lastReview: undefined } }), rules).level,
    "high",
  );
});

test("what makes a request riskier never lowers its risk", () => {
  const base = fc.record({
    label: fc.constantFrom("unclassified" as const, "RESTRICTED" as const, "CONFIDENTIAL" as const),
    days: fc.integer({ min: 1, max: 400 }),
    upload: fc.boolean(),
    categories: fc.array(fc.constantFrom("messaging", "webmail", "site", "constructor", "unheard-of"), {
      minLength: 1,
      maxLength: 3,
    }),
  });
  fc.assert(
    fc.property(base, (one) => {
      const { points } = riskOf(facts(one), rules);
      assert.ok(riskOf(facts({ ...one, label: "CONFIDENTIAL" }), rules).points >= points);
      assert.ok(riskOf(facts({ ...one, upload: true }), rules).points >= points);
      assert.ok(riskOf(facts({ ...one, days: one.days + 100 }), rules).points >= points);
      assert.ok(Number.isFinite(points));
    }),
  );
});

test("every number of the rules is configuration", () => {
  const strict = { ...rules, high: 1, firstUse: 1 };
  assert.equal(riskOf(facts(), strict).level, "low");
  const first = { grants: 0, endedEarly: 0, similar: 3, lastReview: undefined };
  const risk = riskOf(facts({ earlier: first }), strict);
  assert.equal(risk.level, "high");
  assert.equal(risk.facts.find(({ fact }) => fact === "similar-grants")?.value, 3);
});
