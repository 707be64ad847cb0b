import { policyContent } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  allEnforced,
  countFor,
  heldFor,
  newRuleId,
  ruleAbout,
  rulesWithDraft,
  withoutRule,
  withRule,
  type RuleTarget,
} from "./rules.ts";

const desk: RuleTarget = { service: "", category: "messaging", department: "", machineClass: "internal-desktop" };
const blocked = { effect: "blocked", clause: "OS-3", isObserved: false } as const;
const empty = policyContent.parse({ rules: [] });

test("a cell is given a rule of exactly its own, which later changes replace", () => {
  const one = withRule(empty, { target: desk, own: "" }, blocked);
  assert.deepEqual(one.rules, [
    {
      id: "messaging-desk",
      category: "messaging",
      machineClass: "internal-desktop",
      effect: "blocked",
      clause: "OS-3",
    },
  ]);
  const wish = { ...blocked, effect: "conditional", conditions: { upload: false }, isObserved: true } as const;
  const two = withRule(one, { target: desk, own: "" }, wish);
  assert.equal(two.rules.length, 1);
  assert.deepEqual([two.rules[0]?.observe, two.rules[0]?.conditions], [true, { upload: false }]);
  const there = withRule(two, { target: { ...desk, department: "un_parks000" }, own: "" }, blocked);
  assert.deepEqual([there.rules.length, there.rules[1]?.department], [2, "un_parks000"]);
  assert.equal(there.rules[1]?.id, "messaging-desk-2");
  const service = withRule(there, { target: { ...desk, service: "whatsapp" }, own: "" }, blocked);
  assert.deepEqual([service.rules[2]?.service, service.rules[2]?.category], ["whatsapp", undefined]);
  assert.equal(withoutRule(service, "whatsapp-desk").rules.length, 2);
  assert.ok(policyContent.safeParse(service).success);
});

test("a department's rule names no department, and is found again after the server has named it", () => {
  const target = { ...desk, department: "un_parks000" };
  const written = withRule(empty, { target, own: "un_parks000" }, blocked);
  assert.equal(written.rules[0]?.department, undefined);
  const read = policyContent.parse({ rules: [{ ...written.rules[0], department: "un_parks000" }] });
  assert.equal(ruleAbout(read, target, "un_parks000")?.id, "messaging-desk");
});

test("ids are short, of allowed letters, and never taken", () => {
  const long = { ...desk, service: "a-service-of-a-long-name.un_parks000" };
  assert.equal(newRuleId(long, new Set()), "a-service-of-a-long-desk");
  const taken = new Set(["a-service-of-a-long-desk"]);
  const next = newRuleId(long, taken);
  assert.match(next, /^[a-z0-9][a-z0-9-]{0,22}[a-z0-9]$/);
  assert.ok(!taken.has(next));
});

test("what holds is what points would work out, with a department's draft in the place of its rules in force", () => {
  const inForce = [
    { id: "messaging", category: "messaging", effect: "allowed", clause: "1" },
    { id: "old.un_parks000", category: "messaging", department: "un_parks000", effect: "allowed", clause: "1" },
  ] as const;
  const target = { ...desk, department: "un_parks000" };
  const draft = withRule(empty, { target, own: "un_parks000" }, { ...blocked, isObserved: true });
  const rules = rulesWithDraft(inForce, draft, "un_parks000");
  assert.deepEqual(
    rules.map(({ id }) => id),
    ["messaging", "messaging-desk.un_parks000"],
  );
  const held = heldFor(rules, target, 1);
  assert.equal(held.rule?.id, "messaging");
  assert.equal(held.observed?.id, "messaging-desk.un_parks000");
  assert.equal(heldFor(rules, desk, 1).observed, undefined);
  const enforced = rulesWithDraft(inForce, allEnforced(draft), "un_parks000");
  assert.equal(heldFor(enforced, target, 1).rule?.effect, "blocked");
});

test("counts are added up for some services, here or everywhere", () => {
  const row = { machineClass: "internal-desktop", allowed: 0, granted: 0, observed: 2, refused: 1 };
  const counts = [
    { ...row, service: "whatsapp", department: "un_a" },
    { ...row, service: "whatsapp", department: "un_b" },
    { ...row, service: "drive", department: "un_a" },
  ];
  const of = { services: new Set(["whatsapp"]), machineClass: "internal-desktop" };
  assert.deepEqual(countFor(counts, { ...of, department: "" }), { observed: 4, refused: 2 });
  assert.deepEqual(countFor(counts, { ...of, department: "un_a" }), { observed: 2, refused: 1 });
  assert.equal(countFor(counts, { ...of, machineClass: "personal-device", department: "" }).observed, 0);
});
