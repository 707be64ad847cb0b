import { instant } from "@causeway/base";
import type { PolicyDocument } from "@causeway/policy";
import { policyServiceOf } from "../catalogue/services.ts";
import { shippedCatalogue } from "../catalogue/shipped.ts";
import { defaultRules } from "./default-rules.ts";
import { joined } from "./rules-in-effect.ts";

/** What a new installation begins with, as a policy of version 0 without machines and grants: for points that have never had another. */
export function shippedPolicy(): PolicyDocument {
  const { services } = shippedCatalogue();
  return {
    ...{ format: 1, installation: "", version: 0, issued: instant(0), expires: instant(0), utcOffsetMinutes: 0 },
    ...joined([{ publisher: "centre", content: defaultRules() }], () => []),
    services: services.map((service) => policyServiceOf("centre", service, undefined)),
    grants: [],
    machines: [],
  };
}
