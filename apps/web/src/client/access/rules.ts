import { policyContent, type PolicyContent, type RuleOfEdition } from "@causeway/contract";
import {
  observedRuleAt,
  policyMachineClasses,
  ruleAt,
  rulesOf,
  type PolicyMachineClass,
  type PolicyRule,
} from "@causeway/policy";
import { instant } from "@causeway/base";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";

export type { PolicyContent, RuleOfEdition } from "@causeway/contract";

/** What a machine can be, the strictest first. */
export const machineClasses: readonly PolicyMachineClass[] = policyMachineClasses;
/** One of `machineClasses`. */
export type MachineClass = PolicyMachineClass;

/** The rules in force, where nothing is enforced yet, and the version that points are given. */
export interface RulesInForce {
  readonly version: number;
  readonly issued: number;
  readonly observe: PolicyContent["observe"];
  readonly addressesAllowedOn: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** The rules in force that one may see. */
export async function rulesInForce(api: CausewayApi): Promise<RulesInForce> {
  const answer = await api.get("/policies");
  // Rules of departments have longer ids, and services as policies name them.
  const rules = listIn(answer, "rules").flatMap((one) => {
    const { id, service, ...rest } = Object(one);
    const read = policyContent.safeParse({ rules: [{ ...rest, id: "x" }] }).data?.rules[0];
    if (read === undefined) return [];
    return [policyRule({ ...read, id: String(id), ...(typeof service === "string" ? { service } : {}) })];
  });
  const { observe, addressesAllowedOn } = policyContent.parse({
    ...{ rules: [], observe: partOf(answer, "observe"), addressesAllowedOn: partOf(answer, "addressesAllowedOn") },
  });
  const numbers = { version: numberIn(answer, "version") ?? 0, issued: numberIn(answer, "issued") ?? 0 };
  return { ...numbers, observe, addressesAllowedOn, rules };
}

/** Reads what a version or draft of the rules says. */
export function parseRules(answer: unknown): PolicyContent {
  const [rules, observe] = [partOf(answer, "rules"), partOf(answer, "observe")];
  return policyContent.parse({ rules, observe, addressesAllowedOn: partOf(answer, "addressesAllowedOn") });
}

/** A rule of a draft as points would have it: without what is not said. */
function policyRule(rule: RuleOfEdition): PolicyRule {
  const said: object = Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined));
  const { id, effect, clause } = rule;
  return { ...said, id, effect, clause };
}

/** What rules are about: a service or a whole category, on machines of a department (its unit id; empty for all) and a class. */
export interface RuleTarget {
  readonly service: string;
  readonly category: string;
  readonly department: string;
  readonly machineClass: MachineClass;
}

/** What holds for a target. */
export interface Held {
  /** The rule that decides; undefined: nothing is said, so it is open. */
  readonly rule: PolicyRule | undefined;
  /** The rule before it that is only observed. */
  readonly observed: PolicyRule | undefined;
}

/** What rules say of a target now: as points work it out. */
export function heldFor(rules: readonly PolicyRule[], target: RuleTarget, now: number): Held {
  const { service, category, department, machineClass } = target;
  const machine = { key: "", class: machineClass, ...(department === "" ? {} : { department }) };
  const speaking = rulesOf({ rules }, { id: service, category }, machine);
  return { rule: ruleAt(speaking, instant(now)), observed: observedRuleAt(speaking, instant(now)) };
}

/** The rules that there would be with a draft: the draft's in the place of the publisher's. `own` is the publisher's unit id, empty for the centre. */
export function rulesWithDraft(
  inForce: readonly PolicyRule[],
  draft: Pick<PolicyContent, "rules">,
  own: string,
): readonly PolicyRule[] {
  const isOwn = ({ id }: PolicyRule): boolean => (own === "" ? !id.includes(".") : id.includes(`.${own}`));
  const drafted = draft.rules.map((rule) =>
    own === "" ? policyRule(rule) : policyRule({ ...rule, id: `${rule.id}.${own}`, department: own }),
  );
  const others = inForce.filter((rule) => !isOwn(rule));
  return own === "" ? [...drafted, ...others] : [...others, ...drafted];
}

/** The rules of a draft about exactly a target. `own` as above: a department's rules name no other. */
export function ruleAbout(
  { rules }: Pick<PolicyContent, "rules">,
  target: RuleTarget,
  own: string,
): RuleOfEdition | undefined {
  const { service, category, machineClass } = target;
  return rules.find(
    (rule) =>
      (rule.service ?? "") === service &&
      (rule.category ?? "") === (service === "" ? category : "") &&
      (own !== "" || (rule.department ?? "") === target.department) &&
      rule.machineClass === machineClass,
  );
}

/** What is said of a target. */
export interface RuleWish {
  readonly effect: RuleOfEdition["effect"];
  readonly conditions?: NonNullable<RuleOfEdition["conditions"]>;
  readonly clause: string;
  readonly isObserved: boolean;
  readonly from?: number;
  readonly until?: number;
}

/** The draft with a rule about exactly a target: in the place of the one that was about it. */
export function withRule(
  content: PolicyContent,
  of: { readonly target: RuleTarget; readonly own: string },
  wish: RuleWish,
): PolicyContent {
  const { target, own } = of;
  const before = ruleAbout(content, target, own);
  const rule: RuleOfEdition = {
    id: before?.id ?? newRuleId(target, new Set(content.rules.map(({ id }) => id))),
    ...(target.service === "" ? { category: target.category } : { service: target.service }),
    ...(own !== "" || target.department === "" ? {} : { department: target.department }),
    ...{ machineClass: target.machineClass, effect: wish.effect, clause: wish.clause },
    ...(wish.effect === "conditional" && wish.conditions !== undefined ? { conditions: wish.conditions } : {}),
    ...(wish.isObserved ? { observe: true } : {}),
    ...(wish.from === undefined ? {} : { from: instant(wish.from) }),
    ...(wish.until === undefined ? {} : { until: instant(wish.until) }),
  };
  const rules =
    before === undefined ? [...content.rules, rule] : content.rules.map((one) => (one === before ? rule : one));
  return { ...content, rules };
}

/** The draft without a rule. */
export function withoutRule(content: PolicyContent, id: string): PolicyContent {
  return { ...content, rules: content.rules.filter((rule) => rule.id !== id) };
}

/** The draft with everything enforced that is only observed: what a what-if is asked about. */
export function allEnforced(content: PolicyContent): PolicyContent {
  return { ...content, rules: content.rules.map(({ observe: _observe, ...rule }) => rule) };
}

const LONGEST_ID = 24;
const SHORT: Readonly<Record<MachineClass, string>> = {
  ...{ "internal-desktop": "desk", "designated-machine": "desig", "personal-device": "own" },
};

/** An id for a rule: what it is about, as far as there is room, and no other's. */
export function newRuleId({ service, category, machineClass }: RuleTarget, taken: ReadonlySet<string>): string {
  const about = (service === "" ? category : service).replace(/\..*/, "");
  for (let count = 1; ; count += 1) {
    const end = `-${SHORT[machineClass]}${count === 1 ? "" : `-${count}`}`;
    const start = about.slice(0, LONGEST_ID - end.length).replace(/-+$/, "");
    if (!taken.has(`${start}${end}`)) return `${start}${end}`;
  }
}

/** How often a service was asked for, or would be refused. */
export interface UseCount {
  readonly service: string;
  readonly department: string;
  readonly machineClass: string;
  readonly allowed: number;
  readonly granted: number;
  readonly observed: number;
  readonly refused: number;
}

/** What points have counted in so many days, summed: services and numbers. */
export async function countsOf(api: CausewayApi, days: number): Promise<readonly UseCount[]> {
  const sums = new Map<string, UseCount>();
  for (const one of listIn(await api.get("/policies/counts", { days: String(days) }), "counts")) {
    const [service, department] = [textIn(one, "service"), textIn(one, "department")];
    const machineClass = textIn(one, "machineClass");
    const key = [service, department, machineClass].join(" ");
    const sum = sums.get(key);
    const add = (field: "allowed" | "granted" | "observed" | "refused"): number =>
      (sum?.[field] ?? 0) + (numberIn(one, field) ?? 0);
    sums.set(key, {
      ...{ service, department, machineClass, allowed: add("allowed"), granted: add("granted") },
      ...{ observed: add("observed"), refused: add("refused") },
    });
  }
  return [...sums.values()];
}

/** How much of what was counted was refused, or would have been, for some services. */
export function countFor(
  counts: readonly UseCount[],
  of: { readonly services: ReadonlySet<string>; readonly department: string; readonly machineClass: string },
): { readonly observed: number; readonly refused: number } {
  let [observed, refused] = [0, 0];
  for (const one of counts) {
    const isHere = of.department === "" || one.department === of.department;
    if (!isHere || one.machineClass !== of.machineClass || !of.services.has(one.service)) continue;
    observed += one.observed;
    refused += one.refused;
  }
  return { observed, refused };
}

/** What rules would have refused of what was asked for. */
export interface WhatIf {
  readonly days: number;
  readonly asked: number;
  readonly refusedBefore: number;
  readonly refusedThen: number;
  readonly observedThen: number;
  readonly rows: readonly (Pick<UseCount, "service" | "department" | "machineClass"> & {
    readonly asked: number;
    readonly refusedBefore: number;
    readonly refusedThen: number;
    readonly observedThen: number;
  })[];
}

/** What a draft would have refused in the last days; `department` is the publisher's code, empty for the centre's. */
export async function whatIf(api: CausewayApi, department: string, content: PolicyContent): Promise<WhatIf> {
  const answer = await api.post("/policies/what-if", content, department === "" ? {} : { department });
  const number = (value: unknown, field: string): number => numberIn(value, field) ?? 0;
  return {
    ...{ days: number(answer, "days"), asked: number(answer, "asked") },
    ...{ refusedBefore: number(answer, "refused_before"), refusedThen: number(answer, "refused_then") },
    observedThen: number(answer, "observed_then"),
    rows: listIn(answer, "rows").map((one) => ({
      ...{ service: textIn(one, "service"), department: textIn(one, "department") },
      ...{ machineClass: textIn(one, "machineClass"), asked: number(one, "asked") },
      ...{ refusedBefore: number(one, "refusedBefore"), refusedThen: number(one, "refusedThen") },
      observedThen: number(one, "observedThen"),
    })),
  };
}
