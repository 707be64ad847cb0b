import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  differencesOf,
  dropDraft,
  editionsOf,
  publishDraft,
  type Differences,
  type Draft,
  type Shelf,
} from "../../client/access/editions.ts";
import type { CausewayApi } from "../../client/causeway-api.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { DifferenceList } from "./differences.tsx";
import { EditionRefused } from "./refused.tsx";

/** What is needed to publish a draft. */
export interface Publishing {
  readonly shelf: Shelf;
  readonly draft: Draft<object>;
  /** The ids in it, for a publisher's first version. */
  readonly ids: readonly string[];
  readonly nameOf: (id: string) => string;
  readonly onPublished: () => void;
}

/** The way from a draft to a version: what it changes, a reason, a time; or dropping it. */
export function DraftPanel(props: Publishing): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { shelf, draft } = props;
  const { data } = useQuery({
    queryKey: ["access", "differences", shelf.kind, shelf.department, "draft", draft.revision],
    queryFn: () => differencesToDraft(api, shelf, props.ids),
    enabled: draft.revision > 0,
    retry: false,
  });
  if (draft.revision === 0) return <p className="quiet">{t("policy.noDraft")}</p>;
  return (
    <section aria-label={t("policy.publishing")} className="policy__publish">
      <h2 className="access__heading">{t("policy.publishing")}</h2>
      <p className="small quiet">
        {t("policy.draftBy", { name: draft.by, when: momentText(locale, draft.edited ?? 0) })}
      </p>
      {data === undefined ? null : <DifferenceList differences={data} nameOf={props.nameOf} />}
      <Publish {...props} />
    </section>
  );
}

async function differencesToDraft(api: CausewayApi, shelf: Shelf, ids: readonly string[]): Promise<Differences> {
  const { current } = await editionsOf(api, shelf);
  if (current === 0) return { added: ids, removed: [], changed: [] };
  return await differencesOf(api, shelf, { from: current, to: "draft" });
}

function Publish({ shelf, draft, onPublished }: Publishing): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [when, setWhen] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [isDropping, setDropping] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const run = async (work: () => Promise<void>, done: () => void): Promise<void> => {
    setBusy(true);
    setRefused(undefined);
    try {
      await work();
      done();
    } catch (error) {
      setRefused(error);
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ["access"] });
  };
  const publish = (event: FormEvent): void => {
    event.preventDefault();
    const effective = when === "" ? {} : { effective: new Date(when).getTime() };
    const wish = { revision: draft.revision, note: note.trim(), ...effective };
    void run(() => publishDraft(api, shelf, wish), onPublished);
  };
  return (
    <form onSubmit={publish}>
      <Field label={t("policy.why")} hint={t("policy.whyHint")} value={note} onChange={setNote} lines={2} isRequired />
      <Field type="datetime-local" label={t("policy.from")} value={when} onChange={setWhen} />
      <EditionRefused error={refused} />
      <div className="access__actions">
        <Button type="submit" look="main" isBusy={isBusy} isDisabled={note.trim() === ""}>
          {t("policy.publish")}
        </Button>
        <Button look="danger" isBusy={isBusy} onPress={() => setDropping(true)}>
          {t("policy.drop")}
        </Button>
      </div>
      {isDropping ? (
        <Confirm
          question={t("policy.dropSure")}
          action={t("policy.drop")}
          onYes={() =>
            void run(
              () => dropDraft(api, shelf),
              () => undefined,
            )
          }
          onClose={() => setDropping(false)}
        />
      ) : null}
    </form>
  );
}
