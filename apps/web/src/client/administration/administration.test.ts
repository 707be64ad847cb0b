import assert from "node:assert/strict";
import { test } from "node:test";
import { countsByStatus, startLines, type PointRow } from "../access/points.ts";
import { addressesOf } from "./machines.ts";
import { randomPassword } from "./people.ts";
import { isDepartmental, rolesToGive } from "./role-grants.ts";

test("each administrator is offered the roles that are theirs to give, nobody else any", () => {
  assert.deepEqual(rolesToGive(["system-administrator", "officer"]), ["system-administrator"]);
  const security = rolesToGive(["security-administrator"]);
  assert.ok(!security.includes("system-administrator"));
  assert.ok(security.includes("security-administrator") && security.includes("ditso"));
  assert.deepEqual(rolesToGive(["ditso", "auditor"]), []);
  assert.deepEqual([isDepartmental("ditso"), isDepartmental("auditor")], [true, false]);
});

test("a password that is made is long, even in its letters, and of letters that can be read out", () => {
  assert.match(randomPassword(new Uint8Array(20)), /^a{5}(?:-a{5}){3}$/);
  const counts = new Map<string, number>();
  for (const letter of randomPassword(Uint8Array.from({ length: 256 }, (_, byte) => byte)).replaceAll("-", ""))
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  assert.equal(counts.size, 32);
  assert.deepEqual([...new Set(counts.values())], [8]);
  for (const letter of "1loi") assert.ok(!counts.has(letter));
});

test("addresses are written one a line, or as one likes", () => {
  assert.deepEqual(addressesOf("192.0.2.1\n 2001:db8::1 ,\n\n192.0.2.3、"), ["192.0.2.1", "2001:db8::1", "192.0.2.3"]);
  assert.deepEqual(addressesOf("  \n"), []);
});

test("points are counted by how they stand; what to run names the program beside", () => {
  const point = { id: "p", name: "", kind: "unbound", isConnected: false, isEmbedded: false, fault: "", tests: [] };
  const points = (["silent", "enforcing", "silent"] as const).map((status): PointRow => ({ ...point, status }));
  assert.deepEqual(countsByStatus(points), [
    ["enforcing", 1],
    ["silent", 2],
  ]);
  const { file, command } = startLines("squid", "https://chat.example", "AB-CD");
  assert.match(file, /^server: https:\/\/chat\.example\n/);
  assert.equal(command, "CAUSEWAY_POINT_CODE=AB-CD causeway-point squid-helper --config /etc/causeway-point.yaml");
});
