import { grantableRoles } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { mayGrantRole, mayTakeRole } from "./roles.ts";

function holding(...roles: readonly string[]): { readonly roles: ReadonlySet<string> } {
  return { roles: new Set(roles) };
}

const system = holding("system-administrator");
const security = holding("security-administrator");

test("one person can never be given both administrator roles", () => {
  const excluded = { allowed: false, reason: "roles-exclude" };
  assert.deepEqual(
    mayGrantRole({ actor: system, person: security, isSelf: false, role: "system-administrator" }),
    excluded,
  );
  assert.deepEqual(
    mayGrantRole({ actor: security, person: system, isSelf: false, role: "security-administrator" }),
    excluded,
  );
});

test("each administrator gives the roles of their side and no other", () => {
  const person = holding("officer");
  const given = (actor: typeof system): readonly string[] =>
    grantableRoles.filter((role) => mayGrantRole({ actor, person, isSelf: false, role }).allowed);
  assert.deepEqual(given(system), ["system-administrator"]);
  assert.deepEqual(
    given(security),
    grantableRoles.filter((role) => role !== "system-administrator"),
  );
  assert.deepEqual(given(holding("ditso", "head", "officer")), []);
});

test("nobody gives or takes a role of their own", () => {
  const change = { actor: security, person: security, isSelf: true, role: "auditor" };
  assert.deepEqual(mayGrantRole(change), { allowed: false, reason: "own-role" });
  assert.deepEqual(mayTakeRole(change), { allowed: false, reason: "own-role" });
});

test("a role that does not exist cannot be given, whatever it is called", () => {
  for (const role of ["officer", "head", "toString", "__proto__", ""]) {
    assert.deepEqual(mayGrantRole({ actor: security, person: holding(), isSelf: false, role }), {
      allowed: false,
      reason: "role-unknown",
    });
  }
});
