import { instant } from "@causeway/base";
import type { PolicyDocument, PolicyGrant, PolicyService } from "./document.ts";

const texts = { en: "text", zhHant: "文字", zhHans: "文字" };

/** A service for tests; not part of the front door. */
export function sampleService(id: string, over: Partial<PolicyService> = {}): PolicyService {
  return {
    ...{
      id,
      category: "messaging",
      name: texts,
      reason: texts,
      clause: "4.2",
      apps: {},
      addresses: [],
      grantable: true,
    },
    ...{ hosts: [{ kind: "suffix", host: `${id}.com` }], exempt: [] },
    ...over,
  };
}

/** A grant for tests. */
export function sampleGrant(id: string, over: Partial<PolicyGrant> = {}): PolicyGrant {
  return {
    ...{ id, users: [], machines: [], services: [], sites: [], upload: false },
    ...{ begins: instant(0), ends: instant(1000) },
    ...over,
  };
}

/** A policy for tests: messaging is blocked on internal desktops. */
export function samplePolicy(over: Partial<PolicyDocument> = {}): PolicyDocument {
  return {
    ...{ format: 1, installation: "example.org", version: 1, issued: instant(0), expires: instant(1e12) },
    utcOffsetMinutes: 480,
    addressesAllowedOn: ["designated-machine", "personal-device"],
    observe: { everywhere: false, departments: [] },
    services: [sampleService("whatsapp"), sampleService("drive", { category: "cloud-storage" })],
    rules: [
      { id: "messaging", category: "messaging", effect: "blocked", clause: "4.2", machineClass: "internal-desktop" },
      { id: "storage", category: "cloud-storage", effect: "blocked", clause: "4.3", machineClass: "internal-desktop" },
    ],
    grants: [],
    machines: [],
    ...over,
  };
}
