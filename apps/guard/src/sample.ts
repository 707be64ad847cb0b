import { instant, type Instant } from "@causeway/base";
import {
  compilePolicy,
  type HostRule,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyService,
} from "@causeway/policy";
import type { Obeyed } from "./rules.ts";

const TEXTS = { en: "", zhHant: "", zhHans: "" };

/** A host of the tests: `=exact` or suffix. */
export function hostRule(text: string): HostRule {
  return text.startsWith("=") ? { kind: "exact", host: text.slice(1) } : { kind: "suffix", host: text };
}

/** A service of the tests. */
export function sampleService(id: string, hosts: readonly string[], exempt: readonly string[] = []): PolicyService {
  return {
    ...{ id, category: "messaging", name: TEXTS, reason: TEXTS, clause: "1", apps: {}, addresses: [], grantable: true },
    hosts: hosts.map(hostRule),
    exempt: exempt.map(hostRule),
  };
}

/** A grant of a service to whoever is at the tests' machine. */
export function sampleGrant(id: string, services: readonly string[], more: Partial<PolicyGrant> = {}): PolicyGrant {
  const life = { begins: instant(0), ends: instant(1_000_000) };
  return { id, users: [], machines: ["ma_desk"], services, sites: [], upload: false, ...life, ...more };
}

/** The policy of the tests: some services that lie within each other, all blocked. */
export function sampleDocument(more: Partial<PolicyDocument> = {}): PolicyDocument {
  return {
    ...{
      format: 1,
      installation: "gov.example",
      version: 1,
      issued: instant(0),
      expires: instant(9),
      utcOffsetMinutes: 0,
    },
    addressesAllowedOn: [],
    observe: { everywhere: false, departments: [] },
    services: [
      sampleService("whatsapp", ["whatsapp.com", "=wa.me"]),
      sampleService("wechat", ["weixin.qq.com", "=wx.qq.com", "=file.wx.qq.com"], ["work.weixin.qq.com"]),
      sampleService("mail", ["=mail.qq.com", "mail.example"], ["=safe.mail.example"]),
      sampleService("wecom", ["=in.work.weixin.qq.com"]),
    ],
    rules: [{ id: "all", effect: "blocked", clause: "1" }],
    grants: [],
    machines: [],
    ...more,
  };
}

/** A policy as a guard at the tests' machine obeys it. */
export function sampleObeyed(document: PolicyDocument = sampleDocument()): Obeyed {
  const subject = { machine: { key: "ma_desk", class: "internal-desktop", department: "un_pgd" } } as const;
  return { document, policy: compilePolicy(document), subject };
}

/** A time of the tests. */
export const noon: Instant = instant(500_000);
