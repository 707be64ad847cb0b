import type { JSX } from "react";
import { Tabbed } from "../../ui/tabs.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { Accounts } from "./accounts.tsx";
import { Health } from "./health.tsx";
import { Import } from "./import.tsx";
import { Machines } from "./machines.tsx";
import { Posts } from "./posts.tsx";
import { RoleGrants } from "./role-grants.tsx";
import { Rooms } from "./rooms.tsx";

/** Administration: each of the two kinds of administrators sees what is theirs. */
export function AdministrationScreen(): JSX.Element {
  const { t } = useTexts();
  const roles = useRoles();
  const isSystem = roles.includes("system-administrator");
  const isSecurity = roles.includes("security-administrator");
  if (!isSystem && !isSecurity) {
    return (
      <div className="empty">
        <p>{t("admin.notYours")}</p>
      </div>
    );
  }
  const sections = [
    {
      id: "accounts",
      name: t("admin.accounts"),
      content: <Accounts mayManageDevices={isSecurity} mayWrite={isSystem} />,
    },
    ...(isSystem
      ? [
          { id: "posts", name: t("admin.posts"), content: <Posts /> },
          { id: "import", name: t("admin.import"), content: <Import /> },
        ]
      : []),
    { id: "roles", name: t("admin.roles"), content: <RoleGrants /> },
    {
      id: "machines",
      name: t("admin.machines"),
      content: <Machines mayWrite={isSystem} mayClassify={isSecurity} />,
    },
    { id: "rooms", name: t("admin.rooms"), content: <Rooms /> },
    { id: "health", name: t("admin.health"), content: <Health /> },
  ];
  return (
    <div className="admin">
      <h1>{t("admin.title")}</h1>
      <p className="small quiet">{t(isSystem ? "admin.asSystem" : "admin.asSecurity")}</p>
      <Tabbed label={t("admin.title")} parts={sections} />
    </div>
  );
}
