import { Plus } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { invitePoint, remoteKinds, startLines, type PointCode, type RemoteKind } from "../../client/access/points.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Secret } from "../administration/secret.tsx";
import { useAct } from "../administration/use-act.ts";

/** Lets a point in: its kind and name, then the code, shown this once, with what to run. */
export function EnrolPoint(): JSX.Element {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  return (
    <div>
      <Button icon={Plus} onPress={() => setOpen(true)}>
        {t("points.enrol")}
      </Button>
      {isOpen ? (
        <DialogWindow title={t("points.enrol")} onClose={() => setOpen(false)}>
          <Enrolment onClose={() => setOpen(false)} />
        </DialogWindow>
      ) : null}
    </div>
  );
}

function Enrolment({ onClose }: { onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const [kind, setKind] = useState<RemoteKind>("unbound");
  const [name, setName] = useState("");
  const [code, setCode] = useState<PointCode>();
  const act = useAct();
  const make = (event: FormEvent): void => {
    event.preventDefault();
    void act.run(async () => setCode(await invitePoint(api, { kind, name: name.trim() })));
  };
  if (code !== undefined) return <HowToStart kind={kind} code={code} onClose={onClose} />;
  return (
    <form onSubmit={make}>
      <p className="small quiet">{t("points.enrolWhy")}</p>
      <Select
        label={t("points.kind")}
        value={kind}
        options={remoteKinds.map((id) => ({ id, text: t(`points.kind.${id}`) }))}
        onChange={setKind}
      />
      <Field
        label={t("points.name")}
        hint={t("points.nameHint")}
        value={name}
        onChange={setName}
        isRequired
        autoFocus
      />
      <p role="alert" className="fault small">
        {act.fault}
      </p>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button type="submit" look="main" isBusy={act.isBusy} isDisabled={name.trim() === ""}>
          {t("points.makeCode")}
        </Button>
      </div>
    </form>
  );
}

function HowToStart({ kind, code, onClose }: { kind: RemoteKind; code: PointCode; onClose: () => void }): JSX.Element {
  const { t, locale } = useTexts();
  const { file, command } = startLines(kind, location.origin, code.code);
  return (
    <>
      <p role="status">{t("points.once", { when: momentText(locale, code.expires) })}</p>
      <Secret label={t("points.code")} text={code.code} />
      <Secret label={t("points.file")} text={file} />
      <Secret label={t("points.command")} text={command} />
      <div className="dialog__actions">
        <Button look="main" onPress={onClose}>
          {t("points.done")}
        </Button>
      </div>
    </>
  );
}
