import { useState, type JSX } from "react";
import {
  heldFor,
  parseRules,
  ruleAbout,
  rulesWithDraft,
  withoutRule,
  withRule,
  type PolicyContent,
  type RuleTarget,
  type RuleWish,
} from "../../client/access/rules.ts";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { CentreSettings } from "./centre-settings.tsx";
import { DraftPanel } from "./draft-panel.tsx";
import { categoryText, classText, serviceText } from "./policy-words.ts";
import { EditionRefused } from "./refused.tsx";
import { RuleDialog } from "./rule-dialog.tsx";
import { useRuleNames, type RuleGround } from "./rule-names.ts";
import { RuleMatrix } from "./rule-matrix.tsx";
import { RuleTable } from "./rule-table.tsx";

import { ShelfChoice, useDepartments } from "./shelf-choice.tsx";
import { useDraft } from "./use-draft.ts";
import { WhatIfBox } from "./what-if.tsx";

/** The next version of a publisher's rules: the matrix to write in, what it changes, what it would have refused, and publishing it. */
export function RulesDraft(props: { ground: RuleGround; publisher: string; onPublished: () => void }): JSX.Element {
  const { t } = useTexts();
  const { ground, publisher } = props;
  const departments = useDepartments();
  const shelf = { kind: "policies", department: publisher } as const;
  const { draft, error, isBusy, refused, save } = useDraft<PolicyContent>(shelf, parseRules);
  const [about, setAbout] = useState(publisher);
  const [target, setTarget] = useState<RuleTarget>();
  const names = useRuleNames(ground, draft?.content.rules ?? []);
  if (draft === undefined) return <Waiting error={error} />;
  const idOf = (code: string): string => departments.find((one) => one.code === code)?.id ?? "";
  const own = idOf(publisher);
  const { content } = draft;
  const rules = rulesWithDraft(ground.inForce.rules, content, own);
  return (
    <>
      <p className="small quiet">{t(publisher === "" ? "policy.centreRulesWhy" : "policy.ownRulesWhy")}</p>
      {publisher === "" ? (
        <ShelfChoice
          label={t("access.department")}
          centre={t("policy.allDepartments")}
          value={about}
          codes={["", ...departments.map(({ code }) => code)]}
          onChange={setAbout}
        />
      ) : null}
      {target === undefined ? <EditionRefused error={refused} /> : null}
      <RuleMatrix {...ground} rules={rules} department={idOf(about)} onEdit={setTarget} />
      <RuleTable
        rules={content.rules}
        services={ground.services}
        isBusy={isBusy}
        onRemove={(id) => void save(withoutRule(content, id))}
      />
      {publisher === "" ? <CentreSettings content={content} onChange={(next) => void save(next)} /> : null}
      <WhatIfBox key={draft.revision} department={publisher} content={content} services={ground.services} />
      <DraftPanel
        shelf={shelf}
        draft={draft}
        ids={content.rules.map(({ id }) => id)}
        nameOf={names}
        onPublished={props.onPublished}
      />
      {target === undefined ? null : (
        <CellDialog
          {...{ ground, content, own, target, isBusy, refused, rules }}
          onSave={async (next) => {
            if (await save(next)) setTarget(undefined);
          }}
          onClose={() => setTarget(undefined)}
        />
      )}
    </>
  );
}

function CellDialog(props: {
  ground: RuleGround;
  content: PolicyContent;
  rules: RuleGround["inForce"]["rules"];
  own: string;
  target: RuleTarget;
  isBusy: boolean;
  refused: unknown;
  onSave: (content: PolicyContent) => Promise<void>;
  onClose: () => void;
}): JSX.Element {
  const texts = useTexts();
  const { ground, content, own, target } = props;
  const service = ground.services.find(({ id }) => id === target.service);
  const name =
    target.service === "" ? categoryText(texts, target.category) : serviceText(texts, ground.services, target.service);
  const rule = ruleAbout(content, target, own);
  const held = heldFor(props.rules, target, Date.now());
  const alike = service ?? ground.services.find(({ category }) => category === target.category);
  return (
    <RuleDialog
      title={`${name} · ${classText(texts, target.machineClass)}`}
      rule={rule}
      clause={held.rule?.clause ?? alike?.clause ?? ""}
      mayAllow={own === "" || (service !== undefined && service.department === own)}
      isBusy={props.isBusy}
      refused={props.refused}
      onSave={(wish: RuleWish) => void props.onSave(withRule(content, { target, own }, wish))}
      onRemove={() => void (rule === undefined ? undefined : props.onSave(withoutRule(content, rule.id)))}
      onClose={props.onClose}
    />
  );
}
