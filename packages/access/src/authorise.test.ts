import { parseUserId } from "@causeway/base";
import { actions } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAuthorise, expectRules, MissingRuleError } from "./authorise.ts";
import { rules } from "./rules.ts";

test("a start fails when an action has no rule", () => {
  assert.throws(() => expectRules(rules, [...actions, "moon.land"]), MissingRuleError);
  assert.throws(() => expectRules(rules, ["toString"]), MissingRuleError);
  expectRules(rules, actions);
});

test("what a caller may do follows from the roles held at that moment", () => {
  const user = parseUserId("@chan:example.org");
  assert.ok(user !== undefined);
  const roles = new Set<string>();
  const authorise = createAuthorise(() => ({ roles }));
  assert.deepEqual(authorise({ user }, "machines.classify"), { allowed: false, reason: "role-missing" });
  roles.add("security-administrator");
  assert.deepEqual(authorise({ user }, "machines.classify"), { allowed: true });
  roles.clear();
  assert.equal(authorise({ user }, "machines.classify").allowed, false);
});
