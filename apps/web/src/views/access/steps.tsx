import type { JSX } from "react";
import type { RequestView } from "../../client/access/access.ts";
import { momentText } from "../../i18n/dates.ts";
import { useTexts } from "../../ui/texts.tsx";
import { nameOf } from "./words.ts";

/** Everything that happened, oldest first: state, time, who, why. */
export function Steps({ steps }: { steps: RequestView["steps"] }): JSX.Element {
  const { t, locale } = useTexts();
  return (
    <section aria-labelledby="steps">
      <h2 id="steps" className="access__heading">
        {t("access.steps")}
      </h2>
      <ol className="access__steps">
        {steps.map(({ state, at, by, reason }, place) => (
          <li key={`${at} ${place}`}>
            <span>{t(`access.state.${state}`)}</span>{" "}
            <span className="small quiet">
              <time dateTime={new Date(at).toISOString()}>{momentText(locale, at)}</time> ·{" "}
              {by === undefined ? t("access.byServer") : nameOf(by)}
            </span>
            {reason === undefined ? null : <p className="small">{reason}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
