import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { serverOf } from "../../client/people.ts";
import { reasonOf } from "../../client/refusal.ts";
import { labels, type Label } from "../../client/rooms/label.ts";
import { makeRoom } from "../../client/rooms/make-room.ts";
import { parseUserIds } from "../../client/rooms/user-ids.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { PeopleField } from "../people/people-field.tsx";

/** Asks for what a new room needs, its label included. */
export function NewRoomDialog({
  onMade,
  onClose,
}: {
  onMade: (roomId: string) => void;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  const { client, session } = useWorkspace();
  const [wanted, setWanted] = useState<{ name: string; topic: string; people: string; label: Label }>({
    name: "",
    topic: "",
    people: "",
    label: "unclassified",
  });
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const people = parseUserIds(wanted.people, serverOf(session.userId));
    if (!people.ok) {
      setFault(t("room.badName", { name: people.wrong }));
      return;
    }
    setBusy(true);
    setFault(undefined);
    try {
      onMade(await makeRoom(client, { ...wanted, invite: people.ids }));
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
      setBusy(false);
    }
  };
  return (
    <DialogWindow title={t("rooms.new")} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={t("room.name")}
          value={wanted.name}
          onChange={(name) => setWanted({ ...wanted, name })}
          maxLength={200}
          isRequired
          autoFocus
        />
        <Field label={t("room.topic")} value={wanted.topic} onChange={(topic) => setWanted({ ...wanted, topic })} />
        <Choice
          label={t("room.label")}
          value={wanted.label}
          options={labels.map((label) => ({ id: label, text: <LabelMark label={label} /> }))}
          onChange={(label) => setWanted({ ...wanted, label })}
        />
        <PeopleField
          label={t("room.invite")}
          hint={t("room.inviteHint")}
          value={wanted.people}
          onChange={(people) => setWanted({ ...wanted, people })}
        />
        <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
        <div className="dialog__actions">
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="main" isBusy={busy} isDisabled={wanted.name.trim() === ""}>
            {t("room.create")}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}
