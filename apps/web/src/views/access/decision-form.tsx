import { useState, type JSX } from "react";
import { Checkbox, Input, Label, TextField } from "react-aria-components";
import type { RequestAct, RequestView } from "../../client/access/access.ts";
import { dayText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

type Decision = Extract<RequestAct, { readonly act: "decide" }>["body"];
type Open = "less" | "ask" | "refuse";

/** Approve at one press; less, a question or a refusal open what they need. */
export function DecisionForm(props: {
  request: RequestView;
  isBusy: boolean;
  onDecide: (body: Decision) => void;
}): JSX.Element {
  const { request, isBusy } = props;
  const { t, locale } = useTexts();
  const [open, setOpen] = useState<Open>();
  const [words, setWords] = useState("");
  const given = words.trim();
  const decide = (body: Decision): void => props.onDecide({ ...body, version: request.version });
  return (
    <section className="access__written" aria-label={t("access.yourDecision")}>
      <h2 className="access__heading">{t("access.yourDecision")}</h2>
      {request.may.step_up ? <p className="small quiet">{t("access.stepUp")}</p> : null}
      <div className="access__actions">
        <Button look="main" isBusy={isBusy} onPress={() => decide({ decision: "approve" })}>
          {t("access.approveUntil", { when: dayText(locale, request.until) })}
        </Button>
        {(["less", "ask", "refuse"] as const).map((id) => (
          <Button
            key={id}
            look={id === "refuse" ? "danger" : "normal"}
            aria-expanded={open === id}
            onPress={() => setOpen(open === id ? undefined : id)}
          >
            {t(id === "ask" ? "access.question" : `access.${id}`)}
          </Button>
        ))}
      </div>
      {open === "less" ? <LessForm request={request} isBusy={isBusy} onDecide={decide} /> : null}
      {open === "ask" || open === "refuse" ? (
        <>
          <Field
            label={t(open === "ask" ? "access.question" : "access.reason")}
            value={words}
            onChange={setWords}
            lines={2}
            autoFocus
          />
          <div>
            <Button
              look={open === "ask" ? "main" : "danger"}
              isBusy={isBusy}
              isDisabled={given === ""}
              onPress={() =>
                decide(open === "ask" ? { decision: "ask", question: given } : { decision: "refuse", reason: given })
              }
            >
              {t(open === "ask" ? "access.sendQuestion" : "access.refuseNow")}
            </Button>
          </div>
        </>
      ) : null}
    </section>
  );
}

function LessForm(props: { request: RequestView; isBusy: boolean; onDecide: (body: Decision) => void }): JSX.Element {
  const { request } = props;
  const { t } = useTexts();
  const [day, setDay] = useState(() => dayOf(request.until));
  const [upload, setUpload] = useState(request.upload);
  const [reason, setReason] = useState("");
  const until = Math.min(new Date(`${day}T23:59:00`).getTime(), request.until);
  const less = {
    ...(Number.isNaN(until) || until >= request.until ? {} : { until }),
    ...(request.upload && !upload ? { upload: false } : {}),
    ...(request.scope === "officer" ? {} : { scope: "officer" }),
  };
  return (
    <>
      <TextField className="field" value={day} onChange={setDay} autoFocus>
        <Label>{t("access.until")}</Label>
        <Input type="date" max={dayOf(request.until)} />
      </TextField>
      {request.upload ? (
        <Checkbox className="search__check" isSelected={upload} onChange={setUpload}>
          <span className="search__box" aria-hidden />
          {t("access.uploadYes")}
        </Checkbox>
      ) : null}
      <Field label={t("access.reasonOptional")} value={reason} onChange={setReason} />
      <div>
        <Button
          look="main"
          isBusy={props.isBusy}
          isDisabled={Object.keys(less).length === 0}
          onPress={() =>
            props.onDecide({
              ...{ decision: "approve-less", less },
              ...(reason.trim() === "" ? {} : { reason: reason.trim() }),
            })
          }
        >
          {t("access.approveLess")}
        </Button>
      </div>
    </>
  );
}

function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}
