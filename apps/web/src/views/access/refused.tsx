import type { JSX } from "react";
import { editionConflict, editionFaults } from "../../client/access/editions.ts";
import { reasonOf } from "../../client/refusal.ts";
import { useTexts } from "../../ui/texts.tsx";

/** Why a draft or version was refused: each fault with its place; nothing while nothing was. */
export function EditionRefused({ error }: { error: unknown }): JSX.Element {
  const { t } = useTexts();
  if (error === undefined || error === null) return <div role="alert" />;
  const conflict = editionConflict(error);
  const faults = editionFaults(error);
  const reason = faults.length > 0 ? t("policy.faults", { count: faults.length }) : reasonOf(error);
  return (
    <div role="alert" className="fault">
      <p>{conflict === undefined ? t("app.refused", { reason }) : t(`policy.conflict.${conflict}`)}</p>
      {faults.length === 0 ? null : (
        <ul className="policy__faults">
          {faults.map(({ at, fault }) => (
            <li key={`${at} ${fault}`}>
              <strong>{at}</strong>: {fault}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
