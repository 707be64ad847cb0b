import { instant } from "@causeway/base";
import { applyDelta, type PolicyDelta, type PolicyDocument, type PolicyRule } from "@causeway/policy";
import * as fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PolicyRows, type RowsChange } from "./rows.ts";

const head = {
  ...({ format: 1, installation: "example.org", issued: instant(1), expires: instant(2) } as const),
  ...{ utcOffsetMinutes: 0, addressesAllowedOn: [], observe: { everywhere: false, departments: [] } },
};
const none = { services: [], rules: [], grants: [], machines: [] };

/** What a point has after a change, by its own means. */
function atPoint(document: PolicyDocument, change: RowsChange<PolicyRule>): PolicyDocument {
  const delta: PolicyDelta = {
    ...{ ...head, since: document.version, version: document.version + 1 },
    put: { ...none, rules: change.put },
    gone: { ...none, rules: change.gone },
  };
  const after = applyDelta(document, delta);
  if (typeof after === "string") throw new Error(after);
  return after;
}

const rule = fc
  .record({
    id: fc.constantFrom("a", "b", "c", "d", "e"),
    effect: fc.constantFrom("blocked" as const, "allowed" as const),
    clause: fc.constantFrom("1", "2"),
  })
  .map((one) => ({ ...one }));
const list = fc.uniqueArray(rule, { selector: (one) => one.id });

test("whatever rules follow each other, points that apply the steps have the same rules in the same order", () => {
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 6 }), (lists) => {
      const rows = new PolicyRows<PolicyRule>("counts");
      let point: PolicyDocument = { ...head, ...none, version: 1 };
      for (const rules of lists) {
        const change = rows.compare(rules);
        if (change !== undefined) {
          const expected = rows.digestAfter(change);
          rows.take(change);
          assert.equal(rows.digest, expected);
          point = atPoint(point, change);
        }
        assert.deepEqual(rows.rows, rules);
        assert.deepEqual(point.rules, rules);
        const fresh = new PolicyRows<PolicyRule>("counts");
        const all = fresh.compare(rules);
        if (all !== undefined) fresh.take(all);
        assert.equal(rows.digest, fresh.digest);
      }
    }),
  );
});

test("where the order decides nothing, one that is new is all that is told", () => {
  const rows = new PolicyRows<{ readonly id: string }>("free");
  const first = rows.compare([{ id: "b" }, { id: "d" }]);
  assert.ok(first !== undefined);
  rows.take(first);
  const change = rows.compare([{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }]);
  assert.deepEqual(change?.put, [{ id: "a" }, { id: "c" }]);
  assert.deepEqual(change?.rows, [{ id: "b" }, { id: "d" }, { id: "a" }, { id: "c" }]);
  assert.equal(rows.compare([{ id: "d" }, { id: "b" }]), undefined);
});
