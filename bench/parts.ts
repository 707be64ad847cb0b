import { auditPart } from "./audit.ts";
import { dnsPart } from "./dns.ts";
import { peoplePart } from "./people.ts";
import { pointsPart } from "./points.ts";
import { policyPart } from "./policy.ts";
import { policyFeedPart } from "./policy-feed.ts";
import { proxyPart } from "./proxy.ts";
import { webPart } from "./web.ts";

/** A measurement beside the sends: a line for people and the same as data. `--only NAME` runs one alone. */
export interface BenchPart {
  readonly name: string;
  run(options: { readonly isQuick: boolean }): Promise<{ readonly text: string; readonly line: object }>;
}

/** All of them, in the order of the table. */
export const parts: readonly BenchPart[] = [
  peoplePart,
  policyPart,
  policyFeedPart,
  pointsPart,
  dnsPart,
  proxyPart,
  auditPart,
  webPart,
];
