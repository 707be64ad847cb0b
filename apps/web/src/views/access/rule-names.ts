import type { ListedService } from "../../client/access/catalogue.ts";
import type { RuleOfEdition, RulesInForce, UseCount } from "../../client/access/rules.ts";
import { useTexts } from "../../ui/texts.tsx";
import { ruleText } from "./policy-words.ts";
import { useDepartments } from "./shelf-choice.tsx";

/** What a rule screen rests on: services, the rules in force, and what was counted. */
export interface RuleGround {
  readonly services: readonly ListedService[];
  readonly inForce: RulesInForce;
  readonly counts: readonly UseCount[];
}

/** Rules by what they are about; what is not there any more by its id. */
export function useRuleNames(
  { services, inForce }: RuleGround,
  drafted: readonly RuleOfEdition[],
): (id: string) => string {
  const texts = useTexts();
  const departments = useDepartments();
  return (id) => {
    if (id === "(observe)") return texts.t("policy.observeWhere");
    if (id === "(addresses)") return texts.t("policy.part.classes");
    const rule = drafted.find((one) => one.id === id) ?? inForce.rules.find((one) => one.id.split(".")[0] === id);
    return rule === undefined ? id : `${ruleText(texts, rule, { services, departments })} (${id})`;
  };
}
