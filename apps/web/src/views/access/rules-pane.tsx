import "./policy.css";
import { useQuery } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { writableShelves } from "../../client/access/editions.ts";
import { countsOf, rulesInForce } from "../../client/access/rules.ts";
import { momentText } from "../../i18n/dates.ts";
import { Tabbed } from "../../ui/tabs.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { useStanding } from "../shell/use-roles.ts";
import { NEWS_MS } from "./access-screen.tsx";
import { AccessPane, AccessWaiting } from "./pane.tsx";
import { RuleMatrix } from "./rule-matrix.tsx";
import { RulesDraft } from "./rules-draft.tsx";
import { useRuleNames, type RuleGround } from "./rule-names.ts";
import { PublisherChoice, ShelfChoice, useDepartments, useReadableShelves } from "./shelf-choice.tsx";
import { useServices } from "./use-services.ts";
import { History } from "./versions.tsx";

const DAYS = 30;

/** The rules: what holds where, the versions, and for those who write them the next version. */
export function RulesPane(): JSX.Element {
  const { t } = useTexts();
  const [tab, setTab] = useState("current");
  const writable = writableShelves("policies", useStanding());
  const { ground, error } = useGround();
  if (ground === undefined) return <AccessWaiting title={t("policy.rules")} error={error} />;
  const tabs = [
    { id: "current", name: t("policy.tab.current"), content: <InForce ground={ground} /> },
    { id: "versions", name: t("policy.versions"), content: <RulesHistory ground={ground} writable={writable} /> },
    ...(writable.length === 0
      ? []
      : [
          {
            id: "draft",
            name: t("policy.tab.draft"),
            content: <Next ground={ground} writable={writable} onPublished={() => setTab("current")} />,
          },
        ]),
  ];
  return (
    <AccessPane title={t("policy.rules")}>
      <Tabbed label={t("policy.rules")} parts={tabs} chosen={tab} onChoose={setTab} />
    </AccessPane>
  );
}

/** What the screen rests on. Only the rules are asked for again and again: they follow what was published a moment later. */
function useGround(): { readonly ground: RuleGround | undefined; readonly error: unknown } {
  const { api } = useWorkspace();
  const rules = useQuery({
    queryKey: ["access", "rules"],
    queryFn: () => rulesInForce(api),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  const services = useServices();
  const counts = useQuery({ queryKey: ["policy-counts", DAYS], queryFn: () => countsOf(api, DAYS), retry: false });
  const isThere = rules.data !== undefined && services.data !== undefined && counts.data !== undefined;
  return {
    ground: isThere ? { services: services.data, inForce: rules.data, counts: counts.data } : undefined,
    error: rules.error ?? services.error ?? counts.error,
  };
}

function InForce({ ground }: { ground: RuleGround }): JSX.Element {
  const { t, locale } = useTexts();
  const departments = useDepartments();
  const { inForce } = ground;
  const [department, setDepartment] = useState("");
  const unit = departments.find(({ code }) => code === department)?.id ?? "";
  const isObserved = inForce.observe.everywhere || inForce.observe.departments.includes(unit);
  return (
    <>
      <p className="small quiet">
        {t("access.policyVersion", { version: inForce.version })} · {momentText(locale, inForce.issued)}
      </p>
      <ShelfChoice
        label={t("access.department")}
        centre={t("policy.allDepartments")}
        value={department}
        codes={useReadableShelves()}
        onChange={setDepartment}
      />
      {isObserved ? <p className="notice">{t("policy.observedHere")}</p> : null}
      <p className="small quiet">{t("policy.matrixWhy", { days: DAYS })}</p>
      <RuleMatrix {...ground} rules={inForce.rules} department={unit} />
    </>
  );
}

function RulesHistory({ ground, writable }: { ground: RuleGround; writable: readonly string[] }): JSX.Element {
  return <History kind="policies" writable={writable} nameOf={useRuleNames(ground, [])} />;
}

function Next(props: { ground: RuleGround; writable: readonly string[]; onPublished: () => void }): JSX.Element {
  const departments = useDepartments();
  const [publisher, setPublisher] = useState(props.writable[0] ?? "");
  if (departments.length === 0) return <Waiting error={null} />;
  return (
    <>
      <PublisherChoice value={publisher} codes={props.writable} onChange={setPublisher} />
      <RulesDraft key={publisher} ground={props.ground} publisher={publisher} onPublished={props.onPublished} />
    </>
  );
}
