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

/** The rule that decides at a time: the first that is in effect and not only observed. */
export function ruleAt(rules: readonly PolicyRule[], now: Instant): PolicyRule | undefined {
  return rules.find((rule) => rule.observe !== true && isInEffect(rule, now));
}

/** The rule that would decide at a time if it were more than observed. */
export function observedRuleAt(rules: readonly PolicyRule[], now: Instant): PolicyRule | undefined {
  const first = rules.find((rule) => isInEffect(rule, now));
  return first?.observe === true ? first : undefined;
}

function isInEffect({ from, until }: PolicyRule, now: Instant): boolean {
  return (from === undefined || from <= now) && (until === undefined || now < until);
}
