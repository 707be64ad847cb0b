import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ListedService } from "../../client/access/catalogue.ts";
import { allEnforced, machineClasses, whatIf, type PolicyContent, type WhatIf } from "../../client/access/rules.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { classText, serviceText } from "./policy-words.ts";
import { EditionRefused } from "./refused.tsx";
import { useDepartments } from "./shelf-choice.tsx";

/** What the draft would have refused in the last 30 days, with everything enforced that it only observes: services and numbers. */
export function WhatIfBox(props: {
  department: string;
  content: PolicyContent;
  services: readonly ListedService[];
}): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const [answer, setAnswer] = useState<WhatIf>();
  const [refused, setRefused] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const ask = async (): Promise<void> => {
    setBusy(true);
    setRefused(undefined);
    await whatIf(api, props.department, allEnforced(props.content)).then(setAnswer, setRefused);
    setBusy(false);
  };
  return (
    <section aria-label={t("policy.whatIf")} className="policy__compare">
      <h2 className="access__heading">{t("policy.whatIf")}</h2>
      <p className="small quiet">{t("policy.whatIfWhy")}</p>
      <div>
        <Button isBusy={isBusy} onPress={() => void ask()}>
          {t("policy.whatIfAsk")}
        </Button>
      </div>
      <EditionRefused error={refused} />
      <div role="status">
        {answer === undefined ? null : (
          <p>
            {answer.asked === 0
              ? t("policy.whatIfNone", { days: answer.days })
              : t("policy.whatIfSum", { days: answer.days, before: answer.refusedBefore, after: answer.refusedThen })}
          </p>
        )}
      </div>
      {answer === undefined || answer.rows.length === 0 ? null : <Rows rows={answer.rows} services={props.services} />}
    </section>
  );
}

/** The rows with the most; the sum above has all. */
const MOST = 200;

function Rows(props: { rows: WhatIf["rows"]; services: readonly ListedService[] }): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const departments = useDepartments();
  const rows = props.rows.toSorted((left, right) => right.refusedThen - left.refusedThen);
  return (
    <>
      <AdminTable
        name={t("policy.whatIf")}
        heads={[
          ...[t("access.service"), t("access.department"), t("policy.machines"), t("policy.asked")],
          ...[t("policy.refusedBefore"), t("policy.refusedThen")],
        ]}
      >
        {rows.slice(0, MOST).map((row) => {
          const machineClass = machineClasses.find((one) => one === row.machineClass);
          return (
            <tr key={`${row.service} ${row.department} ${row.machineClass}`}>
              <th scope="row">{serviceText(texts, props.services, row.service)}</th>
              <td>{departments.find(({ id }) => id === row.department)?.code ?? t("policy.noDepartment")}</td>
              <td>{machineClass === undefined ? row.machineClass : classText(texts, machineClass)}</td>
              <td className="admin__number" data-head={t("policy.asked")}>
                {row.asked}
              </td>
              <td className="admin__number" data-head={t("policy.refusedBefore")}>
                {row.refusedBefore}
              </td>
              <td className="admin__number" data-head={t("policy.refusedThen")}>
                {row.refusedThen}
              </td>
            </tr>
          );
        })}
      </AdminTable>
      {rows.length > MOST ? <p>{t("admin.andMore", { count: rows.length - MOST })}</p> : null}
    </>
  );
}
