import { instant } from "@causeway/base";
import type { CatalogueService } from "@causeway/contract";
import { compilePolicy, decide, type PolicyDocument } from "@causeway/policy";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CentreClaims } from "./centre-claims.ts";
import { checkCatalogue } from "./check.ts";
import { policyServiceOf } from "./services.ts";
import { shippedCatalogue } from "./shipped.ts";

const { services } = shippedCatalogue();
const document: PolicyDocument = {
  ...{ format: 1, installation: "example.org", version: 1, issued: instant(0), expires: instant(1e13) },
  ...{ utcOffsetMinutes: 0, addressesAllowedOn: [], observe: { everywhere: false, departments: [] } },
  services: services.map((one) => policyServiceOf("centre", one, undefined)),
  rules: [{ id: "all", effect: "blocked", clause: "1" }],
  grants: [],
  machines: [],
};
const machine = { key: "addr:192.0.2.1", class: "internal-desktop" } as const;

/** The services that a host belongs to, one by one. */
function servicesOf(host: string): readonly string[] {
  return services.flatMap(({ id }) => {
    const alone = { ...document, services: document.services.filter((one) => one.id === id) };
    const verdict = decide(compilePolicy(alone), {
      ...{ machine, now: instant(1), target: { kind: "host", host } },
    });
    return verdict.allowed ? [] : [id];
  });
}

test("the catalogue matches the hosts that it must, and none of those beside them", () => {
  const expected: Readonly<Record<string, readonly string[]>> = JSON.parse(
    readFileSync(new URL("../../data/expectations.json", import.meta.url), "utf8"),
  );
  assert.ok(Object.keys(expected).length >= 25);
  const found = Object.fromEntries(Object.keys(expected).map((host) => [host, servicesOf(host)]));
  assert.deepEqual(found, expected);
});

test("what the product comes with has no fault, in three languages, with a clause", () => {
  assert.deepEqual(checkCatalogue({ services }, { ownHosts: [] }).faults, []);
  assert.deepEqual(checkCatalogue({ services }, { ownHosts: [] }).content.services, services);
  assert.ok(services.length >= 50);
  for (const { name, reason, clause } of services) {
    for (const text of [name.en, name.zhHant, name.zhHans, reason.en, reason.zhHant, reason.zhHans, clause])
      assert.notEqual(text.trim(), "");
    // Two lines of a narrow page.
    assert.ok(reason.en.length <= 160 && reason.zhHant.length <= 80);
    assert.notEqual(reason.zhHant, reason.zhHans);
  }
});

test("ways around the resolver are in the catalogue, and no grant can open them", () => {
  for (const host of ["dns.google", "mask.icloud.com", "use-application-dns.net", "mozilla.cloudflare-dns.com"]) {
    const [id] = servicesOf(host);
    const found = services.find((one) => one.id === id);
    assert.equal(found?.category, "resolver", host);
    assert.equal(found?.grantable, false, host);
  }
  assert.deepEqual(
    services.filter((one) => !one.grantable).map((one) => one.category),
    ["resolver", "resolver", "resolver"],
  );
});

const sample: CatalogueService = {
  ...{ id: "share", category: "file-transfer", clause: "1", grantable: true, apps: {}, addresses: [] },
  ...{ name: { en: "a", zhHant: "a", zhHans: "a" }, reason: { en: "a", zhHant: "a", zhHans: "a" } },
  ...{ hosts: [{ kind: "suffix", host: "share.example" }], exempt: [] },
};

function faultsOf(over: Partial<CatalogueService>): readonly string[] {
  return checkCatalogue({ services: [{ ...sample, ...over }] }, { ownHosts: ["chat.gov.example"] }).faults.map(
    (one) => one.fault,
  );
}

test("hosts are brought to their one form, and what cannot be a rule is refused with its reason", () => {
  const checked = checkCatalogue(
    { services: [{ ...sample, hosts: [{ kind: "exact", host: "WWW.Bücher.Example." }] }] },
    { ownHosts: [] },
  );
  assert.deepEqual(checked.content.services[0]?.hosts, [{ kind: "exact", host: "www.xn--bcher-kva.example" }]);
  assert.deepEqual(faultsOf({}), []);
  assert.deepEqual(faultsOf({ hosts: [{ kind: "suffix", host: "com" }] }).length, 2);
  assert.deepEqual(faultsOf({ hosts: [{ kind: "exact", host: "192.0.2.1" }] }).length, 2);
  assert.deepEqual(faultsOf({ hosts: [{ kind: "exact", host: "a b.example" }] }).length, 2);
  assert.deepEqual(faultsOf({ hosts: [{ kind: "suffix", host: "gov.example" }] }), [
    "gov.example would cover this server itself (chat.gov.example)",
  ]);
  assert.deepEqual(faultsOf({ exempt: [{ kind: "exact", host: "other.example" }] }), [
    "other.example is under none of its hosts",
  ]);
  assert.deepEqual(faultsOf({ exempt: [{ kind: "exact", host: "a.share.example" }] }), []);
  assert.deepEqual(faultsOf({ addresses: ["192.0.2.0/24", "0.0.0.0/0", "10.0.0.0/33"] }), [
    "0.0.0.0/0 is no network",
    "10.0.0.0/33 is no network",
  ]);
  const twice = checkCatalogue({ services: [sample, sample] }, { ownHosts: [] });
  assert.deepEqual(
    twice.faults.map((one) => one.fault),
    ["there are two services of this id"],
  );
});

test("a department takes nothing out of the centre's services, however specific it is; what the centre leaves out is free", () => {
  const claims = new CentreClaims(services);
  const taken = (kind: "exact" | "suffix", host: string): boolean => claims.hasHost({ kind, host });
  assert.ok(
    taken("exact", "web.whatsapp.com") && taken("suffix", "whatsapp.com") && taken("suffix", "a.b.whatsapp.com"),
  );
  assert.ok(taken("exact", "drive.google.com") && taken("exact", "dns.google"));
  assert.ok(!taken("suffix", "google.com") && !taken("suffix", "drive.google.com"));
  assert.ok(!taken("exact", "notwhatsapp.com") && !taken("exact", "whatsapp.com.example"));
  const leaving = new CentreClaims([
    {
      hosts: [{ kind: "suffix", host: "a.example" }],
      exempt: [{ kind: "suffix", host: "b.a.example" }],
      addresses: [],
    },
  ]);
  assert.ok(!leaving.hasHost({ kind: "exact", host: "x.b.a.example" }));
  assert.ok(leaving.hasHost({ kind: "exact", host: "x.a.example" }));
  for (const network of ["8.8.8.0/24", "8.8.8.8/32", "8.0.0.0/8", "149.154.161.0/24", "2001:4860:4860::8888/128"])
    assert.ok(claims.hasNetwork(network), network);
  assert.ok(!claims.hasNetwork("192.0.2.0/24"));
  assert.deepEqual(
    claims.leaves({
      hosts: [
        { kind: "exact", host: "web.whatsapp.com" },
        { kind: "exact", host: "own.example" },
      ],
      exempt: [],
      addresses: ["8.8.8.8/32", "192.0.2.0/24"],
    }),
    { hosts: [{ kind: "exact", host: "own.example" }], exempt: [], addresses: ["192.0.2.0/24"] },
  );
});
