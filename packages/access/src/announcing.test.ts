import assert from "node:assert/strict";
import { test } from "node:test";
import { mayAnnounceTo } from "./announcing.ts";

const head = { role: "head", department: "un_rd" };
const otherDepartment = { allowed: false, reason: "other-department" };

test("a head and the security officers announce to their own department, and to no other", () => {
  for (const role of ["head", "ditso", "dso", "isirt-commander"]) {
    const duties = [{ role, department: "un_rd" }];
    assert.equal(mayAnnounceTo(duties, ["un_rd"]).allowed, true);
    assert.deepEqual(mayAnnounceTo(duties, ["un_rd", "un_fd"]), otherDepartment);
    assert.deepEqual(mayAnnounceTo(duties, "everybody"), otherDepartment);
    assert.deepEqual(mayAnnounceTo(duties, []), otherDepartment);
  }
  assert.equal(mayAnnounceTo([head, { role: "ditso", department: "un_fd" }], ["un_rd", "un_fd"]).allowed, true);
});

test("the DPO announces to everybody; others announce nothing", () => {
  assert.equal(mayAnnounceTo([{ role: "dpo", department: undefined }], "everybody").allowed, true);
  for (const role of ["officer", "delegate", "auditor", "system-administrator", "security-administrator"])
    assert.equal(mayAnnounceTo([{ role, department: "un_rd" }], ["un_rd"]).allowed, false);
});
