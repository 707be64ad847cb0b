import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { serverOf } from "../../client/people.ts";
import { reasonOf } from "../../client/refusal.ts";
import { parseUserIds } from "../../client/rooms/user-ids.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { PeopleField } from "../people/people-field.tsx";

/** Asks for one person. */
export function PersonDialog({
  title,
  action,
  onChosen,
  onClose,
}: {
  title: string;
  action: string;
  onChosen: (userId: string) => Promise<void>;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  const { session } = useWorkspace();
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const people = parseUserIds(name, serverOf(session.userId));
    const [userId] = people.ok ? people.ids : [];
    if (userId === undefined) {
      setFault(t("room.badName", { name }));
      return;
    }
    await choose(userId);
  };
  const choose = async (userId: string): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      await onChosen(userId);
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
      setBusy(false);
    }
  };
  return (
    <DialogWindow title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <PeopleField
          label={t("room.who")}
          hint={t("people.who")}
          value={name}
          onChange={setName}
          onChosen={(person) => (busy ? undefined : void choose(person.userId))}
          isRequired
          autoFocus
        />
        <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="main" isBusy={busy} isDisabled={name.trim() === ""}>
            {action}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}
