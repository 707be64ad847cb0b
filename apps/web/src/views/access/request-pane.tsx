import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Fragment, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { actOn, requestOf, type RequestAct, type RequestView } from "../../client/access/access.ts";
import { reasonOf } from "../../client/refusal.ts";
import type { Locale } from "../../i18n/catalogue.ts";
import { dayText, momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useStepUp } from "../step-up/step-up.tsx";
import { NEWS_MS } from "./access-screen.tsx";
import { DecisionForm } from "./decision-form.tsx";
import { AccessPane, AccessWaiting, Facts } from "./pane.tsx";
import { Steps } from "./steps.tsx";
import { Written } from "./written.tsx";
import { aboutText, nameOf } from "./words.ts";

/** One request: what is asked, by whom, what makes it a risk, and what can be done with it now. */
export function RequestPane(): JSX.Element {
  const { requestId } = useParams({ from: "/access/requests/$requestId" });
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["access", "request", requestId],
    queryFn: () => requestOf(api, requestId),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data === undefined) return <AccessWaiting title={t("access.request")} error={error} />;
  return (
    <AccessPane title={aboutText(locale, data)}>
      <p className={`access__state access__state--${toneOf(data)}`} role="status">
        {t(`access.state.${data.state}`)}
        {data.waiting_for === undefined ? "" : ` · ${t(`access.waits.${data.waiting_for}`)}`}
      </p>
      <Opened request={data} />
      <About request={data} />
      <Acts key={data.request_id} request={data} />
      <Steps steps={data.steps} />
    </AccessPane>
  );
}

function toneOf({ state }: RequestView): "good" | "bad" | "neutral" {
  if (["active", "extended", "approved", "approved-with-less"].includes(state)) return "good";
  return ["refused", "revoked"].includes(state) ? "bad" : "neutral";
}

/** After an approval: until when, and the way to the page that was blocked. It is opened by a press only. */
function Opened({ request }: { request: RequestView }): JSX.Element | null {
  const { t, locale } = useTexts();
  const { session } = useWorkspace();
  const { grant, url } = request;
  if (grant === undefined || (grant.state !== "active" && grant.state !== "extended")) return null;
  const mayOpen = request.requester.user_id === session.userId && url !== undefined && /^https?:\/\//i.test(url);
  return (
    <div className="notice access__opened">
      <span>{t("access.openUntil", { when: momentText(locale, grant.ends) })}</span>
      {mayOpen ? (
        <a className="button button--main" href={url} target="_blank" rel="noreferrer noopener">
          {t("access.openPage")}
        </a>
      ) : null}
      <Link to="/access/grants/$grantId" params={{ grantId: grant.grant_id }}>
        {t("access.seeGrant")}
      </Link>
    </div>
  );
}

function About({ request }: { request: RequestView }): JSX.Element {
  const { t, locale } = useTexts();
  const { requester, post, advice, decision } = request;
  return (
    <>
      <Facts
        facts={[
          [t("access.who"), `${nameOf(requester)} · ${post.code}`],
          [t("access.need"), request.need],
          [t("access.label"), <LabelMark label={request.label} />],
          [t("access.until"), momentText(locale, request.until)],
          [t("access.scope"), t(`access.scope.${request.scope}`)],
          request.upload ? [t("access.upload"), t("access.uploadYes")] : undefined,
          [t("access.machine"), request.machine.name ?? request.machine.key.replace(/^addr:/, "")],
          request.url === undefined
            ? undefined
            : [t("access.page"), <span className="access__url">{request.url}</span>],
          request.approvers[0] === undefined || decision !== undefined
            ? undefined
            : [t("access.approver"), nameOf(request.approvers[0])],
          advice === undefined
            ? undefined
            : [
                t("access.advice"),
                `${t(`access.advice.${advice.advice}`)} · ${nameOf(advice.by)}${advice.reason === undefined ? "" : `: ${advice.reason}`}`,
              ],
          decision === undefined
            ? undefined
            : [
                t("access.decision"),
                `${t(`access.state.${decision.outcome}`)} · ${nameOf(decision.by)}${decision.reason === undefined ? "" : `: ${decision.reason}`}`,
              ],
          request.use_so_far === undefined
            ? undefined
            : [t("access.useSoFar"), t("access.uses", { count: request.use_so_far.count })],
        ]}
      />
      <Risk request={request} />
      {request.questions.map((one) => (
        <div key={one.at} className="access__question">
          <p>
            <strong>{nameOf(one.by)}:</strong> {one.question}
          </p>
          {one.answer === undefined ? null : <p>{one.answer}</p>}
        </div>
      ))}
    </>
  );
}

/** What a decision looks at, whether it adds to the risk or not. */
const TELLING: ReadonlySet<string> = new Set(["earlier-grants", "first-use", "similar-grants", "last-review"]);
/** No count is as large as a moment. */
const SMALLEST_MOMENT = 1e12;

function valueText(locale: Locale, value: string | number): string {
  return typeof value === "number" && value > SMALLEST_MOMENT ? dayText(locale, value) : String(value);
}

function Risk({ request }: { request: RequestView }): JSX.Element | null {
  const { t, locale } = useTexts();
  const facts = request.risk.facts.filter(
    ({ points, fact, value }) => value !== false && (points !== 0 || TELLING.has(fact)),
  );
  return (
    <section aria-labelledby="risk">
      <h2 id="risk" className="access__heading">
        {t("access.risk")}: {t(`access.risk.${request.risk.level}`)}
      </h2>
      <ul className="access__risks small">
        {facts.map(({ fact, value }) => (
          <li key={fact}>
            {t(`access.fact.${fact}`)}
            {typeof value === "boolean" ? "" : `: ${valueText(locale, value)}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Acts({ request }: { request: RequestView }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const confirming = useStepUp();
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const act = async (what: RequestAct): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      const done = await confirming.run((auth) => actOn(api, { id: request.request_id, auth }, what));
      if (done !== undefined) queries.setQueryData(["access", "request", request.request_id], done);
    } catch (error) {
      // Somebody else may have decided meanwhile: what is shown is asked for again.
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    await queries.invalidateQueries({ queryKey: ["access"] });
    setBusy(false);
  };
  const { may } = request;
  return (
    <>
      <p role="alert" className="fault small">
        {fault}
      </p>
      {/* What was begun in a form is of the version that it was begun in; why an act was refused outlives that version. */}
      <Fragment key={request.version}>
        {may.advise ? (
          <Written
            title={t("access.yourAdvice")}
            label={t("access.reason")}
            isBusy={isBusy}
            choices={(["support", "support-with-less", "oppose"] as const).map((advice) => ({
              id: advice,
              text: t(`access.advice.${advice}`),
              look: advice === "support" ? "main" : "normal",
              needsWords: advice !== "support",
              run: (reason) => void act({ act: "advise", body: { advice, ...(reason === "" ? {} : { reason }) } }),
            }))}
          />
        ) : null}
        {may.decide ? (
          <DecisionForm request={request} isBusy={isBusy} onDecide={(body) => void act({ act: "decide", body })} />
        ) : null}
        {may.answer ? (
          <Written
            title={t("access.yourAnswer")}
            label={t("access.answer")}
            isBusy={isBusy}
            choices={[
              {
                id: "answer",
                text: t("access.sendAnswer"),
                look: "main",
                needsWords: true,
                run: (answer) => void act({ act: "answer", body: { answer } }),
              },
            ]}
          />
        ) : null}
        <div className="access__actions">
          {may.ask ? (
            <Button look="main" isBusy={isBusy} onPress={() => void act({ act: "ask", body: {} })}>
              {t("access.send")}
            </Button>
          ) : null}
          {may.withdraw ? (
            <Button isBusy={isBusy} onPress={() => void act({ act: "withdraw", body: {} })}>
              {t("access.withdraw")}
            </Button>
          ) : null}
        </div>
      </Fragment>
      {confirming.dialog}
    </>
  );
}
