import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { serverHealth } from "../../client/administration/administration.ts";
import { momentText } from "../../i18n/dates.ts";
import { useTexts } from "../../ui/texts.tsx";
import { sizeText } from "../media/sizes.ts";
import { Waiting } from "./parts.tsx";

/** How the server is, asked again every ten seconds. */
export function Health(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["health"],
    queryFn: () => serverHealth(api),
    refetchInterval: 10_000,
  });
  if (data === undefined) return <Waiting error={error} />;
  const facts = [
    [t("admin.canWrite"), t(data.canWrite ? "admin.yes" : "admin.no")],
    [t("admin.space"), `${sizeText(locale, data.freeBytes)}${data.hasSpace ? "" : ` · ${t("admin.tooLittle")}`}`],
    [t("admin.started"), momentText(locale, data.startedAt)],
    [t("admin.searchBehind"), new Intl.NumberFormat(locale).format(data.searchBehind)],
  ] as const;
  return (
    <dl className="admin__facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="small quiet">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
