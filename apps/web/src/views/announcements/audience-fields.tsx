import { useQuery } from "@tanstack/react-query";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { Reach } from "../../client/announcements/audience.ts";
import { divisionsOf, type UnitChoice } from "../../client/directory/units.ts";
import type { Draft } from "../../client/announcements/draft.ts";
import { nameFor } from "../../client/directory/people.ts";
import { Choice } from "../../ui/choice.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";

interface Props {
  readonly reach: Reach;
  readonly draft: Draft;
  readonly onChange: (change: Partial<Draft>) => void;
}

/** For whom it is: everybody, departments, or divisions of one. */
export function AudienceFields({ reach, draft, onChange }: Props): JSX.Element {
  const { t } = useTexts();
  const divisions = useDivisions(draft);
  return (
    <>
      {reach.everybody ? (
        <Choice
          label={t("announce.audience")}
          value={draft.everybody ? "everybody" : "some"}
          options={[
            { id: "everybody", text: t("announce.everybody") },
            { id: "some", text: t("announce.someDepartments") },
          ]}
          onChange={(next) => onChange({ everybody: next === "everybody" })}
        />
      ) : null}
      {draft.everybody ? null : (
        <Ticks
          title={t("announce.departments")}
          choices={reach.departments}
          chosen={draft.departments}
          onChange={(departments) => onChange({ departments, divisions: [] })}
        />
      )}
      {divisions.length === 0 ? null : (
        <Ticks
          title={t("announce.divisions")}
          choices={divisions}
          chosen={draft.divisions}
          onChange={(chosen) => onChange({ divisions: chosen })}
        />
      )}
    </>
  );
}

function useDivisions({ everybody, departments }: Draft): readonly UnitChoice[] {
  const { api } = useWorkspace();
  const [department = ""] = departments;
  const isAsked = !everybody && departments.length === 1;
  const { data = [] } = useQuery({
    queryKey: ["announcing", "divisions", department],
    queryFn: () => divisionsOf(api, department),
    enabled: isAsked,
    retry: false,
  });
  return isAsked ? data : [];
}

function Ticks(props: {
  title: string;
  choices: readonly UnitChoice[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}): JSX.Element {
  const { locale } = useTexts();
  const { title, choices, chosen, onChange } = props;
  return (
    <fieldset className="announcements__ticks">
      <legend>{title}</legend>
      {choices.map(({ code, name }) => (
        <Tick
          key={code}
          isOn={chosen.includes(code)}
          onChange={(isOn) => onChange(isOn ? [...chosen, code] : chosen.filter((one) => one !== code))}
          text={nameFor(locale, name)}
        />
      ))}
    </fieldset>
  );
}

/** For whom a draft is, in words. */
export function useAudienceText(reach: Reach, draft: Draft): string {
  const { t, locale } = useTexts();
  const divisions = useDivisions(draft);
  if (draft.everybody) return t("announce.everybody");
  const namesOf = (choices: readonly UnitChoice[], codes: readonly string[]): string =>
    codes
      .map((code) => nameFor(locale, choices.find((one) => one.code === code)?.name ?? { en: code, zh: code }))
      .join(locale === "en" ? ", " : "、");
  const departments = namesOf(reach.departments, draft.departments);
  return draft.divisions.length === 0
    ? departments
    : t("announce.to", { departments, divisions: namesOf(divisions, draft.divisions) });
}
