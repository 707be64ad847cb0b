import { instant } from "@causeway/base";
import {
  compilePolicy,
  decide,
  type HostRule,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyService,
} from "@causeway/policy";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RpzRules } from "../rpz/index.ts";
import { localZonesOf } from "../unbound/local-zones.ts";
import { verdictsFor } from "./merged.ts";
import { NamePlanner } from "./planner.ts";
import { rpzRulesOf } from "./rpz-rules.ts";

const now = instant(1_700_000_000_000);
const texts = { en: "text", zhHant: "文字", zhHans: "文字" };

function service(id: string, hosts: readonly HostRule[], exempt: readonly HostRule[] = []): PolicyService {
  const facts = { category: "messaging", name: texts, reason: texts, clause: "4.2", apps: {}, addresses: [] };
  return { id, hosts, exempt, grantable: true, ...facts };
}

function policyOf(services: readonly PolicyService[], grants: readonly PolicyGrant[]): PolicyDocument {
  return {
    ...{ format: 1, installation: "example.org", version: 1, issued: now, expires: instant(now + 1000) },
    ...{ utcOffsetMinutes: 480, addressesAllowedOn: [], observe: { everywhere: false, departments: [] } },
    services,
    rules: [{ id: "all", effect: "blocked", clause: "4.2", machineClass: "internal-desktop" }],
    grants,
    machines: [
      { id: "ma_one", class: "internal-desktop", department: "un_x", addresses: ["10.0.0.1"] },
      { id: "ma_free", class: "personal-device", addresses: ["10.0.0.2"] },
    ],
  };
}

/** What a name server makes of a zone (RFC 1034, RFC 4592): the name, else the wildcard at the nearest place that exists. */
function foundIn(rules: RpzRules, host: string): "block" | "pass" | undefined {
  const exact = rules.get(host);
  if (exact !== undefined) return exact;
  const places = new Set<string>();
  for (const owner of rules.keys())
    for (let at = owner.replace(/^\*\./, ""); at !== ""; at = at.includes(".") ? at.slice(at.indexOf(".") + 1) : "")
      places.add(at);
  if (places.has(host)) return undefined;
  let up = host;
  while (up.includes(".")) {
    up = up.slice(up.indexOf(".") + 1);
    if (places.has(up)) return rules.get(`*.${up}`);
  }
  return undefined;
}

/** Few labels, so that names meet. */
const label = fc.constantFrom("a", "b", "c", "www");
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `${labels.join(".")}.com`);
const rule = fc.record({ kind: fc.constantFrom("exact", "suffix"), host });
const hostRules = fc.array(rule, { maxLength: 4 });

test("two zones, a machine's exceptions before its profile, answer for every name as `decide` does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(hostRules, hostRules), { minLength: 1, maxLength: 3 }),
      fc.tuple(hostRules, fc.boolean()),
      fc.array(host, { minLength: 1, maxLength: 8 }),
      (lists, [sites, grantsFirst], asked) => {
        const services = lists.map(([hosts, exempt], at) => service(`s${at}`, hosts, exempt));
        const grant: PolicyGrant = {
          ...{
            id: "gr_1",
            users: ["@a:example.org"],
            machines: ["ma_one"],
            services: grantsFirst ? ["s0"] : [],
            sites,
          },
          ...{ upload: true, begins: instant(0), ends: instant(now + 1000) },
        };
        const document = policyOf(services, [grant]);
        const policy = compilePolicy(document);
        const plan = new NamePlanner().planOf(policy, document, now);
        for (const machine of plan.machines) {
          const zones = [
            rpzRulesOf(machine.exceptions, { saysAll: true }),
            rpzRulesOf(machine.profile.names, { saysAll: false }),
          ];
          const registered = document.machines.find(({ id }) => id === machine.key);
          assert.ok(registered !== undefined);
          const { id: key, class: machineClass, department } = registered;
          const seen = { key, class: machineClass, ...(department === undefined ? {} : { department }) };
          for (const name of asked) {
            const found = zones.map((zone) => foundIn(zone, name)).find((one) => one !== undefined) ?? "pass";
            const verdict = decide(policy, { machine: seen, target: { kind: "host", host: name }, now });
            assert.equal(found, verdict.allowed ? "pass" : "block", `${name} for ${key}`);
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test("local zones say the same as `decide`, but for what they cannot say", () => {
  const services = [
    service("whatsapp", [{ kind: "suffix", host: "whatsapp.com" }], [{ kind: "suffix", host: "status.whatsapp.com" }]),
    service("wechat", [
      { kind: "exact", host: "wx.qq.com" },
      { kind: "suffix", host: "weixin.qq.com" },
    ]),
  ];
  const sites: readonly HostRule[] = [{ kind: "exact", host: "web.whatsapp.com" }];
  const terms = { upload: true, begins: instant(0), ends: instant(now + 1000) };
  const grant: PolicyGrant = { id: "gr_1", users: [], machines: ["ma_one"], services: [], sites, ...terms };
  const document = policyOf(services, [grant]);
  const plan = new NamePlanner().planOf(compilePolicy(document), document, now);
  const others = localZonesOf(plan.others.names);
  assert.deepEqual(Object.fromEntries(others), {
    "whatsapp.com": "always_nxdomain",
    "status.whatsapp.com": "always_transparent",
    "wx.qq.com": "exact",
    "weixin.qq.com": "always_nxdomain",
  });
  const [one] = plan.machines;
  assert.ok(one !== undefined);
  assert.deepEqual(Object.fromEntries(localZonesOf(verdictsFor(one))), {
    ...Object.fromEntries(others),
    "web.whatsapp.com": "always_transparent",
  });
});

test("a plan is good until the next grant, rule or hour begins or ends; an address that nobody registered is there while it has a grant", () => {
  const services = [service("whatsapp", [{ kind: "suffix", host: "whatsapp.com" }])];
  const grant = (id: string, begins: number, ends: number): PolicyGrant => ({
    ...{ id, users: [], machines: ["addr:10.9.9.9"], services: ["whatsapp"], sites: [], upload: false },
    ...{ begins: instant(now + begins), ends: instant(now + ends) },
  });
  const document = policyOf(services, [grant("gr_1", 500, 900), grant("gr_2", 700, 800)]);
  const policy = compilePolicy(document);
  const planner = new NamePlanner();
  const at = (ms: number): readonly (string | number | undefined)[] => {
    const plan = planner.planOf(policy, document, instant(now + ms));
    return [plan.machines[2]?.addresses[0], plan.until === undefined ? undefined : plan.until - now];
  };
  assert.deepEqual(at(0), [undefined, 500]);
  assert.deepEqual(at(500), ["10.9.9.9", 700]);
  assert.deepEqual(at(750), ["10.9.9.9", 800]);
  assert.deepEqual(at(899), ["10.9.9.9", 900]);
  assert.deepEqual(at(900), [undefined, undefined]);
});
