import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent, type JSX } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** Asks for a day and goes to its first message. */
export function GoToDate(props: { roomId: string; day?: number; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { room } = useWorkspace();
  const navigate = useNavigate();
  const [day, setDay] = useState(() => dayText(props.day ?? Date.now()));
  const [state, setState] = useState<"asking" | "busy" | "nothing">("asking");
  const go = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const at = new Date(`${day}T00:00:00`).getTime();
    if (Number.isNaN(at)) return;
    setState("busy");
    const id = await room(props.roomId).about.messageAt(at);
    if (id === undefined) {
      setState("nothing");
      return;
    }
    props.onClose();
    await navigate({ to: "/chat/$roomId", params: { roomId: props.roomId }, search: { at: id } });
  };
  return (
    <DialogWindow title={t("date.go")} onClose={props.onClose}>
      <form className="form" onSubmit={(event) => void go(event)}>
        <TextField className="field" value={day} onChange={setDay} autoFocus>
          <Label>{t("date.day")}</Label>
          <Input type="date" />
        </TextField>
        <p role="status" className="small">
          {state === "nothing" ? t("date.nothing") : ""}
        </p>
        <div className="dialog__actions">
          <Button type="submit" look="main" isBusy={state === "busy"}>
            {t("date.go")}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}

function dayText(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
