import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { actOnRecovery, recoveryOf, type RecoveryView } from "../../client/custody/custody-api.ts";
import { numberOf } from "../../client/custody/number.ts";
import { lookUpPeople, postText } from "../../client/directory/people.ts";
import { plainName, withoutTricks } from "../../client/people.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";
import { Facts } from "../access/pane.tsx";
import { Written } from "../access/written.tsx";
import { Waiting } from "../administration/parts.tsx";
import { Answers, Number } from "./ask-custodians.tsx";
import { CustodyScreen } from "./screen.tsx";

const NEWS_MS = 4000;

/** A recovery: a custodian answers it here, and the person sees how it stands. */
export function RecoveryScreen(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { recoveryId } = useParams({ from: "/settings/custody/$recoveryId" });
  const { data, error } = useQuery({
    queryKey: ["custody", "recovery", recoveryId],
    queryFn: () => recoveryOf(api, recoveryId),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  return (
    <CustodyScreen title={t("custody.recovery")}>
      {data === undefined ? <Waiting error={error} /> : <Recovery recovery={data} />}
    </CustodyScreen>
  );
}

function Recovery({ recovery }: { recovery: RecoveryView }): JSX.Element {
  const { t, locale } = useTexts();
  const { session, api } = useWorkspace();
  const { person, state, custodians, refused } = recovery;
  const { data: people } = useQuery({
    queryKey: ["people", "by-id", person.user_id],
    queryFn: () => lookUpPeople(api, [person.user_id]),
    retry: false,
  });
  const known = people?.get(person.user_id);
  const name = plainName(person.display_name ?? "");
  const number = useNumber(recovery);
  const isOwn = person.user_id === session.userId;
  const hasAgreed = custodians.some((one) => one.user_id === session.userId && one.agreed_at !== undefined);
  return (
    <>
      <p role="status" className="custody-state">
        {t(`custody.state.${state}`)}
      </p>
      <Facts
        facts={[
          [t("custody.who"), <bdi key="who">{name === "" ? person.user_id : `${name} (${person.user_id})`}</bdi>],
          [t("custody.post"), (known === undefined ? "" : postText(locale, known)) || t("custody.noPost")],
          [t("custody.device"), recovery.device],
          [t("custody.askedAt"), momentText(locale, recovery.asked_at)],
          [t("custody.until"), momentText(locale, recovery.expires_at)],
          refused === undefined ? undefined : [t("custody.reason"), withoutTricks(refused.reason)],
        ]}
      />
      <Answers recovery={recovery} />
      {recovery.my_share === undefined ? null : <Answer recovery={recovery} number={number} />}
      {hasAgreed && state === "asked" ? <p>{t("custody.answered")}</p> : null}
      {isOwn && (state === "asked" || state === "open") ? <TakeBack recovery={recovery} number={number} /> : null}
    </>
  );
}

/** The number of the key that asks, worked out here and not told by the server. */
function useNumber({ person, key }: RecoveryView): string {
  const [number, setNumber] = useState("");
  useEffect(() => {
    let isHere = true;
    void numberOf("recovery", person.user_id, key.public_key).then((made) => (isHere ? setNumber(made) : undefined));
    return () => {
      isHere = false;
    };
  }, [person.user_id, key.public_key]);
  return number;
}

function useAnswering(): {
  readonly run: (work: () => Promise<string | undefined>) => Promise<void>;
  readonly isBusy: boolean;
  readonly fault: string | undefined;
} {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = async (work: () => Promise<string | undefined>): Promise<void> => {
    setBusy(true);
    try {
      setFault(await work());
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    await queries.invalidateQueries({ queryKey: ["custody"] });
    setBusy(false);
  };
  return { run, isBusy, fault };
}

function Answer({ recovery, number }: { recovery: RecoveryView; number: string }): JSX.Element {
  const { t } = useTexts();
  const { api, custody } = useWorkspace();
  const { recovery_id: id } = recovery;
  const { run, isBusy, fault } = useAnswering();
  const [isSeen, setSeen] = useState(false);
  const agree = async (): Promise<string | undefined> => {
    const done = await custody.agree(recovery);
    return done.ok ? undefined : t(`custody.fault.${done.fault}`);
  };
  const refuse = async (reason: string): Promise<undefined> => {
    await actOnRecovery(api, id, { act: "refuse", body: { reason } });
    return undefined;
  };
  return (
    <>
      <p>{t("custody.meet")}</p>
      <Number number={number} />
      <Tick isOn={isSeen} onChange={setSeen} text={t("custody.seen")} />
      <div>
        <Button look="main" isBusy={isBusy} isDisabled={!isSeen} onPress={() => void run(agree)}>
          {t("custody.agree")}
        </Button>
      </div>
      <p role="alert" className="fault">
        {fault}
      </p>
      <Written
        title={t("custody.refuse")}
        label={t("custody.refuseWhy")}
        isBusy={isBusy}
        choices={[
          {
            ...{ id: "refuse", text: t("custody.refuse"), look: "danger", needsWords: true },
            run: (reason) => void run(() => refuse(reason)),
          },
        ]}
      />
    </>
  );
}

function TakeBack({ recovery, number }: { recovery: RecoveryView; number: string }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { recovery_id: id } = recovery;
  const { run, isBusy, fault } = useAnswering();
  const withdraw = async (): Promise<undefined> => {
    await actOnRecovery(api, id, { act: "withdraw", body: {} });
    return undefined;
  };
  return (
    <>
      <p>{t("custody.ownHint")}</p>
      <Number number={number} />
      <div>
        <Button look="danger" isBusy={isBusy} onPress={() => void run(withdraw)}>
          {t("custody.withdraw")}
        </Button>
      </div>
      <p role="alert" className="fault">
        {fault}
      </p>
    </>
  );
}
