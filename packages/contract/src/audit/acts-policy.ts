import type { Acts } from "./fact-kinds.ts";

/** The catalogue, the policy, and the enforcement points (`pt_…`) that obey it. */
export const policyActs = {
  "catalogue.changed": { version: "count", department: "id?", services: "codes?", digest: "digest?" },
  "policy.changed": {
    department: "id?",
    category: "code?",
    service: "code?",
    mode: "code?",
    effect: "code?",
    version: "count?",
    rules: "count?",
    digest: "digest?",
  },
  /** An edition of the catalogue or the rules was taken back before it came into effect. */
  "edition.withdrawn": { kind: "code", version: "count" },
  "policy.published": { version: "count", grants: "count", digest: "digest" },
  "policy-key.rolled": { key: "code" },
  "point.invited": { kind: "code", department: "id?" },
  "point.enrolled": { kind: "code", key: "code?" },
  "point.removed": { kind: "code?" },
  "point.obeyed": { version: "count", ms: "count?" },
  "point.tested": { version: "count?", tried: "count", failed: "count" },
  "point.silent": { version: "count?", since: "instant" },
} as const satisfies Acts;
