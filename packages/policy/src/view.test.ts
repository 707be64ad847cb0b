import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import type { PolicyDocument, PolicyGrant, PolicyService } from "./document.ts";
import type { MachineSeen } from "./question.ts";
import { baseFor, documentOfView, grantsFor, type PolicySubject } from "./view.ts";

const TEXTS = { en: "", zhHant: "", zhHans: "" };

function service(id: string, department?: string): PolicyService {
  return {
    ...{
      id,
      category: "messaging",
      name: TEXTS,
      reason: TEXTS,
      clause: "1",
      exempt: [],
      addresses: [],
      grantable: true,
    },
    hosts: [{ kind: "suffix", host: `${id}.example` }],
    apps: { android: [`com.${id}`] },
    ...(department === undefined ? {} : { department }),
  };
}

function grant(id: string, users: readonly string[], machines: readonly string[]): PolicyGrant {
  const until = { begins: instant(0), ends: instant(100) };
  return { id, users, machines, services: ["a"], sites: [], upload: false, ...until };
}

const document: PolicyDocument = {
  ...{ format: 1, installation: "x", version: 3, issued: instant(0), expires: instant(9), utcOffsetMinutes: 0 },
  addressesAllowedOn: [],
  observe: { everywhere: false, departments: [] },
  services: [service("a"), service("b", "d1"), service("c", "d2")],
  rules: [
    { id: "all", effect: "blocked", clause: "1" },
    { id: "d2", effect: "allowed", department: "d2", clause: "1" },
    { id: "way-in", effect: "allowed", machineClass: "designated-machine", clause: "1" },
  ],
  grants: [
    grant("person", ["@one:x", "@two:x"], ["ma_1"]),
    grant("machine", [], ["ma_1", "ma_2"]),
    grant("other", ["@three:x"], ["ma_9"]),
  ],
  machines: [],
};

test("what one subject is given answers as the whole policy does, and names nobody else", () => {
  const machines: readonly MachineSeen[] = [
    { key: "ma_1", class: "internal-desktop", department: "d1" },
    { key: "ma_2", class: "designated-machine", department: "d2" },
    { key: "ma_3", class: "internal-desktop", department: "d2" },
    { key: "addr:192.0.2.1", class: "internal-desktop" },
    { key: "ma_9", class: "personal-device" },
  ];
  const whole = compilePolicy(document);
  let opened = 0;
  for (const machine of machines) {
    for (const user of [undefined, "@one:x", "@two:x", "@three:x", "@four:x"]) {
      const subject: PolicySubject = { machine, ...(user === undefined ? {} : { user }) };
      const { services: _s, rules: _r, grants: _g, machines: _m, ...head } = document;
      const grants = grantsFor(document, subject);
      const made = documentOfView({ head, subject, now: instant(1), base: "", grants }, baseFor(document, machine));
      const own = compilePolicy(made);
      for (const host of ["a.example", "x.b.example", "c.example", "other.example", "192.0.2.3"]) {
        for (const now of [instant(50), instant(100)]) {
          const question = { ...subject, target: { kind: "host", host } as const, now };
          assert.deepEqual(decide(own, question), decide(whole, question));
          if (decide(own, question).allowed && host === "a.example" && machine.key === "ma_1") opened += 1;
        }
      }
      const others = ["@one:x", "@two:x", "@three:x"].filter((one) => one !== user);
      for (const other of others) assert.equal(JSON.stringify(made).includes(other), false);
      assert.equal(JSON.stringify(made).includes("com.a"), false);
    }
  }
  assert.equal(opened, 5, "for whoever uses the machine, until the grant ends");
});
