import type { Instant } from "@causeway/base";
import type { PolicyDocument, PolicyRule, PolicyService } from "./document.ts";
import type { MachineSeen } from "./question.ts";

/** How specific a rule is about a service on a machine; undefined when it does not speak of it at all. */
function specificity(
  rule: PolicyRule,
  service: Pick<PolicyService, "id" | "category">,
  machine: MachineSeen,
): number | undefined {
  if (rule.service !== undefined && rule.service !== service.id) return undefined;
  if (rule.category !== undefined && rule.category !== service.category) return undefined;
  if (rule.department !== undefined && rule.department !== machine.department) return undefined;
  if (rule.machineClass !== undefined && rule.machineClass !== machine.class) return undefined;
  const target = rule.service !== undefined ? 8 : rule.category !== undefined ? 4 : 0;
  return target + (rule.department === undefined ? 0 : 2) + (rule.machineClass === undefined ? 0 : 1);
}

/** The rules that speak of a service on a machine, the one that decides first; which of them are in effect is left to `ruleAt`. */
export function rulesOf(
  document: Pick<PolicyDocument, "rules">,
  service: Pick<PolicyService, "id" | "category">,
  machine: MachineSeen,
): readonly PolicyRule[] {
  return document.rules
    .flatMap((rule, place) => {
      const weight = specificity(rule, service, machine);
      return weight === undefined ? [] : [{ rule, weight, place }];
    })
    .toSorted((left, right) => right.weight - left.weight || right.place - left.place)
    .map(({ rule }) => rule);
}

/** The first rule that is in effect at a time. */
export function ruleAt(rules: readonly PolicyRule[], now: Instant): PolicyRule | undefined {
  return rules.find(
    (rule) => (rule.from === undefined || rule.from <= now) && (rule.until === undefined || now < rule.until),
  );
}
