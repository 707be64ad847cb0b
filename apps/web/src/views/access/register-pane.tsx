import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { chartOf, registerFile, registerOf, type RegisterFilter } from "../../client/access/access.ts";
import { reasonOf } from "../../client/refusal.ts";
import { dayText, momentText } from "../../i18n/dates.ts";
import type { Locale } from "../../i18n/catalogue.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable } from "../administration/parts.tsx";
import { GrantsChart } from "./grants-chart.tsx";
import { AccessPane } from "./pane.tsx";
import { SaveFiles } from "./save-file.tsx";
import { aboutText, nameOf } from "./words.ts";

const STATES = [
  "asked",
  "advised",
  "question",
  "active",
  "extended",
  "refused",
  "withdrawn",
  "revoked",
  "lapsed",
] as const;
const LANGUAGES: Readonly<Record<Locale, string>> = { en: "en", "zh-Hant-HK": "zh-Hant", "zh-Hans": "zh-Hans" };

/** The register of requests and grants: filters, a table, a chart, and files for auditors. */
export function RegisterPane(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const [filter, setFilter] = useState<RegisterFilter>({});
  const wanted = useDeferredValue(filter);
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["access", "register", wanted],
    queryFn: ({ pageParam }) => registerOf(api, wanted, pageParam === "" ? undefined : pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    retry: false,
  });
  const rows = data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <AccessPane title={t("access.register")}>
      <Filters filter={filter} onChange={setFilter} />
      <Files filter={wanted} />
      {error === null ? null : (
        <p role="alert" className="fault">
          {t("app.refused", { reason: reasonOf(error) })}
        </p>
      )}
      <Chart filter={wanted} />
      <p className="small quiet" role="status">
        {data === undefined ? "" : t("access.rows", { count: data.pages[0]?.total ?? 0 })}
      </p>
      {rows.length === 0 ? null : (
        <AdminTable
          name={t("access.entries")}
          heads={[
            t("access.askedAt"),
            t("access.what"),
            t("access.who"),
            t("access.department"),
            t("access.standing"),
            t("access.until"),
          ]}
        >
          {rows.map((row) => (
            <tr key={row.request_id}>
              <td>{row.asked_at === undefined ? "" : momentText(locale, row.asked_at)}</td>
              <th scope="row">
                <Link to="/access/requests/$requestId" params={{ requestId: row.request_id }}>
                  {aboutText(locale, row)}
                </Link>
              </th>
              <td>
                <bdi>{nameOf(row.requester)}</bdi>
                <span className="small quiet admin__under">{row.post.code}</span>
              </td>
              <td>{row.department}</td>
              <td>{t(`access.state.${row.state}`)}</td>
              <td>{dayText(locale, row.grant?.ends ?? row.until)}</td>
            </tr>
          ))}
        </AdminTable>
      )}
      {hasNextPage ? (
        <div>
          <Button onPress={() => void fetchNextPage()}>{t("admin.more")}</Button>
        </div>
      ) : null}
    </AccessPane>
  );
}

function Filters(props: { filter: RegisterFilter; onChange: (next: RegisterFilter) => void }): JSX.Element {
  const { filter, onChange } = props;
  const { t } = useTexts();
  const boxes = [
    ["department", t("access.department")],
    ["service", t("access.service")],
    ["person", t("access.person")],
  ] as const;
  return (
    <div className="search__fields" role="search" aria-label={t("search.filters")}>
      {boxes.map(([id, name]) => (
        <Field
          key={id}
          label={name}
          value={filter[id] ?? ""}
          onChange={(text) => onChange({ ...filter, [id]: text.trim() })}
          isIdentifier
        />
      ))}
      <label className="field">
        <span>{t("access.standing")}</span>
        <select
          className="search__select"
          value={filter.state ?? ""}
          onChange={({ target }) => onChange({ ...filter, state: target.value })}
        >
          <option value="">{t("access.allStates")}</option>
          {STATES.map((state) => (
            <option key={state} value={state}>
              {t(`access.state.${state}`)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Files({ filter }: { filter: RegisterFilter }): JSX.Element {
  const { t, locale } = useTexts();
  const files = (["csv", "pdf"] as const).map((kind) => ({
    ...{ name: `register.${kind}`, text: t(`access.${kind}`) },
    address: registerFile(kind, filter, LANGUAGES[locale]),
  }));
  return <SaveFiles files={files} />;
}

function Chart({ filter }: { filter: RegisterFilter }): JSX.Element | null {
  const { api } = useWorkspace();
  const { data } = useQuery({
    queryKey: ["access", "chart", filter],
    queryFn: () => chartOf(api, filter),
    retry: false,
  });
  return data === undefined || data.length === 0 ? null : <GrantsChart points={data} />;
}
