import { useId, type JSX } from "react";
import type { ChartPoint } from "../../client/access/access.ts";
import { dayText } from "../../i18n/dates.ts";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";

const WIDTH = 600;
const HEIGHT = 140;

/** Grants in force over time, as bars; the numbers are a table below for whoever would rather read them. */
export function GrantsChart({ points }: { points: readonly ChartPoint[] }): JSX.Element {
  const { t, locale } = useTexts();
  const title = useId();
  const most = Math.max(1, ...points.map(({ inForce }) => inForce));
  const step = WIDTH / points.length;
  return (
    <figure className="access__chart">
      <figcaption id={title} className="small quiet">
        {t("access.chart")}
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={title} preserveAspectRatio="none">
        {points.map(({ at, inForce }, place) => {
          const height = (inForce / most) * (HEIGHT - 4);
          return (
            <rect
              key={at}
              className="access__bar"
              x={place * step + step * 0.1}
              y={HEIGHT - height}
              width={step * 0.8}
              height={height}
            >
              <title>{`${dayText(locale, at)}: ${inForce}`}</title>
            </rect>
          );
        })}
      </svg>
      <details>
        <summary className="small">{t("access.numbers")}</summary>
        <AdminTable
          name={t("access.chart")}
          heads={[t("access.day"), t("access.inForce"), t("access.began"), t("access.ended")]}
        >
          {points.map(({ at, inForce, began, ended }) => (
            <tr key={at}>
              <th scope="row">{dayText(locale, at)}</th>
              <td className="admin__number">{inForce}</td>
              <td className="admin__number">{began}</td>
              <td className="admin__number">{ended}</td>
            </tr>
          ))}
        </AdminTable>
      </details>
    </figure>
  );
}
