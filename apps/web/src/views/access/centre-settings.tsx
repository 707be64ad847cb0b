import type { JSX } from "react";
import { machineClasses, type PolicyContent } from "../../client/access/rules.ts";
import { Check } from "../../ui/check.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { classText } from "./policy-words.ts";
import { departmentText, useDepartments } from "./shelf-choice.tsx";

/** What the centre alone says: where nothing is enforced yet, and where bare addresses may be asked for. */
export function CentreSettings(props: {
  content: PolicyContent;
  onChange: (content: PolicyContent) => void;
}): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const departments = useDepartments();
  const { content } = props;
  const { observe, addressesAllowedOn } = content;
  const put = (change: Partial<PolicyContent>): void => props.onChange({ ...content, ...change });
  return (
    <details>
      <summary>{t("policy.centreSettings")}</summary>
      <fieldset className="fieldset">
        <legend>{t("policy.observeWhere")}</legend>
        <Check isOn={observe.everywhere} onChange={(everywhere) => put({ observe: { ...observe, everywhere } })}>
          {t("policy.part.everywhere")}
        </Check>
        {observe.everywhere
          ? null
          : departments.map((one) => (
              <Check
                key={one.id}
                isOn={observe.departments.includes(one.id)}
                onChange={(isOn) => {
                  const others = observe.departments.filter((id) => id !== one.id);
                  put({ observe: { ...observe, departments: isOn ? [...others, one.id] : others } });
                }}
              >
                {departmentText(texts.locale, one)}
              </Check>
            ))}
      </fieldset>
      <fieldset className="fieldset">
        <legend>{t("policy.part.classes")}</legend>
        {machineClasses.map((machineClass) => (
          <Check
            key={machineClass}
            isOn={addressesAllowedOn.includes(machineClass)}
            onChange={(isOn) => {
              const others = addressesAllowedOn.filter((one) => one !== machineClass);
              put({ addressesAllowedOn: isOn ? [...others, machineClass] : others });
            }}
          >
            {classText(texts, machineClass)}
          </Check>
        ))}
      </fieldset>
    </details>
  );
}
