import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { readableShelves } from "../../client/access/editions.ts";
import { departments, type DepartmentView } from "../../client/administration/administration.ts";
import { nameFor } from "../../client/directory/people.ts";
import type { Locale } from "../../i18n/catalogue.ts";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useStanding } from "../shell/use-roles.ts";

/** The departments by their codes. */
export function useDepartments(): readonly DepartmentView[] {
  const { api } = useWorkspace();
  const { data = [] } = useQuery({
    queryKey: ["departments"],
    queryFn: () => departments(api),
    staleTime: 60_000,
    retry: false,
  });
  return data;
}

/** A department as it is named in lists. */
export function departmentText(locale: Locale, one: Pick<DepartmentView, "code" | "name">): string {
  return [one.code, nameFor(locale, one.name)].filter(Boolean).join(" · ");
}

/** One of several publishers, by department code; empty is the centre (or all departments). Nothing where there is no choice. */
export function ShelfChoice(props: {
  label: string;
  /** What the empty one is called. */
  centre: string;
  value: string;
  codes: readonly string[];
  onChange: (code: string) => void;
}): JSX.Element | null {
  const { locale } = useTexts();
  const all = useDepartments();
  const { codes, centre } = props;
  if (codes.length < 2) return null;
  const options = codes.map((code) => {
    const known = all.find((one) => one.code === code);
    return { id: code, text: code === "" ? centre : known === undefined ? code : departmentText(locale, known) };
  });
  return <Select label={props.label} value={props.value} options={options} onChange={props.onChange} />;
}

/** Whose versions they are: one of several publishers. */
export function PublisherChoice(props: {
  value: string;
  codes: readonly string[];
  onChange: (code: string) => void;
}): JSX.Element {
  const { t } = useTexts();
  return <ShelfChoice label={t("policy.whose")} centre={t("policy.centre")} {...props} />;
}

/** The publishers whose versions and rules one may read. */
export function useReadableShelves(): readonly string[] {
  const codes = useDepartments().map(({ code }) => code);
  return readableShelves(useStanding(), codes);
}
