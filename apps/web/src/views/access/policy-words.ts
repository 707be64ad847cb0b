import type { CatalogueService } from "../../client/access/catalogue.ts";
import type { MachineClass, RuleOfEdition } from "../../client/access/rules.ts";
import type { Texts } from "../../i18n/i18n.ts";
import type { MessageKey } from "../../i18n/messages/index.ts";
import { textFor } from "./words.ts";

const CATEGORIES: Readonly<Record<string, MessageKey>> = {
  ...{ messaging: "policy.category.messaging", webmail: "policy.category.webmail" },
  ...{ "cloud-storage": "policy.category.cloud-storage", "file-transfer": "policy.category.file-transfer" },
  ...{ "social-media": "policy.category.social-media", resolver: "policy.category.resolver" },
};

/** A category's name; one that somebody made up is called as it is. */
export function categoryText({ t }: Pick<Texts, "t">, category: string): string {
  const key = CATEGORIES[category];
  return key === undefined ? category : t(key);
}

/** What a machine is, in words. */
export function classText({ t }: Pick<Texts, "t">, machineClass: MachineClass): string {
  return t(`machine.${machineClass}`);
}

/** A service by its name, or its id where it is not there any more. */
export function serviceText(
  { locale }: Pick<Texts, "locale">,
  services: readonly Pick<CatalogueService, "id" | "name">[],
  id: string,
): string {
  const found = services.find((one) => one.id === id);
  return found === undefined ? id : textFor(locale, found.name);
}

/** What a rule is about, in words. */
export function ruleText(
  texts: Pick<Texts, "t" | "locale">,
  rule: Pick<RuleOfEdition, "service" | "category" | "department" | "machineClass">,
  known: {
    readonly services: readonly Pick<CatalogueService, "id" | "name">[];
    readonly departments: readonly { readonly id: string; readonly code: string }[];
  },
): string {
  const { service, category, department, machineClass } = rule;
  const about =
    service !== undefined
      ? serviceText(texts, known.services, service)
      : category !== undefined
        ? categoryText(texts, category)
        : texts.t("policy.everything");
  const code = known.departments.find(({ id }) => id === department)?.code ?? department;
  const where = machineClass === undefined ? texts.t("policy.allMachines") : classText(texts, machineClass);
  return [about, where, ...(code === undefined ? [] : [code])].join(" · ");
}
