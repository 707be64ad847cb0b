import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDelta, deltaOf } from "./delta.ts";
import { sampleGrant, samplePolicy, sampleService } from "./sample.ts";

test("a delta makes the later version of the earlier one, and carries only what changed", () => {
  const before = samplePolicy({ grants: [sampleGrant("gr_1"), sampleGrant("gr_2")] });
  const after = samplePolicy({
    ...{ version: 3, services: [sampleService("whatsapp"), sampleService("wechat")] },
    grants: [sampleGrant("gr_1"), sampleGrant("gr_3", { users: ["@a:b"] })],
  });
  const delta = deltaOf(before, after);
  assert.deepEqual(
    delta.put.grants.map((grant) => grant.id),
    ["gr_3"],
  );
  assert.deepEqual(delta.gone.grants, ["gr_2"]);
  assert.deepEqual(delta.gone.services, ["drive"]);
  assert.deepEqual(delta.put.machines, []);
  assert.deepEqual(applyDelta(before, JSON.parse(JSON.stringify(delta))), after);
});

test("a delta of another version, another installation, or one that goes back is refused", () => {
  const before = samplePolicy();
  const delta = deltaOf(before, samplePolicy({ version: 2 }));
  assert.equal(applyDelta(samplePolicy({ version: 2 }), delta), "other-version");
  assert.equal(applyDelta(samplePolicy({ installation: "other.example" }), delta), "other-installation");
  assert.equal(applyDelta(before, { ...delta, version: 1 }), "not-newer");
});
