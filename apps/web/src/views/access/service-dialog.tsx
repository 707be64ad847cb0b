import { useState, type FormEvent, type JSX } from "react";
import {
  neededFields,
  newService,
  serviceOf,
  writtenOf,
  type ServiceWritten,
} from "../../client/access/service-form.ts";
import type { CatalogueService } from "../../client/access/catalogue.ts";
import type { MessageKey } from "../../i18n/messages/index.ts";
import { Button } from "../../ui/button.tsx";
import { Check } from "../../ui/check.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { EditionRefused } from "./refused.tsx";

type TextName = Exclude<keyof ServiceWritten, "isGrantable">;
type Row = readonly [field: TextName, label: MessageKey, lines?: number];

const ABOUT: readonly Row[] = [
  ["category", "policy.category"],
  ["clause", "policy.part.clause"],
  ["nameEn", "policy.nameEn"],
  ["nameZhHant", "policy.nameZhHant"],
  ["nameZhHans", "policy.nameZhHans"],
  ["reasonEn", "policy.reasonEn", 2],
  ["reasonZhHant", "policy.reasonZhHant", 2],
  ["reasonZhHans", "policy.reasonZhHans", 2],
];
const PLACES: readonly Row[] = [
  ["hosts", "policy.hosts", 4],
  ["exempt", "policy.exempt", 2],
  ["addresses", "policy.addresses", 2],
];
const PROGRAMS: readonly Row[] = [
  ["windowsPublisher", "policy.windowsPublisher"],
  ["windowsPackage", "policy.windowsPackage"],
  ["windowsPrograms", "policy.windowsPrograms", 2],
  ["macBundle", "policy.macBundle"],
  ["macTeam", "policy.macTeam"],
  ["android", "policy.android", 2],
  ["ios", "policy.ios", 2],
];
const NEEDED: ReadonlySet<string> = new Set(neededFields);

/** A service as it is written: a new one, or one of the draft. It closes when the draft has taken it. */
export function ServiceDialog(props: {
  service: CatalogueService | undefined;
  isBusy: boolean;
  refused: unknown;
  onSave: (service: CatalogueService) => Promise<boolean>;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  const { service } = props;
  const [written, setWritten] = useState(service === undefined ? newService : writtenOf(service));
  const [isTried, setTried] = useState(false);
  const isWhole = neededFields.every((field) => written[field].trim() !== "");
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setTried(true);
    if (isWhole && (await props.onSave(serviceOf(written)))) props.onClose();
  };
  const rows = (list: readonly Row[]): JSX.Element[] =>
    list.map(([field, label, lines = 1]) => (
      <Field
        key={field}
        label={t(label)}
        lines={lines}
        value={written[field]}
        onChange={(next) => setWritten({ ...written, [field]: next })}
        {...(field === "hosts" ? { hint: t("policy.hostsHint") } : {})}
        {...(NEEDED.has(field) ? { isRequired: true } : {})}
        fault={isTried && NEEDED.has(field) && written[field].trim() === "" ? t("policy.needed") : undefined}
      />
    ));
  return (
    <DialogWindow title={t(service === undefined ? "policy.addService" : "policy.editService")} onClose={props.onClose}>
      <form onSubmit={(event) => void save(event)} noValidate>
        {service === undefined ? (
          <Field
            label={t("policy.id")}
            hint={t("policy.idHint")}
            value={written.id}
            onChange={(id) => setWritten({ ...written, id })}
            isIdentifier
            isRequired
            fault={
              isTried && !/^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/.test(written.id.trim())
                ? t("policy.idHint")
                : undefined
            }
          />
        ) : (
          <p className="small quiet">{service.id}</p>
        )}
        {rows(ABOUT)}
        {rows(PLACES)}
        <details>
          <summary>{t("policy.programs")}</summary>
          <div className="dialog__body">{rows(PROGRAMS)}</div>
        </details>
        <Check isOn={written.isGrantable} onChange={(isGrantable) => setWritten({ ...written, isGrantable })}>
          {t("policy.grantableYes")}
        </Check>
        <EditionRefused error={props.refused} />
        <div className="dialog__actions">
          <Button onPress={props.onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="main" isBusy={props.isBusy}>
            {t("policy.saveDraft")}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}
