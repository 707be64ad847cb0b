import "./custody.css";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { recoveriesOf } from "../../client/custody/custody-api.ts";
import type { CustodyState } from "../../client/custody/custody.ts";
import { namingRoles } from "../../client/custody/departments.ts";
import type { Custodian } from "../../client/custody/custodians.ts";
import { plainName } from "../../client/people.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { useAct } from "../administration/use-act.ts";
import { useRoles } from "../shell/use-roles.ts";

/** Who one's custodians are, whether they have what they need, and what waits for oneself as one. */
export function Custodians(): JSX.Element | null {
  const { t } = useTexts();
  const { custody } = useWorkspace();
  const state = useViewModel(custody);
  const roles = useRoles();
  const mayName = namingRoles.some((role) => roles.includes(role));
  if (state.step === "unknown" && !mayName) return null;
  return (
    <section className="settings__section" aria-labelledby="settings-custody">
      <h2 id="settings-custody">{t("custody.title")}</h2>
      {state.step === "on" ? <Own state={state} /> : null}
      {state.step === "off" ? <p>{t("custody.off")}</p> : null}
      {state.step === "unknown" || state.ownNumber === undefined ? null : (
        <p>{t("custody.own", { number: state.ownNumber })}</p>
      )}
      <ToDecide />
      {mayName ? <Link to="/settings/custody">{t("custody.manage")}</Link> : null}
    </section>
  );
}

function Own({ state }: { state: CustodyState & { step: "on" } }): JSX.Element {
  const { t, locale } = useTexts();
  const { shares, sharedAt, custodians, holders } = state;
  return (
    <>
      <p>{t("custody.why")}</p>
      <p role="status">
        {shares === "current"
          ? t("custody.shares.current", { when: momentText(locale, sharedAt ?? 0) })
          : t(`custody.shares.${shares}`)}
      </p>
      <ul className="settings__list" aria-labelledby="settings-custody">
        {custodians.map((one) => (
          <Row key={one.userId} custodian={one} isHolder={holders.includes(one.userId)} />
        ))}
      </ul>
    </>
  );
}

function Row({ custodian, isHolder }: { custodian: Custodian; isHolder: boolean }): JSX.Element {
  const { t } = useTexts();
  const { custody, session } = useWorkspace();
  const { run, isBusy, fault } = useAct();
  const { userId, standing, number } = custodian;
  const name = plainName(custodian.name);
  const words = [
    ...(userId === session.userId ? [t("custody.you")] : []),
    t(isHolder && standing === "good" ? "custody.holds" : `custody.standing.${standing}`),
  ];
  return (
    <li className="custody-row">
      <bdi>{name}</bdi>
      <span className="small quiet">{words.join(" · ")}</span>
      {number === undefined ? null : <span className="small quiet">{t("custody.keyNumber", { number })}</span>}
      {standing === "changed" ? (
        <div>
          <Button isBusy={isBusy} onPress={() => void run(() => custody.accept(userId))}>
            {t("custody.accept", { name })}
          </Button>
          <p role="alert" className="fault">
            {fault}
          </p>
        </div>
      ) : null}
    </li>
  );
}

const NEWS_MS = 5000;

function ToDecide(): JSX.Element | null {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data = [] } = useQuery({
    queryKey: ["custody", "to-decide"],
    queryFn: () => recoveriesOf(api, "to-decide"),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data.length === 0) return null;
  return (
    <>
      <h3 id="custody-to-decide">{t("custody.toDecide")}</h3>
      <ul className="settings__list" aria-labelledby="custody-to-decide">
        {data.map(({ recovery_id: recoveryId, person, asked_at: asked }) => (
          <li key={recoveryId} className="custody-row">
            <Link to="/settings/custody/$recoveryId" params={{ recoveryId }}>
              <bdi>{plainName(person.display_name ?? "") || person.user_id}</bdi>
            </Link>
            <span className="small quiet">{momentText(locale, asked)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
