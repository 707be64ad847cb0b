import { Ellipsis } from "lucide-react";
import { useState, type FormEvent, type JSX, type ReactNode } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { serverOf } from "../../client/people.ts";
import { parseUserIds } from "../../client/rooms/user-ids.ts";
import { Button, IconButton, type ButtonLook } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { PeopleField } from "../people/people-field.tsx";
import { useAct, type Act } from "./use-act.ts";

/** A form in a window: it closes when what it does was done, else it says why not and keeps what was written. */
export function FormWindow(props: {
  title: string;
  action: string;
  isWhole: boolean;
  act: Act;
  work: () => Promise<void>;
  onClose: () => void;
  children: ReactNode;
}): JSX.Element {
  const { t } = useTexts();
  const { act } = props;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (await act.run(props.work)) props.onClose();
  };
  return (
    <DialogWindow title={props.title} onClose={props.onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {props.children}
        <p role="alert" className="fault">
          {act.fault}
        </p>
        <div className="dialog__actions">
          <Button onPress={props.onClose}>{t("app.cancel")}</Button>
          <Button type="submit" look="main" isBusy={act.isBusy} isDisabled={!props.isWhole}>
            {props.action}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}

/** What cannot be undone: what it does, and what is asked before. */
export interface Sure {
  readonly text: string;
  readonly question: string;
  readonly refresh: readonly string[];
  readonly work: () => Promise<void>;
}

/** Asks before what cannot be undone; it closes when that was done, else it says why not. */
function SureWindow({ sure, onClose }: { sure: Sure; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const act = useAct(...sure.refresh);
  const go = async (): Promise<void> => {
    if (await act.run(sure.work)) onClose();
  };
  return (
    <DialogWindow title={sure.text} onClose={onClose}>
      <p>{sure.question}</p>
      <p role="alert" className="fault">
        {act.fault}
      </p>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button look="danger" isBusy={act.isBusy} onPress={() => void go()}>
          {sure.text}
        </Button>
      </div>
    </DialogWindow>
  );
}

/** A button for what cannot be undone; `name` is its whole name, with the thing. */
export function SureButton(props: { sure: Sure; name: string; look?: ButtonLook }): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button look={props.look ?? "danger"} aria-label={props.name} onPress={() => setAsked(true)}>
        {props.sure.text}
      </Button>
      {isAsked ? <SureWindow sure={props.sure} onClose={() => setAsked(false)} /> : null}
    </>
  );
}

/** Something that a row offers in its menu: done at once, or asked for first. */
export type RowAction =
  | { readonly id: string; readonly text: string; readonly run: () => void }
  | { readonly id: string; readonly sure: Sure; readonly isDangerous?: boolean };

/** What else can be done with a row; `name` is what the row is about. */
export function RowMenu({ name, actions }: { name: string; actions: readonly RowAction[] }): JSX.Element {
  const { t } = useTexts();
  const [sure, setSure] = useState<Sure>();
  const label = t("admin.moreNamed", { name });
  return (
    <>
      <ActionMenu
        label={label}
        actions={actions.map((action) =>
          "run" in action
            ? action
            : {
                id: action.id,
                text: action.sure.text,
                isDangerous: action.isDangerous !== false,
                run: () => setSure(action.sure),
              },
        )}
      >
        <IconButton icon={Ellipsis} label={label} />
      </ActionMenu>
      {sure === undefined ? null : <SureWindow sure={sure} onClose={() => setSure(undefined)} />}
    </>
  );
}

/** One person of the directory, by name or user id. */
export function PersonField({ value, onChange }: { value: string; onChange: (next: string) => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <PeopleField
      label={t("admin.person")}
      value={value}
      onChange={onChange}
      onChosen={(one) => onChange(one.userId)}
      isRequired
      autoFocus
    />
  );
}

/** The end of a day that was written, by this device's calendar; undefined for none. */
export function endOf(day: string): number | undefined {
  const at = new Date(`${day}T23:59:59`).getTime();
  return Number.isFinite(at) ? at : undefined;
}

/** The user id of what somebody wrote or chose in a box for people; undefined for none. */
export function useUserIdOf(): (written: string) => string | undefined {
  const { session } = useWorkspace();
  return (written) => {
    const read = parseUserIds(written, serverOf(session.userId));
    return read.ok && read.ids.length === 1 ? read.ids[0] : undefined;
  };
}
