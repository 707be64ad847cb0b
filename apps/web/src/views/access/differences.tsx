import type { JSX } from "react";
import type { Differences } from "../../client/access/editions.ts";
import type { MessageKey } from "../../i18n/messages/index.ts";
import { useTexts } from "../../ui/texts.tsx";

const PARTS: Readonly<Record<string, MessageKey>> = {
  ...{ name: "policy.part.name", reason: "policy.part.reason", clause: "policy.part.clause" },
  ...{ hosts: "policy.part.hosts", exempt: "policy.part.exempt", apps: "policy.part.apps" },
  ...{ addresses: "policy.part.addresses", grantable: "policy.part.grantable", category: "policy.part.category" },
  ...{ effect: "policy.part.effect", conditions: "policy.part.conditions", observe: "policy.part.observe" },
  ...{ from: "policy.part.from", until: "policy.part.until", everywhere: "policy.part.everywhere" },
  ...{ departments: "policy.part.departments", classes: "policy.part.classes" },
};

/** What differs from one version to another, each row by its name. */
export function DifferenceList(props: { differences: Differences; nameOf: (id: string) => string }): JSX.Element {
  const { t } = useTexts();
  const { differences, nameOf } = props;
  const count = differences.added.length + differences.removed.length + differences.changed.length;
  const part = (name: string): string => {
    const key = PARTS[name];
    return key === undefined ? name : t(key);
  };
  return (
    <>
      <p role="status">{t("policy.differences", { count })}</p>
      <ul className="policy__differences" aria-label={t("policy.differencesName")}>
        {differences.added.map((id) => (
          <li key={id}>{t("policy.added", { name: nameOf(id) })}</li>
        ))}
        {differences.removed.map((id) => (
          <li key={id}>{t("policy.removed", { name: nameOf(id) })}</li>
        ))}
        {differences.changed.map(({ id, parts, hostsAdded, hostsRemoved }) => (
          <li key={id}>
            {t("policy.changed", { name: nameOf(id), parts: parts.map(part).join(t("policy.comma")) })}
            {hostsAdded.length + hostsRemoved.length === 0 ? null : (
              <span className="small quiet admin__under">
                {[...hostsAdded.map((host) => `+ ${host}`), ...hostsRemoved.map((host) => `− ${host}`)].join(" · ")}
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
