import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { addOwnPasskey, type Added } from "../../client/passkeys/add-own.ts";
import { sayPasskeyFault } from "../../client/passkeys/passkey-fault.ts";
import { reasonOf } from "../../client/refusal.ts";
import { browserNameOf } from "../../client/session/device-name.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import type { Confirming } from "../step-up/confirming.ts";

/** Names a passkey and adds it; the server wants to know first that it is really the person. */
export function AddPasskey(props: {
  confirming: Confirming;
  onAdded: (added: Extract<Added, { kind: "added" }>) => void;
  onClose: () => void;
}): JSX.Element {
  const { t, say } = useTexts();
  const { api, encryption } = useWorkspace();
  const queries = useQueryClient();
  const [name, setName] = useState(() => browserNameOf(navigator.userAgent));
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const add = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (isBusy || name.trim() === "") return;
    setBusy(true);
    setFault(undefined);
    try {
      const words = { title: t("stepUp.title"), why: t("passkey.addConfirm") };
      const added = await addOwnPasskey(
        { api, encryption, confirm: (work) => props.confirming.run(work, words) },
        name.trim(),
      );
      if (added?.kind === "fault") setFault(say(sayPasskeyFault(added.fault)));
      if (added?.kind === "added") {
        await queries.invalidateQueries({ queryKey: ["passkeys"] });
        props.onAdded(added);
        return;
      }
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    setBusy(false);
  };
  return (
    <DialogWindow title={t("passkey.add")} onClose={props.onClose}>
      <form className="form" onSubmit={(event) => void add(event)}>
        <p>{t("passkey.addWhy")}</p>
        <Field
          label={t("passkey.name")}
          hint={t("passkey.nameHint")}
          value={name}
          onChange={setName}
          maxLength={100}
          isRequired
          autoFocus
        />
        <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
        <div className="dialog__actions">
          <Button onPress={props.onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="main" isBusy={isBusy} isDisabled={name.trim() === ""}>
            {t("passkey.add")}
          </Button>
        </div>
      </form>
      {props.confirming.dialog}
    </DialogWindow>
  );
}
