import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compiledOf, compilePolicy, PolicyContradiction } from "./compile.ts";
import { decide, machineOfAddress, machineOfId } from "./decide.ts";
import { decidePlainly } from "./decide-plainly.ts";
import { policyMachineClasses, type HostRule, type PolicyDocument } from "./document.ts";
import type { Question } from "./question.ts";
import { sampleGrant, samplePolicy, sampleService } from "./sample.ts";

const labels = fc.constantFrom("a", "b", "c", "web", "x-y", "_d");
const hosts = fc.array(labels, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
const hostRules: fc.Arbitrary<HostRule> = fc.record({ kind: fc.constantFrom("exact", "suffix"), host: hosts });
const departments = fc.constantFrom("un_a", "un_b");
const ids = fc.constantFrom("s0", "s1", "s2", "s3");
const users = fc.constantFrom("@a:x", "@b:x", "@陳:x");
const machines = fc.constantFrom("ma_1", "addr:10.0.0.1");
const times = fc.integer({ min: 0, max: 6 }).map((hour) => instant(hour * 3_600_000));
const hours = fc.record({
  days: fc.subarray([1, 2, 3, 4, 5, 6, 7]),
  from: fc.integer({ min: 0, max: 23 }).map((hour) => hour * 60),
  to: fc.integer({ min: 0, max: 23 }).map((hour) => hour * 60),
});

function maybe<Key extends string, T>(key: Key, value: fc.Arbitrary<T>): fc.Arbitrary<{ [K in Key]?: T }> {
  return fc.option(value, { nil: undefined }).map((given) => Object(given === undefined ? {} : { [key]: given }));
}

const services = fc
  .array(
    fc.tuple(
      fc.array(hostRules, { maxLength: 4 }),
      fc.array(hostRules, { maxLength: 2 }),
      fc.boolean(),
      maybe("department", departments),
      fc.constantFrom("messaging", "cloud-storage"),
    ),
    { maxLength: 4 },
  )
  .map((all) =>
    all.map(([own, exempt, grantable, department, category], place) =>
      sampleService(`s${place}`, {
        ...{ hosts: own, exempt, grantable, category, ...department },
        ...{ addresses: place === 1 ? ["192.0.2.0/24"] : [], apps: { android: ["app.one", `app.s${place}`] } },
      }),
    ),
  );
const rules = fc
  .array(
    fc.tuple(
      fc.constantFrom("blocked" as const, "allowed" as const, "conditional" as const),
      fc.oneof(maybe("service", ids), maybe("category", fc.constantFrom("messaging", "cloud-storage"))),
      maybe("department", departments),
      maybe("machineClass", fc.constantFrom(...policyMachineClasses)),
      fc.tuple(maybe("from", times), maybe("until", times), maybe("observe", fc.boolean())),
      fc.tuple(maybe("hours", hours), maybe("upload", fc.boolean())),
    ),
    { maxLength: 5 },
  )
  .map((all) =>
    all.map(([effect, target, department, machineClass, [from, until, observe], [open, upload]], place) => ({
      ...{
        id: `r${place}`,
        clause: "1",
        effect,
        ...target,
        ...department,
        ...machineClass,
        ...from,
        ...until,
        ...observe,
      },
      ...(effect === "conditional" ? { conditions: { ...open, ...upload } } : {}),
    })),
  );
const grants = fc
  .array(
    fc.tuple(
      fc.uniqueArray(users, { maxLength: 2 }),
      fc.uniqueArray(machines, { maxLength: 2 }),
      fc.uniqueArray(ids, { maxLength: 2 }),
      fc.array(hostRules, { maxLength: 2 }),
      fc.tuple(times, times, fc.boolean(), maybe("hours", hours)),
    ),
    { maxLength: 5 },
  )
  .map((all) =>
    all.map(([who, where, what, sites, [begins, ends, upload, open]], place) =>
      sampleGrant(`g${place}`, { users: who, machines: where, services: what, sites, begins, ends, upload, ...open }),
    ),
  );
const policies: fc.Arbitrary<PolicyDocument> = fc
  .tuple(services, rules, grants, fc.boolean(), fc.subarray(["un_a", "un_b"]))
  .map(([own, said, given, everywhere, observed]) =>
    samplePolicy({
      ...{ services: own, rules: said, grants: given },
      observe: { everywhere: everywhere && observed.length === 0, departments: observed },
    }),
  );
const asked = fc.oneof(
  { weight: 6, arbitrary: hosts },
  hosts.map((host) => `${host.toUpperCase()}.`),
  fc.constantFrom(
    "192.0.2.9",
    "198.51.100.1",
    "0xc0000209",
    "a..b",
    "a.b.1a",
    "web。a",
    "ａ.b",
    "a!.b",
    "::ffff:192.0.2.9",
  ),
);
const questions: fc.Arbitrary<Question> = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: asked.map((host) => ({ kind: "host" as const, host })) },
      fc
        .constantFrom("app.one", "APP.s2", "none")
        .map((name) => ({ kind: "app" as const, platform: "android" as const, name })),
    ),
    maybe("user", users),
    fc.tuple(machines, fc.constantFrom(...policyMachineClasses), maybe("department", departments)),
    times,
  )
  .map(([target, user, [key, machineClass, department], now]) => ({
    ...{ target, now, ...user, machine: { key, class: machineClass, ...department } },
  }));

test("the compiled policy gives the answers of the plain one", () => {
  fc.assert(
    fc.property(policies, fc.array(questions, { minLength: 1, maxLength: 8 }), (document, all) => {
      const policy = compilePolicy(document);
      for (const question of all) assert.deepEqual(decide(policy, question), decidePlainly(document, question));
    }),
    { numRuns: 3000 },
  );
});

test("another thread asks the same memory and gets the same answers", () => {
  const grant = sampleGrant("gr_1", { users: ["@a:x"], services: ["whatsapp"] });
  const policy = compilePolicy(samplePolicy({ grants: [grant] }));
  assert.ok(policy.parts.hosts.hosts.bytes.buffer instanceof SharedArrayBuffer);
  const there = compiledOf(policy.parts);
  const question = { machine: { key: "addr:1", class: "internal-desktop" }, user: "@a:x", now: instant(1) } as const;
  const target = { kind: "host", host: "web.whatsapp.com" } as const;
  assert.deepEqual(decide(there, { ...question, target }), decide(policy, { ...question, target }));
  assert.equal(decide(there, { ...question, target }).allowed, true);
});

test("an id that is there twice is a contradiction", () => {
  const twice = [sampleGrant("gr_1"), sampleGrant("gr_1")];
  assert.throws(() => compilePolicy(samplePolicy({ grants: twice })), PolicyContradiction);
});

test("ten thousand names and machines are all found, and no others", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => n);
  const policy = compilePolicy(
    samplePolicy({
      services: [sampleService("whatsapp", { hosts: many.map((n) => ({ kind: "suffix", host: `host${n}.example` })) })],
      machines: many.map((n) => ({
        ...{ id: `ma_${n}`, class: "internal-desktop" as const, addresses: [`10.0.${n >> 8}.${n & 255}`] },
      })),
    }),
  );
  const machine = { key: "addr:1", class: "internal-desktop" } as const;
  const isOpen = (host: string): boolean =>
    decide(policy, { machine, target: { kind: "host", host }, now: instant(1) }).allowed;
  assert.ok(many.every((n) => !isOpen(`www.host${n}.example`)));
  assert.ok(many.every((n) => isOpen(`host${n}.example.org`) && isOpen(`xhost${n}.example`)));
  assert.ok(many.every((n) => machineOfAddress(policy, `10.0.${n >> 8}.${n & 255}`).key === `ma_${n}`));
  assert.deepEqual(machineOfId(policy, "ma_77"), { key: "ma_77", class: "internal-desktop" });
  assert.equal(machineOfId(policy, "ma_x"), undefined);
});

test("what is compiled from the version before answers as if it were compiled anew", () => {
  const before = samplePolicy({ grants: [sampleGrant("gr_1", { users: ["@a:x"], services: ["whatsapp"] })] });
  const compiled = compilePolicy(before);
  const changes = [
    { grants: [sampleGrant("gr_2", { users: ["@b:x"], services: ["drive"] })] },
    { rules: [{ id: "all", effect: "allowed" as const, clause: "9" }] },
    { machines: [{ id: "ma_1", class: "personal-device" as const, addresses: ["192.0.2.1"] }] },
    { services: [sampleService("drive", { category: "cloud-storage" }), sampleService("line")] },
    { observe: { everywhere: true, departments: [] } },
  ];
  for (const change of changes) {
    const after = { ...before, ...change, version: 2 };
    const [next, anew] = [compilePolicy(after, { document: before, compiled }), compilePolicy(after)];
    for (const host of ["web.whatsapp.com", "drive.com", "line.com", "other.com"])
      for (const user of ["@a:x", "@b:x"]) {
        const machine = machineOfAddress(next, "192.0.2.1");
        assert.deepEqual(machine, machineOfAddress(anew, "192.0.2.1"));
        const question = { machine, user, target: { kind: "host", host }, now: instant(1) } as const;
        assert.deepEqual(decide(next, question), decide(anew, question));
      }
  }
});
