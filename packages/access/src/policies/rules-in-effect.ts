import type { UnitId } from "@causeway/base";
import { parseUnitId } from "@causeway/base";
import type { PolicyContent, RuleOfEdition } from "@causeway/contract";
import type { PolicyDocument, PolicyRule } from "@causeway/policy";
import { serviceIdFor } from "../catalogue/services.ts";
import type { EditionBook } from "../editions/book.ts";
import type { Publisher } from "../editions/types.ts";

/** What rules of all publishers say together. */
export type RulesInEffect = Pick<PolicyDocument, "rules" | "observe" | "addressesAllowedOn">;

/** What a department has become: itself while it is open, the main successor first. */
export type SuccessorsOf = (department: UnitId) => readonly UnitId[];

/** One edition, whose. */
export interface RulesOf {
  readonly publisher: Publisher;
  readonly content: PolicyContent;
}

/** The rules in effect: the centre's, then those of departments by their ids. */
export function rulesInEffect(book: EditionBook<PolicyContent>, successorsOf: SuccessorsOf): RulesInEffect {
  const publishers = [...book.publishers()].filter((one) => one !== "centre").toSorted();
  const editions = ["centre" as const, ...publishers].flatMap((publisher): readonly RulesOf[] => {
    const content = book.current(publisher)?.content;
    return content === undefined ? [] : [{ publisher, content }];
  });
  return joined(editions, successorsOf);
}

/** Editions of several publishers as one policy has them; rules for a department that was merged or split hold for what it became. */
export function joined(editions: readonly RulesOf[], successorsOf: SuccessorsOf): RulesInEffect {
  const centre = editions.find(({ publisher }) => publisher === "centre")?.content;
  const observed = (centre?.observe.departments ?? []).flatMap((one) => become(one, successorsOf));
  return {
    rules: editions.flatMap(({ publisher, content }) =>
      content.rules.flatMap((rule) => policyRulesOf(publisher, rule, successorsOf)),
    ),
    observe: { everywhere: centre?.observe.everywhere ?? false, departments: [...new Set(observed)].toSorted() },
    addressesAllowedOn: centre?.addressesAllowedOn ?? [],
  };
}

function become(department: string, successorsOf: SuccessorsOf): readonly UnitId[] {
  const id = parseUnitId(department);
  return id === undefined ? [] : successorsOf(id);
}

function policyRulesOf(publisher: Publisher, rule: RuleOfEdition, successorsOf: SuccessorsOf): readonly PolicyRule[] {
  const id = publisher === "centre" ? rule.id : `${rule.id}.${publisher}`;
  if (rule.department === undefined) return [cleaned({ ...rule, id })];
  return become(rule.department, successorsOf).map((department, place) => {
    // What a department added itself goes with it to each of its successors, under an id of its own (`serviceIdFor`).
    const isOwn = rule.service?.includes(".") === true;
    const service = isOwn && rule.service !== undefined ? serviceIdFor(rule.service, place, department) : rule.service;
    return cleaned({
      ...rule,
      id: serviceIdFor(id, place, department),
      department,
      ...(service === undefined ? {} : { service }),
    });
  });
}

/** Without members that are undefined: what is signed has none. */
function cleaned(rule: RuleOfEdition): PolicyRule {
  return JSON.parse(JSON.stringify(rule));
}
