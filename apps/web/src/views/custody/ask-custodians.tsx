import "./custody.css";
import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { RecoveryView } from "../../client/custody/custody-api.ts";
import type { Recovering } from "../../client/custody/recovery.ts";
import { lookUpPeople } from "../../client/directory/people.ts";
import { withoutTricks } from "../../client/people.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** On a device that may not read yet: the way by two custodians, beside the recovery phrase. */
export function AskCustodians(): JSX.Element | null {
  const { say } = useTexts();
  const { recovery: model } = useWorkspace();
  const state = useViewModel(model);
  if (state.step === "none") return null;
  return (
    <div className="custody-ask">
      <Step state={state} />
      <p role="alert" className="fault">
        {state.fault === undefined ? null : say(state.fault)}
      </p>
    </div>
  );
}

function Step({ state }: { state: Recovering }): JSX.Element | null {
  const { t, locale } = useTexts();
  const { recovery: model } = useWorkspace();
  const { recovery, number, busy } = state;
  const ask = (text: string): JSX.Element => (
    <Button isBusy={busy} onPress={() => void model.ask()}>
      {text}
    </Button>
  );
  const takeBack = (
    <Button look="danger" isBusy={busy} onPress={() => void model.withdraw()}>
      {t("custody.withdraw")}
    </Button>
  );
  if (state.step === "outdated") return <p>{t("custody.outdated")}</p>;
  if (recovery === undefined)
    return (
      <>
        <p>{t("custody.askWhy")}</p>
        {ask(t("custody.ask"))}
      </>
    );
  switch (state.step) {
    case "waiting":
      return (
        <>
          <p>{t("custody.waiting", { when: momentText(locale, recovery.expires_at) })}</p>
          <Number number={number ?? ""} />
          <Answers recovery={recovery} />
          {takeBack}
        </>
      );
    case "elsewhere":
      return (
        <>
          <p>{t("custody.elsewhere", { device: recovery.device, when: momentText(locale, recovery.asked_at) })}</p>
          {takeBack}
        </>
      );
    case "ended":
      return (
        <>
          <Ended recovery={recovery} />
          {ask(t("custody.askAgain"))}
        </>
      );
    default:
      return null;
  }
}

/** A number to be compared, in groups that can be read aloud. */
export function Number({ number }: { number: string }): JSX.Element {
  const { t } = useTexts();
  return (
    <p className="custody-number">
      <span className="small quiet">{t("custody.number")}</span> <strong>{number}</strong>
    </p>
  );
}

/** Names of people by id, where the directory has them. */
export function useNames(userIds: readonly string[]): (userId: string) => string {
  const { api } = useWorkspace();
  const { data } = useQuery({
    queryKey: ["people", "by-id", ...userIds],
    queryFn: () => lookUpPeople(api, userIds),
    retry: false,
  });
  return (userId) => data?.get(userId)?.name ?? userId;
}

/** Which of the two custodians have agreed. */
export function Answers({ recovery }: { recovery: RecoveryView }): JSX.Element {
  const { t } = useTexts();
  const nameOf = useNames(recovery.custodians.map((one) => one.user_id));
  return (
    <div role="status">
      <ul aria-label={t("custody.both")}>
        {recovery.custodians.map(({ user_id: user, agreed_at: agreed }) => (
          <li key={user}>
            {agreed === undefined
              ? t("custody.notYet", { name: nameOf(user) })
              : `✓ ${t("custody.agreed", { name: nameOf(user) })}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What became of a recovery that has ended. */
function Ended({ recovery }: { recovery: RecoveryView }): JSX.Element {
  const { t } = useTexts();
  const { state, refused } = recovery;
  const nameOf = useNames(refused === undefined ? [] : [refused.by]);
  return (
    <p role="status">
      {state === "refused" && refused !== undefined
        ? t("custody.ended.refused", { name: nameOf(refused.by), reason: withoutTricks(refused.reason) })
        : t(state === "lapsed" ? "custody.ended.lapsed" : "custody.ended.withdrawn")}
    </p>
  );
}
