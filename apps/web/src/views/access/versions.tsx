import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  differencesOf,
  editionsOf,
  withdrawEdition,
  type EditionKind,
  type EditionList,
  type EditionRow,
  type Shelf,
} from "../../client/access/editions.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AdminTable, Waiting } from "../administration/parts.tsx";
import { DifferenceList } from "./differences.tsx";
import { EditionRefused } from "./refused.tsx";
import { PublisherChoice, useReadableShelves } from "./shelf-choice.tsx";

/** The published versions of each publisher that one may read. */
export function History(props: {
  kind: EditionKind;
  writable: readonly string[];
  nameOf: (id: string) => string;
}): JSX.Element {
  const [department, setDepartment] = useState("");
  return (
    <>
      <PublisherChoice value={department} codes={useReadableShelves()} onChange={setDepartment} />
      <Versions
        key={department}
        shelf={{ kind: props.kind, department }}
        isWriter={props.writable.includes(department)}
        nameOf={props.nameOf}
      />
    </>
  );
}

/** Those of one publisher: since when each holds, and what differs between two of them. */
function Versions(props: { shelf: Shelf; isWriter: boolean; nameOf: (id: string) => string }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { shelf } = props;
  const { data, error } = useQuery({
    queryKey: ["access", "editions", shelf.kind, shelf.department],
    queryFn: () => editionsOf(api, shelf),
    retry: false,
  });
  if (data === undefined) return <Waiting error={error} />;
  if (data.editions.length === 0) return <p className="quiet">{t("policy.noVersions")}</p>;
  return (
    <>
      <AdminTable
        name={t("policy.versions")}
        heads={[t("access.version"), t("policy.state"), t("policy.effective"), t("policy.note"), t("admin.actions")]}
      >
        {data.editions.map((edition) => (
          <tr key={edition.version}>
            <th scope="row">{edition.version}</th>
            <td>{t(`policy.state.${stateOf(edition, data.current)}`)}</td>
            <td data-head={t("policy.effective")}>{momentText(locale, edition.effective)}</td>
            <td>
              {edition.note}
              <span className="small quiet admin__under">
                <bdi>{edition.by === "" ? t("policy.byProduct") : edition.by}</bdi> ·{" "}
                {momentText(locale, edition.published)}
              </span>
            </td>
            <td>
              {props.isWriter && stateOf(edition, data.current) === "coming" ? (
                <Withdraw shelf={shelf} version={edition.version} />
              ) : null}
            </td>
          </tr>
        ))}
      </AdminTable>
      {data.editions.length > 1 || shelf.kind === "catalogue" ? (
        <Compare key={shelf.department} shelf={shelf} list={data} nameOf={props.nameOf} />
      ) : null}
    </>
  );
}

function stateOf(edition: EditionRow, current: number): "withdrawn" | "current" | "coming" | "earlier" {
  if (edition.isWithdrawn) return "withdrawn";
  if (edition.version === current) return "current";
  return edition.version > current ? "coming" : "earlier";
}

function Withdraw({ shelf, version }: { shelf: Shelf; version: number }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const withdraw = async (): Promise<void> => {
    await withdrawEdition(api, shelf, version).catch(setRefused);
    await queries.invalidateQueries({ queryKey: ["access"] });
  };
  return (
    <>
      <Button look="danger" aria-label={t("policy.withdrawNamed", { version })} onPress={() => setAsked(true)}>
        {t("policy.withdraw")}
      </Button>
      <EditionRefused error={refused} />
      {isAsked ? (
        <Confirm
          question={t("policy.withdrawSure", { version })}
          action={t("policy.withdraw")}
          onYes={() => void withdraw()}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </>
  );
}

function Compare(props: { shelf: Shelf; list: EditionList; nameOf: (id: string) => string }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { shelf, list } = props;
  const newest = list.editions[0]?.version ?? 1;
  const [from, setFrom] = useState(String(list.editions[1]?.version ?? "shipped"));
  const [to, setTo] = useState(String(newest));
  const versions = list.editions.map(({ version }) => ({ id: String(version), text: String(version) }));
  const shipped = shelf.kind === "catalogue" ? [{ id: "shipped", text: t("policy.shipped") }] : [];
  const { data, error } = useQuery({
    queryKey: ["access", "differences", shelf.kind, shelf.department, from, to],
    queryFn: () => differencesOf(api, shelf, { from: from === "shipped" ? "shipped" : Number(from), to: Number(to) }),
    retry: false,
  });
  return (
    <section aria-label={t("policy.compare")} className="policy__compare">
      <h2 className="access__heading">{t("policy.compare")}</h2>
      <div className="access__actions">
        <Select label={t("policy.compareFrom")} value={from} options={[...versions, ...shipped]} onChange={setFrom} />
        <Select label={t("policy.compareTo")} value={to} options={versions} onChange={setTo} />
      </div>
      {error === null ? null : <p className="fault">{t("app.refused", { reason: reasonOf(error) })}</p>}
      {data === undefined ? null : <DifferenceList differences={data} nameOf={props.nameOf} />}
    </section>
  );
}
