import { Eye, Trash2 } from "lucide-react";
import { useState, type JSX } from "react";
import type { ListedService } from "../../client/access/catalogue.ts";
import type { RuleOfEdition } from "../../client/access/rules.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { ruleText } from "./policy-words.ts";
import { useDepartments } from "./shelf-choice.tsx";

/** Every rule of a draft, those too that no single cell shows. */
export function RuleTable(props: {
  rules: readonly RuleOfEdition[];
  services: readonly ListedService[];
  isBusy: boolean;
  onRemove: (id: string) => void;
}): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const departments = useDepartments();
  const [isOpen, setOpen] = useState(false);
  if (props.rules.length === 0) return <p className="quiet">{t("policy.noRules")}</p>;
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("policy.allRules", { count: props.rules.length })}</summary>
      {isOpen ? (
        <AdminTable
          name={t("policy.rules")}
          heads={[t("policy.rule"), t("policy.part.effect"), t("policy.part.clause"), t("admin.actions")]}
        >
          {props.rules.map((rule) => {
            const name = ruleText(texts, rule, { services: props.services, departments });
            return (
              <tr key={rule.id}>
                <th scope="row">
                  {name}
                  <span className="small quiet admin__under">{rule.id}</span>
                </th>
                <td>
                  {t(`policy.effect.${rule.effect}`)}
                  {rule.observe === true ? (
                    <span className="small policy__observed">
                      <Eye size={12} aria-hidden /> {t("policy.onlyObserved")}
                    </span>
                  ) : null}
                </td>
                <td>{rule.clause}</td>
                <td>
                  <Button
                    icon={Trash2}
                    look="danger"
                    isBusy={props.isBusy}
                    aria-label={t("policy.removeNamed", { name })}
                    onPress={() => props.onRemove(rule.id)}
                  >
                    {t("policy.remove")}
                  </Button>
                </td>
              </tr>
            );
          })}
        </AdminTable>
      ) : null}
    </details>
  );
}
