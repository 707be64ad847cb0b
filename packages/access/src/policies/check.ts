import type { UnitId } from "@causeway/base";
import type { PolicyContent, RuleOfEdition } from "@causeway/contract";
import type { PolicyService } from "@causeway/policy";
import { serviceIdOf } from "../catalogue/services.ts";
import type { Checked } from "../editions/book.ts";
import type { EditionFault, Publisher } from "../editions/types.ts";

/** What rules are checked against. */
export interface RuleContext {
  readonly publisher: Publisher;
  /** The services in effect, or to come. */
  readonly services: readonly Pick<PolicyService, "id" | "department">[];
  /** The open department of a code or an id. */
  departmentOf(codeOrId: string): UnitId | undefined;
}

/**
 * Brings rules to their normal form (departments by their ids) and says what is wrong with them. A department's rules hold for its own
 * machines; they may block what the centre allows, and never open what the centre blocks: anything but `blocked` is for its own services.
 */
export function checkPolicy(content: PolicyContent, context: RuleContext): Checked<PolicyContent> {
  const faults: EditionFault[] = [];
  const rules = content.rules.map((rule) =>
    checkRule(rule, context, (fault) => void faults.push({ at: rule.id, fault })),
  );
  faults.push(...clashes(rules));
  if (context.publisher !== "centre") {
    const { everywhere, departments } = content.observe;
    if (everywhere || departments.length > 0)
      faults.push({ at: "observe", fault: "the centre alone says where nothing is enforced" });
    const alone = { observe: { everywhere: false, departments: [] }, addressesAllowedOn: [] };
    return { content: { rules, ...alone }, faults };
  }
  const departments = content.observe.departments.map((one) => {
    const found = context.departmentOf(one);
    if (found === undefined) faults.push({ at: "observe", fault: `there is no department ${one}` });
    return found ?? one;
  });
  const observe = { everywhere: content.observe.everywhere, departments: [...new Set(departments)] };
  return { content: { rules, observe, addressesAllowedOn: [...new Set(content.addressesAllowedOn)] }, faults };
}

function checkRule(rule: RuleOfEdition, context: RuleContext, told: (fault: string) => void): RuleOfEdition {
  if (rule.service !== undefined && rule.category !== undefined) told("it names a service and a category");
  if ((rule.effect === "conditional") !== (rule.conditions !== undefined))
    told("conditions belong to the effect `conditional`");
  if (rule.conditions?.hours === undefined && rule.conditions?.upload === undefined && rule.conditions !== undefined)
    told("there is no condition in it");
  if (rule.from !== undefined && rule.until !== undefined && rule.until <= rule.from) told("it ends before it begins");
  const days = rule.conditions?.hours?.days;
  if (days !== undefined && new Set(days).size < days.length) told("a day is named twice");
  const { publisher } = context;
  const service = rule.service === undefined ? undefined : serviceOf(rule.service, context);
  if (rule.service !== undefined && service === undefined) told(`there is no service ${rule.service}`);
  const department = publisher === "centre" ? centreDepartment(rule, context, told) : publisher;
  if (publisher !== "centre") {
    const isOwn = service !== undefined && service.department !== undefined;
    if (rule.effect !== "blocked" && !isOwn) told("a department may allow only its own services");
    const { department: named } = rule;
    if (named !== undefined && named !== publisher && context.departmentOf(named) !== publisher)
      told("a department's rules are for its own machines");
    if (rule.machineClass === "personal-device") told("personal devices are outside the ban");
  }
  return {
    ...rule,
    ...(service === undefined ? {} : { service: service.id }),
    ...(department === undefined ? {} : { department }),
  };
}

function centreDepartment(
  rule: RuleOfEdition,
  context: RuleContext,
  told: (fault: string) => void,
): string | undefined {
  if (rule.department === undefined) return undefined;
  const found = context.departmentOf(rule.department);
  if (found === undefined) told(`there is no department ${rule.department}`);
  return found ?? rule.department;
}

/** A department means its own service where it has one of that id. */
function serviceOf(id: string, { publisher, services }: RuleContext): RuleContext["services"][number] | undefined {
  const own = publisher === "centre" ? undefined : services.find((one) => one.id === serviceIdOf(publisher, id));
  const found = own ?? services.find((one) => one.id === id);
  const isOthers = publisher !== "centre" && found?.department !== undefined && found.department !== publisher;
  return isOthers ? undefined : found;
}

/** Ids that are used twice, and rules that say different things of the same at the same time: no order decides between rules of one edition. */
function clashes(rules: readonly RuleOfEdition[]): readonly EditionFault[] {
  const faults: EditionFault[] = [];
  const ids = new Set<string>();
  const byTarget = new Map<string, RuleOfEdition[]>();
  for (const rule of rules) {
    if (ids.has(rule.id)) faults.push({ at: rule.id, fault: "there are two rules of this id" });
    ids.add(rule.id);
    const { service = "", category = "", department = "", machineClass = "" } = rule;
    const target = JSON.stringify([service, category, department, machineClass]);
    const others = byTarget.get(target) ?? [];
    if (others.some((other) => overlap(rule, other)))
      faults.push({ at: rule.id, fault: "another rule speaks of the same at the same time" });
    others.push(rule);
    byTarget.set(target, others);
  }
  return faults;
}

function overlap(left: RuleOfEdition, right: RuleOfEdition): boolean {
  const [from, until] = [Math.max(left.from ?? 0, right.from ?? 0), Math.min(left.until ?? 9e15, right.until ?? 9e15)];
  return from < until;
}
