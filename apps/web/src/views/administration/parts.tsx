import "./administration.css";
import type { JSX, ReactNode } from "react";
import { reasonOf } from "../../client/refusal.ts";
import { useTexts } from "../../ui/texts.tsx";

/** A table that scrolls inside itself on a narrow screen. */
export function AdminTable(props: { name: string; heads: readonly string[]; children: ReactNode }): JSX.Element {
  return (
    <div className="admin__scroll" role="region" aria-label={props.name} tabIndex={0}>
      <table className="admin__table" aria-label={props.name}>
        <thead>
          <tr>
            {props.heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

/** What a question to the server has come to, while there is nothing to show. */
export function Waiting({ error }: { error: unknown }): JSX.Element {
  const { t } = useTexts();
  return error === null || error === undefined ? (
    <p role="status">{t("admin.loading")}</p>
  ) : (
    <p role="alert" className="fault">
      {t("app.refused", { reason: reasonOf(error) })}
    </p>
  );
}
