import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  countsByStatus,
  pointsOf,
  revokePoint,
  type ChangeRow,
  type PointRow,
  type PointsBoard,
  type SelfTestRow,
} from "../../client/access/points.ts";
import { momentText } from "../../i18n/dates.ts";
import type { MessageKey } from "../../i18n/messages/index.ts";
import { useTexts } from "../../ui/texts.tsx";
import { SureButton } from "../administration/forms.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { NEWS_MS } from "./access-screen.tsx";
import { AccessPane, AccessWaiting } from "./pane.tsx";
import { EnrolPoint } from "./point-enrol.tsx";

/** Which enforcement points obey which version, how long changes took, and which of them cannot prove it. */
export function PointsPane(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const mayManage = useRoles().includes("security-administrator");
  const { data, error } = useQuery({
    queryKey: ["access", "points"],
    queryFn: () => pointsOf(api),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data === undefined) return <AccessWaiting title={t("access.points")} error={error} />;
  return (
    <AccessPane title={t("access.points")}>
      <Summary board={data} />
      {mayManage ? <EnrolPoint /> : null}
      {data.points.length === 0 ? (
        <p className="quiet">{t("access.noPoints")}</p>
      ) : (
        <AdminTable
          name={t("access.point")}
          heads={[
            ...[t("access.point"), t("access.standing"), t("access.version"), t("access.heard"), t("points.tests")],
            ...(mayManage ? [t("admin.actions")] : []),
          ]}
        >
          {data.points.map((point) => (
            <Point key={point.id} point={point} current={data.version} mayManage={mayManage} />
          ))}
        </AdminTable>
      )}
      <Changes changes={data.changes} />
    </AccessPane>
  );
}

function Summary({ board }: { board: PointsBoard }): JSX.Element {
  const { t, locale } = useTexts();
  return (
    <div>
      <p>
        {t("access.policyVersion", { version: board.version })}
        <span className="small quiet admin__under">{momentText(locale, board.issued)}</span>
      </p>
      <p role="status">
        {countsByStatus(board.points)
          .map(([status, count]) => `${t(`access.point.${status}`)}: ${count}`)
          .join(" · ")}
      </p>
    </div>
  );
}

const FAULTS: Readonly<Record<string, MessageKey>> = {
  ...{ "engine-down": "points.fault.engine-down", "not-obeying": "points.fault.not-obeying" },
  ...{ "tunnels-not-cut": "points.fault.tunnels-not-cut", "clock-went-back": "points.fault.clock-went-back" },
  ...{ signature: "points.fault.signature", older: "points.fault.older", unreachable: "points.fault.unreachable" },
  ...{ "token-refused": "points.fault.token-refused", "other-installation": "points.fault.other-installation" },
};

function Point(props: { point: PointRow; current: number; mayManage: boolean }): JSX.Element {
  const { t, locale } = useTexts();
  const { point } = props;
  const fault = FAULTS[point.fault];
  return (
    <tr>
      <th scope="row">
        <bdi>{point.name}</bdi>
        <span className="small quiet admin__under">{point.kind}</span>
      </th>
      <td>
        <span className={`access__point access__point--${point.status}`}>{t(`access.point.${point.status}`)}</span>
        {point.fault === "" ? null : (
          <span className="small fault admin__under">{fault === undefined ? point.fault : t(fault)}</span>
        )}
      </td>
      <td data-head={t("access.version")}>
        {point.obeys === undefined ? (
          t("points.noVersion")
        ) : (
          <>
            {point.obeys.version === props.current ? t("points.current") : point.obeys.version}
            <span className="small quiet admin__under">
              {t("points.since", { when: momentText(locale, point.obeys.since) })}
            </span>
          </>
        )}
      </td>
      <td data-head={t("access.heard")}>
        {point.isConnected
          ? t("points.connected")
          : point.heard === undefined
            ? t("points.never")
            : momentText(locale, point.heard)}
      </td>
      <td data-head={t("points.tests")}>
        <Tests tests={point.tests} />
      </td>
      {props.mayManage ? <td>{point.isEmbedded ? t("points.embedded") : <Revoke point={point} />}</td> : null}
    </tr>
  );
}

function Tests({ tests }: { tests: readonly SelfTestRow[] }): JSX.Element {
  const { t, locale } = useTexts();
  if (tests.length === 0) return <span className="quiet">{t("points.noTests")}</span>;
  const wrong = tests.filter(({ expected, found }) => expected !== found).length;
  return (
    <details>
      <summary className={wrong === 0 ? "" : "fault"}>{t("points.tried", { count: tests.length, wrong })}</summary>
      <ul className="admin__list small">
        {tests.map(({ at, target, expected, found }) => (
          <li key={`${at} ${target} ${expected}`} className={expected === found ? "" : "fault"}>
            <bdi>{target}</bdi>: {t(`points.found.${foundOf(found)}`)}
            {expected === found
              ? ""
              : ` (${t("points.expected", { what: t(`points.found.${foundOf(expected)}`) })})`} ·{" "}
            {momentText(locale, at)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function foundOf(found: string): "blocked" | "allowed" | "no-answer" {
  return found === "blocked" || found === "allowed" ? found : "no-answer";
}

function Revoke({ point }: { point: PointRow }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  return (
    <SureButton
      name={t("points.revokeNamed", { name: point.name })}
      sure={{
        text: t("points.revoke"),
        question: t("points.revokeSure", { name: point.name }),
        refresh: ["access"],
        work: () => revokePoint(api, point.id),
      }}
    />
  );
}

function Changes({ changes }: { changes: readonly ChangeRow[] }): JSX.Element | null {
  const { t, locale } = useTexts();
  if (changes.length === 0) return null;
  const number = new Intl.NumberFormat(locale);
  const ms = (value: number | undefined): string => (value === undefined ? "–" : number.format(value));
  return (
    <>
      <h2 className="access__heading">{t("access.changes")}</h2>
      <AdminTable
        name={t("access.changes")}
        heads={[
          t("access.version"),
          t("points.decided"),
          t("access.obeyedBy"),
          "p50 (ms)",
          "p99 (ms)",
          t("points.max"),
        ]}
      >
        {changes.slice(0, 20).map((change) => (
          <tr key={change.version}>
            <th scope="row">{change.version}</th>
            <td>{momentText(locale, change.since)}</td>
            <td className="admin__number" data-head={t("access.obeyedBy")}>{`${change.points} / ${change.of}`}</td>
            <td className="admin__number" data-head="p50 (ms)">
              {ms(change.p50Ms)}
            </td>
            <td className="admin__number" data-head="p99 (ms)">
              {ms(change.p99Ms)}
            </td>
            <td className="admin__number" data-head={t("points.max")}>
              {ms(change.maxMs)}
            </td>
          </tr>
        ))}
      </AdminTable>
    </>
  );
}
