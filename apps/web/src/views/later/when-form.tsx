import { useState, type FormEvent, type JSX } from "react";
import { fieldsOf, momentIn } from "../../client/later/when.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** Asks for a day and a time, by this device's calendar. One that has passed is not taken. */
export function WhenForm(props: {
  first: number;
  /** The time now, as the server has it. */
  now: () => number;
  action: string;
  onMoment: (at: number) => void;
}): JSX.Element {
  const { t } = useTexts();
  const [fields, setFields] = useState(() => fieldsOf(props.first));
  const [fault, setFault] = useState<"later.notAMoment" | "later.isPast">();
  const change = (next: Partial<typeof fields>): void => {
    setFields({ ...fields, ...next });
    setFault(undefined);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const at = momentIn(fields.day, fields.time);
    if (at === undefined) setFault("later.notAMoment");
    else if (at <= props.now()) setFault("later.isPast");
    else props.onMoment(at);
  };
  return (
    <form className="form" onSubmit={submit}>
      <div className="later__when">
        <Field type="date" label={t("later.day")} value={fields.day} onChange={(day) => change({ day })} autoFocus />
        <Field type="time" label={t("later.time")} value={fields.time} onChange={(time) => change({ time })} />
      </div>
      <p role="alert" className="fault small">
        {fault === undefined ? "" : t(fault)}
      </p>
      <div className="dialog__actions">
        <Button type="submit" look="main">
          {props.action}
        </Button>
      </div>
    </form>
  );
}
