import type { Instant } from "@causeway/base";
import {
  observedRuleAt,
  ruleAt,
  rulesOf,
  type PolicyDocument,
  type PolicyMachineClass,
  type PolicyService,
} from "@causeway/policy";
import type { CountRow } from "./counts.ts";

/** What rules would have done to what was asked for. */
export interface WhatIfRow {
  readonly service: string;
  readonly department: string;
  readonly machineClass: string;
  /** How often it was asked for. */
  readonly asked: number;
  /** How often it was refused, or would have been where nothing was enforced. */
  readonly refusedBefore: number;
  /** How often these rules would have refused it: what grants opened stays open. */
  readonly refusedThen: number;
  /** How often rules that are only observed would refuse it, of what is not refused anyway. */
  readonly observedThen: number;
  /** Only in some hours, or without uploads: which of the times cannot be known from counts. */
  readonly conditional: number;
  /** The rule that decides. */
  readonly rule?: string;
}

/** Goes over counts with other rules. Pure; counts know neither persons nor hours. */
export function whatIf(
  policy: Pick<PolicyDocument, "rules" | "services">,
  counts: readonly CountRow[],
  now: Instant,
): readonly WhatIfRow[] {
  const services = new Map(policy.services.map((one) => [one.id, one]));
  return counts.flatMap((count): readonly WhatIfRow[] => {
    const service = services.get(count.service);
    return service === undefined ? [] : [rowOf(policy, { count, service, now })];
  });
}

function rowOf(
  policy: Pick<PolicyDocument, "rules">,
  of: { readonly count: CountRow; readonly service: PolicyService; readonly now: Instant },
): WhatIfRow {
  const { count, service, now } = of;
  const { department, machineClass } = count;
  const machine = {
    ...{ key: "counted", class: classOf(machineClass) },
    ...(department === "" ? {} : { department }),
  };
  const speaking = rulesOf(policy, service, machine);
  const rule = ruleAt(speaking, now);
  const isRefused = rule?.effect === "blocked";
  const isObserved = !isRefused && observedRuleAt(speaking, now)?.effect === "blocked";
  const open = count.allowed + count.observed + count.refused;
  return {
    ...{ service: service.id, department, machineClass },
    asked: open + count.granted,
    refusedBefore: count.refused + count.observed,
    refusedThen: isRefused ? open : 0,
    observedThen: isObserved ? open : 0,
    conditional: rule?.effect === "conditional" ? open : 0,
    ...(rule === undefined ? {} : { rule: rule.id }),
  };
}

function classOf(text: string): PolicyMachineClass {
  return text === "designated-machine" || text === "personal-device" ? text : "internal-desktop";
}
