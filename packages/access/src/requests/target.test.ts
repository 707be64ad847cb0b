import type { PolicyService } from "@causeway/policy";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePage, siteOf, targetOf } from "./target.ts";

const texts = { en: "text", zhHant: "文字", zhHans: "文字" };

function service(id: string, over: Partial<PolicyService> = {}): PolicyService {
  return {
    ...{ id, category: "messaging", name: texts, reason: texts, clause: "4.2", apps: {}, addresses: [], exempt: [] },
    ...{ hosts: [{ kind: "suffix", host: `${id}.com` }], grantable: true },
    ...over,
  };
}

const catalogue = [
  service("whatsapp"),
  service("google", {
    hosts: [{ kind: "suffix", host: "google.com" }],
    exempt: [{ kind: "exact", host: "maps.google.com" }],
  }),
  service("drive", { hosts: [{ kind: "exact", host: "drive.google.com" }] }),
  service("resolver", { grantable: false }),
];

function found(url: string | undefined, services: readonly string[] = []): unknown {
  const target = targetOf({ url, services }, catalogue);
  if (!target.ok) return target.error.extra?.["reason"];
  return [...target.value.services.map((one) => one.id), ...target.value.sites.map((one) => one.host)];
}

test("a page belongs to the service whose hosts fit it best, under every spelling, and else is a site", () => {
  assert.deepEqual(found("https://web.WhatsApp.com./chat?x=1#y"), ["whatsapp"]);
  assert.deepEqual(found("https://drive.google.com/file"), ["drive"]);
  assert.deepEqual(found("http://mail.google.com:8443/"), ["google"]);
  assert.deepEqual(found("https://maps.google.com/"), ["maps.google.com"]);
  assert.deepEqual(found("https://notwhatsapp.com"), ["notwhatsapp.com", "www.notwhatsapp.com"]);
  assert.deepEqual(found("https://例え.jp/"), ["xn--r8jz45g.jp", "www.xn--r8jz45g.jp"]);
  assert.deepEqual(found("https://192.0.2.1/"), ["192.0.2.1"]);
  assert.deepEqual(found("https://[2001:db8::1]/"), ["2001:db8::1"]);
  assert.deepEqual(found("https://0x7f.1/"), ["127.0.0.1"]);
});

test("what is no page cannot be asked for, whatever it is dressed as", () => {
  for (const url of [
    ...["javascript:alert(1)", "JaVaScRiPt:alert(1)//https://x.com", "data:text/html,x", "file:///etc/passwd"],
    ...["ftp://x.com", "//x.com", "x.com", "https://", "https:///", "http:x.com", "blob:https://x.com/1"],
    ...[
      "java\nscript:alert(1)",
      "https://what\tsapp.com/",
      " https://x.com",
      "https://a b/",
      "view-source:https://x.com",
    ],
  ])
    assert.equal(found(url), "url", url);
});

test("a service that closes an escape can never be asked for, by its id or by its host", () => {
  assert.equal(found(undefined, ["resolver"]), "not-grantable");
  assert.equal(found("https://dns.resolver.com/dns-query"), "not-grantable");
  assert.equal(found(undefined, ["moon"]), "service-unknown");
  assert.equal(found(undefined), "nothing");
});

test("secrets in an address are not kept", () => {
  assert.equal(parsePage("https://user:pass@x.example/a?b=c#secret")?.url, "https://x.example/a?b=c");
});

test("a site never opens what stands beside it", () => {
  assert.deepEqual(
    siteOf("www.x.example").map((one) => one.host),
    ["www.x.example", "x.example"],
  );
  assert.deepEqual(
    siteOf("github.io").map((one) => `${one.kind} ${one.host}`),
    ["exact github.io", "exact www.github.io"],
  );
  assert.deepEqual(
    siteOf("intranet").map((one) => one.host),
    ["intranet"],
  );
});
