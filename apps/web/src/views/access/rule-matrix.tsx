import { ChevronDown, ChevronRight, Eye } from "lucide-react";
import { useState, type JSX } from "react";
import { categoriesOf, type ListedService } from "../../client/access/catalogue.ts";
import {
  countFor,
  heldFor,
  machineClasses,
  type Held,
  type RulesInForce,
  type RuleTarget,
  type UseCount,
} from "../../client/access/rules.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { categoryText, classText } from "./policy-words.ts";
import { textFor } from "./words.ts";

/** What a matrix shows. */
export interface Matrix {
  readonly rules: RulesInForce["rules"];
  readonly services: readonly ListedService[];
  readonly counts: readonly UseCount[];
  /** The unit id of the department whose machines are meant; empty for those of every department. */
  readonly department: string;
  /** When cells can be changed. */
  readonly onEdit?: (target: RuleTarget) => void;
}

/** What holds for each category and service on each class of machines: as points work it out, with what was counted. */
export function RuleMatrix(props: Matrix): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const services = props.services.filter(({ department }) => department === "" || department === props.department);
  const categories = categoriesOf(services);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (category: string): void => {
    const next = new Set(open);
    if (!next.delete(category)) next.add(category);
    setOpen(next);
  };
  return (
    <AdminTable
      name={t("policy.matrix")}
      heads={[t("policy.category"), ...machineClasses.map((one) => classText(texts, one))]}
    >
      {categories.flatMap((category) => {
        const inIt = services.filter((one) => one.category === category);
        const name = categoryText(texts, category);
        return [
          <tr key={category} className="policy__category">
            <th scope="row">
              <Button
                look="plain"
                icon={open.has(category) ? ChevronDown : ChevronRight}
                aria-expanded={open.has(category)}
                onPress={() => toggle(category)}
              >
                {name} ({inIt.length})
              </Button>
            </th>
            <Cells {...props} about={{ service: "", category, name, counted: new Set(inIt.map(({ id }) => id)) }} />
          </tr>,
          ...(open.has(category) ? inIt : []).map((service) => {
            const about = {
              ...{ service: service.id, category, counted: new Set([service.id]) },
              name: textFor(texts.locale, service.name),
            };
            return (
              <tr key={service.id}>
                <th scope="row" className="policy__row-service">
                  {about.name}
                </th>
                <Cells {...props} about={about} />
              </tr>
            );
          }),
        ];
      })}
    </AdminTable>
  );
}

interface About {
  readonly service: string;
  readonly category: string;
  readonly name: string;
  readonly counted: ReadonlySet<string>;
}

function Cells(props: Matrix & { about: About }): JSX.Element[] {
  const texts = useTexts();
  const { t } = texts;
  const { about, department, onEdit } = props;
  return machineClasses.map((machineClass) => {
    const target = { service: about.service, category: about.category, department, machineClass };
    const held = heldFor(props.rules, target, Date.now());
    const count = countFor(props.counts, { services: about.counted, department, machineClass });
    const word = t(`policy.effect.${effectOf(held)}`);
    const name = t("policy.cell", { name: about.name, machines: classText(texts, machineClass), effect: word });
    return (
      <td key={machineClass} data-head={classText(texts, machineClass)}>
        {onEdit === undefined ? (
          <span className={`policy__effect policy__effect--${effectOf(held)}`}>{word}</span>
        ) : (
          <Button aria-label={name} onPress={() => onEdit(target)}>
            <span className={`policy__effect policy__effect--${effectOf(held)}`}>{word}</span>
          </Button>
        )}
        {held.observed === undefined ? null : (
          <span className="small policy__observed">
            <Eye size={12} aria-hidden />{" "}
            {t("policy.observing", { effect: t(`policy.effect.${held.observed.effect}`) })}
          </span>
        )}
        {count.observed === 0 ? null : (
          <span className="small quiet admin__under">{t("policy.wouldRefuse", { count: count.observed })}</span>
        )}
        {count.refused === 0 ? null : (
          <span className="small quiet admin__under">{t("policy.refusedCount", { count: count.refused })}</span>
        )}
      </td>
    );
  });
}

function effectOf({ rule }: Held): "blocked" | "allowed" | "conditional" | "open" {
  return rule?.effect ?? "open";
}
