import { instant } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePolicy } from "./compile.ts";
import { decide, machineOfAddress } from "./decide.ts";
import type { PolicyDocument } from "./document.ts";
import type { MachineSeen, Verdict } from "./question.ts";
import { sampleGrant, samplePolicy, sampleService } from "./sample.ts";

const desk: MachineSeen = { key: "ma_desk", class: "internal-desktop", department: "un_a" };
const chan = "@chan:example.org";

interface Asked {
  readonly host?: string;
  readonly user?: string;
  readonly machine?: MachineSeen;
  readonly at?: number;
}

function ask(
  document: PolicyDocument,
  { host = "web.whatsapp.com", user, machine = desk, at = 500 }: Asked = {},
): Verdict {
  const question = { machine, target: { kind: "host", host }, now: instant(at) } as const;
  return decide(compilePolicy(document), user === undefined ? question : { ...question, user });
}

test("a blocked service is refused with its rule and clause, under every spelling of its names", () => {
  const refusal = { allowed: false, reason: "blocked", service: "whatsapp", rule: "messaging", clause: "4.2" };
  for (const host of [
    ...["whatsapp.com", "web.whatsapp.com", "WEB.WhatsApp.COM", "web.whatsapp.com.", "a.b.c.whatsapp.com"],
    ...["ｗｅｂ．ｗｈａｔｓａｐｐ．ｃｏｍ", "web。whatsapp。com", "web.whats%61pp.com"],
  ])
    assert.deepEqual(ask(samplePolicy(), { host }), refusal, host);
});

test("names that only look alike are not the service", () => {
  for (const host of ["notwhatsapp.com", "whatsapp.com.evil.example", "whatsapp.co", "xwhatsapp.com", "com"])
    assert.deepEqual(ask(samplePolicy(), { host }), { allowed: true, by: "unlisted", upload: true }, host);
});

test("what is no host is refused, and so is a bare address in any disguise", () => {
  for (const host of [
    "",
    ".",
    "..",
    "a..b",
    "what\tsapp.com",
    "a b",
    "user@whatsapp.com",
    "x/y",
    "a".repeat(64) + ".com",
  ])
    assert.deepEqual(ask(samplePolicy(), { host }), { allowed: false, reason: "bad-host" }, JSON.stringify(host));
  for (const host of ["192.0.2.1", "0xc0.0.2.1", "3221225985", "[2001:db8::1]", "2001:db8::1", "192.0.2.1."])
    assert.deepEqual(ask(samplePolicy(), { host }), { allowed: false, reason: "address" }, host);
  const machine: MachineSeen = { key: "ma_x", class: "designated-machine" };
  assert.equal(ask(samplePolicy(), { host: "192.0.2.1", machine }).allowed, true);
});

test("the same machine class decides for registered machines, and an unknown address is an internal desktop", () => {
  const policy = compilePolicy(
    samplePolicy({
      machines: [{ id: "ma_1", class: "designated-machine", department: "un_a", addresses: ["10.0.0.1"] }],
    }),
  );
  const known = machineOfAddress(policy, "10.0.0.1");
  assert.deepEqual(known, { key: "ma_1", class: "designated-machine", department: "un_a" });
  assert.deepEqual(machineOfAddress(policy, "10.0.0.2"), { key: "addr:10.0.0.2", class: "internal-desktop" });
  assert.equal(ask(samplePolicy(), { machine: known }).allowed, true);
});

test("an exempt host under a blocked suffix stays open, and a longer blocked one under it does not", () => {
  const service = sampleService("whatsapp", {
    hosts: [
      { kind: "suffix", host: "whatsapp.com" },
      { kind: "exact", host: "chat.help.whatsapp.com" },
    ],
    exempt: [{ kind: "suffix", host: "help.whatsapp.com" }],
  });
  const document = samplePolicy({ services: [service] });
  assert.equal(ask(document, { host: "help.whatsapp.com" }).allowed, true);
  assert.equal(ask(document, { host: "a.help.whatsapp.com" }).allowed, true);
  assert.equal(ask(document, { host: "chat.help.whatsapp.com" }).allowed, false);
  assert.equal(ask(document, { host: "x.chat.help.whatsapp.com" }).allowed, true);
});

test("a grant opens for its officer where the person is known, and on the machine it was asked from where not", () => {
  const grant = sampleGrant("gr_1", { users: [chan], machines: ["ma_desk"], services: ["whatsapp"] });
  const document = samplePolicy({ grants: [grant] });
  const open = { allowed: true, by: "grant", grant: "gr_1", service: "whatsapp", upload: false, ends: 1000 };
  assert.deepEqual(ask(document, { user: chan }), open);
  assert.deepEqual(ask(document, { user: chan, machine: { ...desk, key: "ma_other" } }), open);
  assert.deepEqual(ask(document), open);
  assert.equal(ask(document, { user: "@ho:example.org" }).allowed, false);
  assert.equal(ask(document, { machine: { ...desk, key: "ma_other" } }).allowed, false);
  assert.equal(ask(document, { user: chan, host: "drive.com" }).allowed, false);
});

test("a grant of a machine opens for whoever uses it", () => {
  const grant = sampleGrant("gr_1", { machines: ["ma_desk"], services: ["whatsapp"] });
  const document = samplePolicy({ grants: [grant] });
  assert.equal(ask(document, { user: "@ho:example.org" }).allowed, true);
  assert.equal(ask(document, { user: chan, machine: { ...desk, key: "ma_other" } }).allowed, false);
});

test("a grant is not there before it begins, and over at the instant of its end", () => {
  const grant = sampleGrant("gr_1", {
    ...{ users: [chan], services: ["whatsapp"], begins: instant(100), ends: instant(200) },
  });
  const document = samplePolicy({ grants: [grant] });
  const open = [99, 100, 199, 200].map((at) => ask(document, { user: chan, at }).allowed);
  assert.deepEqual(open, [false, true, true, false]);
});

test("hours count in the installation's own time, also across midnight, and say so outside of them", () => {
  const monday8 = Date.UTC(2026, 10, 23, 0, 0); // 08:00 in Hong Kong
  const grant = sampleGrant("gr_1", {
    ...{ users: [chan], services: ["whatsapp"], ends: instant(Date.UTC(2027, 0, 1)) },
    hours: { days: [1], from: 540, to: 120 },
  });
  const document = samplePolicy({ grants: [grant] });
  const at = (hours: number): Verdict => ask(document, { user: chan, at: monday8 + hours * 3_600_000 });
  assert.equal(at(0).allowed, false);
  assert.equal(Object(at(0)).reason, "outside-hours");
  assert.equal(Object(at(1)).ends, monday8 + 18 * 3_600_000);
  assert.equal(at(17.9).allowed, true);
  assert.equal(at(18).allowed, false);
  assert.equal(at(25).allowed, false);
});

test("the more specific rule decides: a service before a category, then a department, then a class, then the later one", () => {
  const rules = samplePolicy().rules;
  const allowed = { id: "special", effect: "allowed", clause: "5" } as const;
  const decided = (more: PolicyDocument["rules"]): boolean => ask(samplePolicy({ rules: [...rules, ...more] })).allowed;
  assert.equal(decided([{ ...allowed, service: "whatsapp" }]), true);
  assert.equal(decided([{ ...allowed, category: "messaging", department: "un_a" }]), true);
  assert.equal(decided([{ ...allowed, category: "messaging", department: "un_b" }]), false);
  assert.equal(decided([{ ...allowed, category: "messaging" }]), false);
  assert.equal(decided([{ ...allowed, category: "messaging", machineClass: "internal-desktop" }]), true);
  assert.equal(decided([allowed]), false);
  assert.equal(decided([{ ...allowed, service: "whatsapp", from: instant(501) }]), false);
  assert.equal(decided([{ ...allowed, service: "whatsapp", until: instant(500) }]), false);
});

test("where it is only observed, what would be refused is allowed and says what it would be", () => {
  const document = samplePolicy({ observe: { everywhere: false, departments: ["un_a"] } });
  const verdict = ask(document);
  assert.equal(verdict.allowed, true);
  assert.deepEqual(Object(verdict).instead, {
    ...{ allowed: false, reason: "blocked", service: "whatsapp", rule: "messaging", clause: "4.2" },
  });
  assert.equal(ask(document, { machine: { key: "addr:1", class: "internal-desktop" } }).allowed, false);
});

test("a rule that is only observed changes nothing, and what it would refuse is said", () => {
  const [messaging] = samplePolicy().rules;
  assert.ok(messaging !== undefined);
  const watched = { ...messaging, observe: true };
  const alone = Object(ask(samplePolicy({ rules: [watched] })));
  assert.deepEqual([alone.allowed, alone.by, alone.rule, alone.upload], [true, "observed", "messaging", true]);
  assert.equal(alone.instead.reason, "blocked");
  const below = { id: "below", effect: "blocked", clause: "1", category: "messaging" } as const;
  assert.equal(Object(ask(samplePolicy({ rules: [below, watched] }))).rule, "below", "the rule after it decides");
  const narrow = {
    ...{ id: "narrow", clause: "1", category: "messaging" },
    ...({ effect: "conditional", conditions: { upload: false } } as const),
  };
  const stricter = Object(ask(samplePolicy({ rules: [narrow, watched] })));
  assert.deepEqual([stricter.by, stricter.upload], ["observed", false]);
  const looser = { ...below, id: "looser", effect: "allowed", observe: true, service: "whatsapp" } as const;
  assert.equal(ask(samplePolicy({ rules: [...samplePolicy().rules, looser] })).allowed, false, "it opens nothing");
  const grant = sampleGrant("gr_1", { users: [chan], services: ["whatsapp"] });
  const granted = Object(ask(samplePolicy({ rules: [watched], grants: [grant] }), { user: chan }));
  assert.deepEqual([granted.by, granted.grant, granted.upload, granted.ends], ["grant", "gr_1", true, undefined]);
});

test("what closes an escape cannot be granted", () => {
  const grant = sampleGrant("gr_1", { users: [chan], services: ["resolver"] });
  const document = samplePolicy({
    services: [sampleService("resolver", { grantable: false })],
    grants: [grant],
  });
  assert.equal(ask(document, { user: chan, host: "resolver.com" }).allowed, false);
});

test("what closes an escape is not opened as a site, by its address, or by another service that lists it too", () => {
  const sites = [
    { kind: "exact" as const, host: "resolver.com" },
    { kind: "exact" as const, host: "192.0.2.53" },
  ];
  const grant = sampleGrant("gr_1", { users: [chan], services: ["own"], sites });
  const document = samplePolicy({
    services: [
      sampleService("resolver", { grantable: false, addresses: ["192.0.2.53/32"] }),
      sampleService("own", { hosts: [{ kind: "suffix", host: "resolver.com" }], addresses: ["192.0.2.0/24"] }),
    ],
    grants: [grant],
  });
  for (const host of ["resolver.com", "dns.resolver.com", "192.0.2.53"])
    assert.equal(ask(document, { user: chan, host }).allowed, false, host);
});

test("a program is decided by its publisher's name for it", () => {
  const service = sampleService("whatsapp", {
    apps: { windows: { packageFamilyName: "5319275A.WhatsAppDesktop_cv1g1gvanyjgm" } },
  });
  const document = samplePolicy({ services: [service] });
  const target = { kind: "app", platform: "windows", name: "5319275a.whatsappdesktop_CV1G1GVANYJGM" } as const;
  const policy = compilePolicy(document);
  assert.equal(decide(policy, { machine: desk, target, now: instant(1) }).allowed, false);
  assert.equal(
    decide(policy, { machine: desk, target: { ...target, platform: "macos" }, now: instant(1) }).allowed,
    true,
  );
});
