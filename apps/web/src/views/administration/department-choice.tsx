import { useState, type JSX } from "react";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { departmentText, useDepartments } from "../access/shelf-choice.tsx";

/** One of the departments, the first to begin with; `element` is the box to choose in. */
export function useDepartmentChoice(): { readonly code: string; readonly element: JSX.Element | null } {
  const { t, locale } = useTexts();
  const departments = useDepartments();
  const [chosen, setChosen] = useState("");
  const code = departments.some((one) => one.code === chosen) ? chosen : (departments[0]?.code ?? "");
  if (departments.length === 0) return { code, element: <p>{t("admin.noDepartments")}</p> };
  const options = departments.map((one) => ({ id: one.code, text: departmentText(locale, one) }));
  return {
    code,
    element: <Select label={t("admin.department")} value={code} options={options} onChange={setChosen} />,
  };
}
