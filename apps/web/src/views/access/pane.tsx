import { useNavigate } from "@tanstack/react-router";
import type { JSX, ReactNode } from "react";
import { reasonOf } from "../../client/refusal.ts";
import { useTexts } from "../../ui/texts.tsx";
import { DetailPane } from "../shell/detail-pane.tsx";

/** The detail of the Access place: its title, the way back on a phone, and what is in it. */
export function AccessPane({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  const navigate = useNavigate();
  return (
    <DetailPane title={title} className="access" onBack={() => void navigate({ to: "/access" })}>
      {children}
    </DetailPane>
  );
}

/** A pane while there is nothing to show: being asked for, or refused. */
export function AccessWaiting({ title, error }: { title: string; error: unknown }): JSX.Element {
  const { t } = useTexts();
  return (
    <AccessPane title={title}>
      {error === null || error === undefined ? (
        <p role="status">{t("admin.loading")}</p>
      ) : (
        <p role="alert" className="fault">
          {t("app.refused", { reason: reasonOf(error) })}
        </p>
      )}
    </AccessPane>
  );
}

/** Names with what they are, one under the other. */
export function Facts({
  facts,
}: {
  facts: readonly (readonly [name: string, value: ReactNode] | undefined)[];
}): JSX.Element {
  return (
    <dl className="access__facts">
      {facts.map((fact) =>
        fact === undefined ? null : (
          <div key={fact[0]} className="access__fact">
            <dt className="small quiet">{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
