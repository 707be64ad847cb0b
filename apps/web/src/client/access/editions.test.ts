import assert from "node:assert/strict";
import { test } from "node:test";
import { readableShelves, writableShelves } from "./editions.ts";

const nobody = { roles: [], duties: [], departments: [] };

test("each writes what is theirs: the centre's catalogue the DPO alone, a department's own its Head and DITSO", () => {
  const ditso = { ...nobody, roles: ["ditso"], duties: [{ role: "ditso", department: "PGD" }] };
  assert.deepEqual(writableShelves("catalogue", ditso), ["PGD"]);
  assert.deepEqual(writableShelves("catalogue", { ...nobody, roles: ["dpo"] }), [""]);
  const security = { ...nobody, roles: ["security-administrator"] };
  assert.deepEqual(writableShelves("catalogue", security), []);
  assert.deepEqual(writableShelves("policies", security), [""]);
  const delegate = { ...nobody, roles: ["delegate"], duties: [{ role: "delegate", department: "PGD" }] };
  assert.deepEqual(writableShelves("policies", delegate), []);
});

test("an officer reads the centre's and their department's versions, who sees all reads all", () => {
  const all = ["DPO", "PGD"];
  assert.deepEqual(readableShelves({ ...nobody, departments: ["PGD"] }, all), ["", "PGD"]);
  assert.deepEqual(readableShelves({ ...nobody, roles: ["auditor"] }, all), ["", "DPO", "PGD"]);
});
