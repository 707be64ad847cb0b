import assert from "node:assert/strict";
import { test } from "node:test";
import { actions } from "@causeway/contract";
import { decide, rules } from "./rules.ts";

test("every action has a rule", () => {
  assert.deepEqual(Object.keys(rules).sort(), [...actions].sort());
});

test("an officer without a role may also ask for authorisations and for proofs, and nothing else", () => {
  const allowed = actions.filter((action) => decide(action, { roles: new Set(["officer"]) }).allowed);
  assert.deepEqual(allowed, ["matrix.use", "directory.read", "access.use", "audit.prove", "catalogue.read"]);
});

test("somebody who is not in the directory may use Matrix, read the directory and see what is blocked, and nothing else", () => {
  const allowed = actions.filter((action) => decide(action, { roles: new Set() }).allowed);
  assert.deepEqual(allowed, ["matrix.use", "directory.read", "catalogue.read"]);
});

test("no administrator may do what belongs to the other one", () => {
  const system = { roles: new Set(["system-administrator"]) };
  const security = { roles: new Set(["security-administrator"]) };
  assert.equal(decide("machines.classify", system).allowed, false);
  assert.equal(decide("directory.delegate", system).allowed, false);
  assert.equal(decide("machines.write", security).allowed, false);
  assert.equal(decide("devices.manage", system).allowed, false);
  assert.equal(decide("accounts.write", security).allowed, false);
  assert.equal(decide("directory.write", security).allowed, false);
});
