import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { announce } from "../../client/announcements/announcements.ts";
import { ownReach, type Reach } from "../../client/announcements/audience.ts";
import { dueOf, faultOf, keepDraft, keptDraft, MOST, wishOf, type Draft } from "../../client/announcements/draft.ts";
import { reasonOf } from "../../client/refusal.ts";
import { locales } from "../../i18n/catalogue.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { languageNames } from "../settings/language-choice.tsx";
import { DetailPane } from "../shell/detail-pane.tsx";
import { AudienceFields, useAudienceText } from "./audience-fields.tsx";
import { Preview } from "./preview.tsx";

/** Writing an announcement: the texts, for whom, until when; a look at it, and off it goes. */
export function WritePane(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const navigate = useNavigate();
  const { data, error } = useQuery({ queryKey: ["announcing", "reach"], queryFn: () => ownReach(api), retry: false });
  const mayWrite = data !== undefined && (data.everybody || data.departments.length > 0);
  return (
    <DetailPane
      title={t("announce.write")}
      className="announcements"
      onBack={() => void navigate({ to: "/chat/announcements" })}
    >
      {data === undefined ? (
        <Waiting error={error} />
      ) : mayWrite ? (
        <Writing reach={data} />
      ) : (
        <p>{t("announce.notYours")}</p>
      )}
    </DetailPane>
  );
}

function useDraft(reach: Reach): [Draft, (change: Partial<Draft>) => void, () => void] {
  const { notes } = useWorkspace();
  const [draft, setDraft] = useState(() => {
    const kept = keptDraft(notes, crypto.randomUUID());
    // Where there is no choice none is asked for.
    const [only] = reach.everybody || reach.departments.length > 1 ? [] : reach.departments;
    return only === undefined ? kept : { ...kept, everybody: false, departments: [only.code] };
  });
  const change = (next: Partial<Draft>): void => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    keepDraft(notes, changed);
  };
  return [draft, change, () => keepDraft(notes, undefined)];
}

function Writing({ reach }: { reach: Reach }): JSX.Element {
  const { t } = useTexts();
  const [draft, change, forget] = useDraft(reach);
  const [step, setStep] = useState<"write" | "look">("write");
  const [isTried, setTried] = useState(false);
  const fault = faultOf(draft, Date.now());
  if (step === "look") return <Looking reach={reach} draft={draft} onBack={() => setStep("write")} onSent={forget} />;
  const look = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (fault === undefined) setStep("look");
  };
  return (
    <form className="announcements__form" onSubmit={look}>
      <Choice
        label={t("announce.languages")}
        value={draft.isInLanguages ? "three" : "one"}
        options={[
          { id: "one", text: t("announce.one") },
          { id: "three", text: t("announce.three") },
        ]}
        onChange={(next) => change({ isInLanguages: next === "three" })}
      />
      {draft.isInLanguages ? (
        <InLanguages draft={draft} onChange={change} />
      ) : (
        <>
          <Field
            label={t("announce.heading")}
            maxLength={MOST.title}
            value={draft.one.title}
            onChange={(title) => change({ one: { ...draft.one, title } })}
            autoFocus
          />
          <Field
            label={t("announce.body")}
            lines={6}
            maxLength={MOST.body}
            value={draft.one.body}
            onChange={(body) => change({ one: { ...draft.one, body } })}
          />
        </>
      )}
      <AudienceFields reach={reach} draft={draft} onChange={change} />
      <Field type="date" label={t("announce.dueDay")} value={draft.due} onChange={(due) => change({ due })} />
      <p role="alert" className="fault">
        {isTried && fault !== undefined ? t(`announce.fault.${fault}`) : null}
      </p>
      <div>
        <Button type="submit" look="main">
          {t("announce.preview")}
        </Button>
      </div>
    </form>
  );
}

function InLanguages({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <>
      <p className="small quiet">{t("announce.threeHint")}</p>
      {locales.map((language) => {
        const name = languageNames[language];
        const text = draft.each[language];
        const write = (next: Partial<typeof text>): void =>
          onChange({ each: { ...draft.each, [language]: { ...text, ...next } } });
        return (
          <div key={language} className="announcements__language" lang={language}>
            <Field
              label={t("announce.in", { field: t("announce.heading"), language: name })}
              maxLength={MOST.title}
              value={text.title}
              onChange={(title) => write({ title })}
            />
            <Field
              label={t("announce.in", { field: t("announce.body"), language: name })}
              lines={4}
              maxLength={MOST.body}
              value={text.body}
              onChange={(body) => write({ body })}
            />
          </div>
        );
      })}
    </>
  );
}

function Looking(props: { reach: Reach; draft: Draft; onBack: () => void; onSent: () => void }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { reach, draft } = props;
  const due = dueOf(draft);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const audience = useAudienceText(reach, draft);
  const texts = draft.isInLanguages ? locales.map((language) => draft.each[language]) : [draft.one];
  const title = texts.find((text) => text.title.trim() !== "")?.title.trim() ?? "";
  const send = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      const { announcement_id: announcementId } = await announce(api, wishOf(draft));
      props.onSent();
      await queries.invalidateQueries({ queryKey: ["announcements"] });
      await navigate({ to: "/chat/announcements/$announcementId", params: { announcementId }, replace: true });
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
      setBusy(false);
    }
  };
  return (
    <>
      <p>{t("announce.previewWhy", { audience })}</p>
      <Preview draft={draft} />
      {due === undefined ? null : <p>{t("announce.due", { when: momentText(locale, due) })}</p>}
      <p role="alert" className="fault">
        {fault}
      </p>
      <div className="announcements__actions">
        <Button look="main" isBusy={isBusy} onPress={() => setAsking(true)}>
          {t("announce.send")}
        </Button>
        <Button isDisabled={isBusy} onPress={props.onBack}>
          {t("announce.edit")}
        </Button>
      </div>
      {isAsking ? (
        <Confirm
          question={t("announce.sendSure", { title, audience })}
          action={t("announce.send")}
          look="main"
          onYes={() => void send()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
