import { useState, type FormEvent, type JSX } from "react";
import { Input, Label, TextField } from "react-aria-components";
import type { RuleOfEdition, RuleWish } from "../../client/access/rules.ts";
import { hoursOf, minutesOf } from "../../client/access/hours.ts";
import { Button } from "../../ui/button.tsx";
import { Check } from "../../ui/check.tsx";
import { Choice } from "../../ui/choice.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { EditionRefused } from "./refused.tsx";

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const OFFICE = { days: [1, 2, 3, 4, 5], from: "09:00", to: "18:00" };
const EFFECTS = ["blocked", "allowed", "conditional"] as const;

interface Written {
  readonly effect: RuleOfEdition["effect"];
  readonly upload: boolean;
  readonly hasHours: boolean;
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
  readonly clause: string;
  readonly isObserved: boolean;
}

function writtenOf(rule: RuleOfEdition | undefined, clause: string): Written {
  const hours = rule?.conditions?.hours;
  return {
    ...{ effect: rule?.effect ?? "blocked", clause: rule?.clause ?? clause, isObserved: rule?.observe === true },
    ...{ upload: rule?.conditions?.upload ?? false, hasHours: hours !== undefined },
    ...(hours === undefined ? OFFICE : { days: hours.days, from: hoursOf(hours.from), to: hoursOf(hours.to) }),
  };
}

function wishOf(written: Written, rule: RuleOfEdition | undefined): RuleWish {
  const [from, to] = [minutesOf(written.from), minutesOf(written.to)];
  const hours = { days: written.days.toSorted((left, right) => left - right), from, to };
  return {
    ...{ effect: written.effect, clause: written.clause.trim(), isObserved: written.isObserved },
    conditions: { upload: written.upload, ...(written.hasHours ? { hours } : {}) },
    // A rule keeps the dates that it was published with.
    ...(rule?.from === undefined ? {} : { from: rule.from }),
    ...(rule?.until === undefined ? {} : { until: rule.until }),
  };
}

/** What is said of one cell: the effect, its conditions, the clause, and whether it is only observed. */
export function RuleDialog(props: {
  title: string;
  /** The draft's rule about exactly this; undefined while another one decides. */
  rule: RuleOfEdition | undefined;
  clause: string;
  /** A department may only block what is the centre's. */
  mayAllow: boolean;
  isBusy: boolean;
  refused: unknown;
  onSave: (wish: RuleWish) => void;
  onRemove: () => void;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  const { rule } = props;
  const [written, setWritten] = useState(() => writtenOf(rule, props.clause));
  const set = (change: Partial<Written>): void => setWritten({ ...written, ...change });
  const save = (event: FormEvent): void => {
    event.preventDefault();
    props.onSave(wishOf(written, rule));
  };
  const effects = EFFECTS.filter((effect) => effect === "blocked" || props.mayAllow);
  return (
    <DialogWindow title={props.title} onClose={props.onClose}>
      <form onSubmit={save}>
        <p className="small quiet">{t(rule === undefined ? "policy.ruleNew" : "policy.ruleHere")}</p>
        <Choice
          label={t("policy.part.effect")}
          value={written.effect}
          options={effects.map((id) => ({ id, text: t(`policy.effect.${id}`) }))}
          onChange={(effect) => set({ effect })}
        />
        {props.mayAllow ? null : <p className="small quiet">{t("policy.onlyBlock")}</p>}
        {written.effect === "conditional" ? <Conditions written={written} set={set} /> : null}
        <Field
          label={t("policy.part.clause")}
          value={written.clause}
          onChange={(clause) => set({ clause })}
          isRequired
        />
        <Check isOn={written.isObserved} onChange={(isObserved) => set({ isObserved })}>
          {t("policy.observeOnly")}
        </Check>
        <EditionRefused error={props.refused} />
        <div className="dialog__actions">
          {rule === undefined ? null : (
            <Button look="danger" isBusy={props.isBusy} onPress={props.onRemove}>
              {t("policy.removeRule")}
            </Button>
          )}
          <Button type="submit" look="main" isBusy={props.isBusy} isDisabled={written.clause.trim() === ""}>
            {t("policy.saveDraft")}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}

function Conditions(props: { written: Written; set: (change: Partial<Written>) => void }): JSX.Element {
  const { t } = useTexts();
  const { written, set } = props;
  return (
    <fieldset className="fieldset">
      <legend>{t("policy.part.conditions")}</legend>
      <Check isOn={written.upload} onChange={(upload) => set({ upload })}>
        {t("policy.upload")}
      </Check>
      <Check isOn={written.hasHours} onChange={(hasHours) => set({ hasHours })}>
        {t("policy.hoursOnly")}
      </Check>
      {written.hasHours ? (
        <>
          <div className="access__actions">
            {DAYS.map((day) => (
              <Check
                key={day}
                isOn={written.days.includes(day)}
                onChange={(isOn) =>
                  set({ days: isOn ? [...written.days, day] : written.days.filter((one) => one !== day) })
                }
              >
                {t(`policy.day.${day}`)}
              </Check>
            ))}
          </div>
          <div className="access__actions">
            {(["from", "to"] as const).map((end) => (
              <TextField
                key={end}
                className="field"
                value={written[end]}
                onChange={(next) => set({ [end]: next })}
                isRequired
              >
                <Label>{t(`policy.hours.${end}`)}</Label>
                <Input type="time" />
              </TextField>
            ))}
          </div>
        </>
      ) : null}
    </fieldset>
  );
}
