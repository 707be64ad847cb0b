import "./later.css";
import { CalendarClock } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ComposerModel } from "../../client/composer.ts";
import { presetsAt } from "../../client/later/when.ts";
import { momentText } from "../../i18n/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { ActionMenu, type MenuAction } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { WhenForm } from "./when-form.tsx";

/** Beside Send: when else it could be sent. */
export function LaterMenu(props: { composer: ComposerModel; isDisabled: boolean; onDone: () => void }): JSX.Element {
  const { composer, onDone } = props;
  const { t, locale } = useTexts();
  const { later } = useWorkspace();
  const [isChoosing, setChoosing] = useState(false);
  const presets = presetsAt(later.now());
  const sendAt = (at: number): void => {
    setChoosing(false);
    composer.sendLater(at);
    onDone();
  };
  const actions: readonly MenuAction[] = [
    ...presets.map(({ name, at }) => ({
      id: name,
      text: t(`later.${name}`, { when: momentText(locale, at) }),
      run: () => sendAt(at),
    })),
    { id: "choose", text: t("later.choose"), run: () => setChoosing(true) },
  ];
  return (
    <>
      <ActionMenu label={t("later.send")} actions={actions}>
        <IconButton icon={CalendarClock} label={t("later.send")} isDisabled={props.isDisabled} />
      </ActionMenu>
      {isChoosing ? (
        <DialogWindow title={t("later.send")} onClose={() => setChoosing(false)}>
          <WhenForm
            first={presets[0]?.at ?? later.now()}
            now={() => later.now()}
            action={t("later.schedule")}
            onMoment={sendAt}
          />
        </DialogWindow>
      ) : null}
    </>
  );
}
