import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Fragment, useState, type FormEvent, type JSX } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { extend, grantOf, proofOf, reviewGlass, revoke, type GrantView } from "../../client/access/access.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useStepUp } from "../step-up/step-up.tsx";
import { NEWS_MS } from "./access-screen.tsx";
import { AccessPane, AccessWaiting, Facts } from "./pane.tsx";
import { SaveFiles } from "./save-file.tsx";
import { Written } from "./written.tsx";
import { aboutText, endOfDay, nameOf } from "./words.ts";

/** One authorisation: what it opens, for whom, until when; handing it back, ending it, asking for more time. */
export function GrantPane(): JSX.Element {
  const { grantId } = useParams({ from: "/access/grants/$grantId" });
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["access", "grant", grantId],
    queryFn: () => grantOf(api, grantId),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data === undefined) return <AccessWaiting title={t("access.grant")} error={error} />;
  return (
    <AccessPane title={aboutText(locale, data)}>
      <p className="access__state" role="status">
        {data.ended === undefined
          ? t("access.openUntil", { when: momentText(locale, data.ends) })
          : t("access.endedAt", {
              when: momentText(locale, data.ended.at),
              cause: t(`access.cause.${data.ended.cause}`),
            })}
      </p>
      <GrantFacts grant={data} />
      <Link to="/access/requests/$requestId" params={{ requestId: data.request_id }}>
        {t("access.seeRequest")}
      </Link>
      <SaveFiles files={[{ name: `${data.grant_id}.proof.json`, text: t("access.proof"), address: proofOf(data) }]} />
      <p className="small quiet">{t("access.proofHint")}</p>
      <Acts key={data.grant_id} grant={data} />
    </AccessPane>
  );
}

/** What a grant is, as facts. */
export function GrantFacts({ grant }: { grant: GrantView }): JSX.Element {
  const { t, locale } = useTexts();
  return (
    <Facts
      facts={[
        [t("access.who"), nameOf(grant.officer)],
        [t("access.scope"), t(`access.scope.${grant.scope}`)],
        grant.machines[0] === undefined
          ? undefined
          : [t("access.machine"), grant.machines.map(({ key, name }) => name ?? key.replace(/^addr:/, "")).join(", ")],
        [t("access.upload"), t(grant.upload ? "access.uploadYes" : "access.uploadNo")],
        [t("access.granted"), `${nameOf(grant.granted_by)} · ${momentText(locale, grant.granted_at)}`],
        grant.ended?.reason === undefined ? undefined : [t("access.reason"), grant.ended.reason],
        grant.use?.known === true ? [t("access.useSoFar"), t("access.uses", { count: grant.use.count })] : undefined,
        grant.break_glass ? [t("access.glass"), t("access.glassGrant")] : undefined,
      ]}
    />
  );
}

function Acts({ grant }: { grant: GrantView }): JSX.Element {
  const { t } = useTexts();
  const { api, session } = useWorkspace();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const confirming = useStepUp();
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const act = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    await work().catch((error: unknown) => setFault(t("app.refused", { reason: reasonOf(error) })));
    await queries.invalidateQueries({ queryKey: ["access"] });
    setBusy(false);
  };
  const more = async (need: string, until: number): Promise<void> => {
    const request = await extend(api, grant.grant_id, { need, until });
    await navigate({ to: "/access/requests/$requestId", params: { requestId: request.request_id } });
  };
  const isOwn = grant.officer.user_id === session.userId;
  return (
    <>
      <p role="alert" className="fault small">
        {fault}
      </p>
      <Fragment key={`${grant.state} ${grant.ends}`}>
        {grant.may.extend ? (
          <ExtendForm grant={grant} isBusy={isBusy} onAsk={(need, until) => void act(() => more(need, until))} />
        ) : null}
        {grant.may.revoke ? (
          <Written
            title={t(isOwn ? "access.handBack" : "access.revoke")}
            label={t("access.reason")}
            isBusy={isBusy}
            choices={[
              {
                ...{
                  id: "revoke",
                  text: t(isOwn ? "access.handBack" : "access.revokeNow"),
                  look: "danger",
                  needsWords: true,
                },
                run: (reason) => void act(() => revoke(api, grant.grant_id, reason)),
              },
            ]}
          />
        ) : null}
        {grant.may.review && grant.break_glass ? (
          <Written
            title={t("access.glassReview")}
            label={t("access.reason")}
            isBusy={isBusy}
            choices={(["justified", "not-justified"] as const).map((verdict) => ({
              ...{ id: verdict, text: t(`access.glass.${verdict}`), needsWords: true },
              look: verdict === "justified" ? "main" : "danger",
              run: (reason) =>
                void act(() =>
                  confirming.run((auth) => reviewGlass(api, { id: grant.grant_id, auth }, { verdict, reason })),
                ),
            }))}
          />
        ) : null}
      </Fragment>
      {confirming.dialog}
    </>
  );
}

function ExtendForm(props: {
  grant: GrantView;
  isBusy: boolean;
  onAsk: (need: string, until: number) => void;
}): JSX.Element {
  const { t } = useTexts();
  const [need, setNeed] = useState("");
  const [day, setDay] = useState(() => new Date(Math.max(props.grant.ends, endOfDay(7))).toISOString().slice(0, 10));
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    props.onAsk(need.trim(), new Date(`${day}T23:59:00`).getTime());
  };
  return (
    <details>
      <summary>{t("access.extend")}</summary>
      <form className="form" onSubmit={ask}>
        <Field label={t("access.stillNeeded")} value={need} onChange={setNeed} lines={2} isRequired />
        <TextField className="field" value={day} onChange={setDay} isRequired>
          <Label>{t("access.until")}</Label>
          <Input type="date" />
        </TextField>
        <div>
          <Button type="submit" look="main" isBusy={props.isBusy} isDisabled={need.trim() === ""}>
            {t("access.extendAsk")}
          </Button>
        </div>
      </form>
    </details>
  );
}
