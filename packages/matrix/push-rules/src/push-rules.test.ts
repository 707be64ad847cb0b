import assert from "node:assert/strict";
import { test } from "node:test";
import { changeRule, findRule, noChanges, putRule, removeRule, rulesetOf, type RuleChanges } from "./edit.ts";
import { notificationModeFor } from "./mode.ts";

const user = "@wong:example.com";
const room = "!room:example.com";

function put(
  changes: RuleChanges,
  ...args: Parameters<typeof putRule> extends [RuleChanges, ...infer R] ? R : never
): RuleChanges {
  const done = putRule(changes, ...args);
  assert.ok(done.ok);
  return done.value;
}

test("by default every message of a room counts", () => {
  const rules = rulesetOf(user, noChanges);
  assert.equal(notificationModeFor(rules, room, false), "all");
});

test("a room rule without notify leaves only calls by name", () => {
  const changes = put(noChanges, "room", { id: room, actions: [] });
  assert.equal(notificationModeFor(rulesetOf(user, changes), room, false), "highlights");
  assert.equal(notificationModeFor(rulesetOf(user, changes), "!other:example.com", false), "all");
});

test("an override of the room mutes it, and the master rule everything", () => {
  const muted = put(noChanges, "override", {
    id: room,
    actions: [],
    conditions: [{ kind: "event_match", key: "room_id", pattern: room }],
  });
  assert.equal(notificationModeFor(rulesetOf(user, muted), room, false), "none");
  const off = changeRule(user, noChanges, { kind: "override", id: ".m.rule.master", set: { enabled: true } });
  assert.ok(off.ok);
  assert.equal(notificationModeFor(rulesetOf(user, off.value), room, false), "none");
});

test("own rules come before the defaults, in the order asked for", () => {
  let changes = put(noChanges, "override", { id: "a", actions: ["notify"] });
  changes = put(changes, "override", { id: "b", actions: ["notify"] });
  changes = put(changes, "override", { id: "c", actions: ["notify"], after: "a" });
  const order = rulesetOf(user, changes)
    .override.slice(0, 4)
    .map((rule) => rule.rule_id);
  assert.deepEqual(order, [".m.rule.master", "b", "a", "c"]);
  assert.equal(putRule(changes, "override", { id: "d", actions: [], before: "nobody" }).ok, false);
});

test("default rules can be switched and changed but not removed", () => {
  assert.equal(removeRule(noChanges, "override", ".m.rule.reaction").ok, false);
  const changed = changeRule(user, noChanges, { kind: "underride", id: ".m.rule.message", set: { actions: [] } });
  assert.ok(changed.ok);
  const rules = rulesetOf(user, changed.value);
  assert.deepEqual(findRule(rules, "underride", ".m.rule.message")?.actions, []);
  assert.equal(notificationModeFor(rules, room, false), "highlights");
});

test("a rule of one's own cannot pretend to be a default one", () => {
  assert.equal(putRule(noChanges, "override", { id: ".m.rule.evil", actions: [] }).ok, false);
  assert.equal(putRule(noChanges, "content", { id: "x", actions: [] }).ok, false);
});
