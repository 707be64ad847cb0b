import type { Instant } from "@causeway/base";
import type { PolicyMachineClass, PolicyRule } from "./document.ts";
import type { PolicyParts } from "./compile.ts";
import type { MachineSeen, Refusal } from "./question.ts";
import { observedRuleAt, ruleAt, rulesOf } from "./rules-of.ts";

/** Which rule speaks of a service on a machine: worked out once for each service, class and department that is asked about. */
export class Rulings {
  #parts: Pick<PolicyParts, "services" | "rules">;
  #known = new Map<string, Map<PolicyMachineClass, (readonly PolicyRule[] | undefined)[]>>();
  #refusals = new Map<PolicyRule, (Refusal | undefined)[]>();

  constructor(parts: Pick<PolicyParts, "services" | "rules">) {
    this.#parts = parts;
  }

  /** The rule that decides. */
  at(service: number, machine: MachineSeen, now: Instant): PolicyRule | undefined {
    const rules = this.#rulesOf(service, machine);
    const [first] = rules;
    return isAlways(first) ? first : ruleAt(rules, now);
  }

  /** The rule before it that is only observed. */
  observedAt(service: number, machine: MachineSeen, now: Instant): PolicyRule | undefined {
    const rules = this.#rulesOf(service, machine);
    return isAlways(rules[0]) ? undefined : observedRuleAt(rules, now);
  }

  #rulesOf(service: number, machine: MachineSeen): readonly PolicyRule[] {
    const department = machine.department ?? "";
    let classes = this.#known.get(department);
    if (classes === undefined) this.#known.set(department, (classes = new Map()));
    let lists = classes.get(machine.class);
    if (lists === undefined) classes.set(machine.class, (lists = []));
    const known = lists[service];
    if (known !== undefined) return known;
    const facts = this.#parts.services[service];
    const found = facts === undefined ? [] : rulesOf(this.#parts, facts, machine);
    lists[service] = found;
    return found;
  }

  /** The refusal of a service by a rule that blocks, the same object each time. */
  refusal(service: number, rule: PolicyRule): Refusal {
    let known = this.#refusals.get(rule);
    if (known === undefined) this.#refusals.set(rule, (known = []));
    return (known[service] ??= Object.freeze({
      ...{ allowed: false as const, reason: "blocked" as const },
      ...{ service: this.#parts.services[service]?.id ?? "", rule: rule.id, clause: rule.clause },
    }));
  }
}

/** Whether the first rule decides at any time: most do. */
function isAlways(rule: PolicyRule | undefined): boolean {
  return rule === undefined || (rule.from === undefined && rule.until === undefined && rule.observe !== true);
}
