import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { pointsOf } from "../../client/access/points.ts";
import { momentText } from "../../i18n/dates.ts";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { NEWS_MS } from "./access-screen.tsx";
import { AccessPane, AccessWaiting } from "./pane.tsx";

/** Which enforcement points obey which version, how long changes took, and which of them cannot prove it. */
export function PointsPane(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["access", "points"],
    queryFn: () => pointsOf(api),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data === undefined) return <AccessWaiting title={t("access.points")} error={error} />;
  return (
    <AccessPane title={t("access.points")}>
      <p>{t("access.policyVersion", { version: data.version })}</p>
      {data.points.length === 0 ? (
        <p className="quiet">{t("access.noPoints")}</p>
      ) : (
        <AdminTable
          name={t("access.point")}
          heads={[t("access.point"), t("access.standing"), t("access.version"), t("access.heard")]}
        >
          {data.points.map((point) => (
            <tr key={point.id}>
              <th scope="row">
                <bdi>{point.name}</bdi>
                <span className="small quiet admin__under">{point.kind}</span>
              </th>
              <td>
                <span className={`access__point access__point--${point.status}`}>
                  {t(`access.point.${point.status}`)}
                </span>
              </td>
              <td className="admin__number">{point.version}</td>
              <td>{point.heard === undefined ? "" : momentText(locale, point.heard)}</td>
            </tr>
          ))}
        </AdminTable>
      )}
      {data.changes.length === 0 ? null : (
        <>
          <h2 className="access__heading">{t("access.changes")}</h2>
          <AdminTable
            name={t("access.changes")}
            heads={[t("access.version"), t("access.obeyedBy"), "p50 (ms)", "p99 (ms)"]}
          >
            {data.changes.slice(0, 20).map(({ version, points, of, p50Ms, p99Ms }) => (
              <tr key={version}>
                <th scope="row">{version}</th>
                <td className="admin__number">{`${points} / ${of}`}</td>
                <td className="admin__number">{p50Ms}</td>
                <td className="admin__number">{p99Ms}</td>
              </tr>
            ))}
          </AdminTable>
        </>
      )}
    </AccessPane>
  );
}
