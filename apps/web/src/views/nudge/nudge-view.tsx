import "./nudge.css";
import { useNavigate } from "@tanstack/react-router";
import { ShieldAlert } from "lucide-react";
import { useEffect, useId, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { makeRestrictedBeside, roomsForPersonalData } from "../../client/nudge/place.ts";
import { LONGEST_REASON } from "../../client/nudge/reason.ts";
import type { Worry } from "../../client/nudge/worry.ts";
import { reasonOf } from "../../client/refusal.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ActionMenu, type MenuAction } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** What can be chosen when something is held back. */
export interface NudgeChoices {
  /** Hides the values and sends; not there when nothing can be hidden. */
  readonly mask?: () => void;
  /** Hands what is held back to another room. */
  readonly moveTo: (roomId: string) => void;
  readonly sendWith: (reason: string) => void;
  readonly drop: () => void;
}

/** Holds back what seems to carry personal data: mask it, move it, or say why it goes. It takes the focus; Escape drops it. */
export function NudgeView(props: { worry: Worry; facts: RoomFacts; choices: NudgeChoices }): JSX.Element {
  const { worry, facts, choices } = props;
  const { t } = useTexts();
  const [isExplaining, setExplaining] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const name = useId();
  useEffect(() => panel.current?.focus(), [worry]);
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    choices.drop();
  };
  return (
    <div ref={panel} className="nudge" role="group" aria-labelledby={name} tabIndex={-1} onKeyDown={keyDown}>
      <div className="nudge__words">
        <ShieldAlert size={20} aria-hidden />
        <div id={name}>
          <p className="nudge__what">
            {t(`nudge.${worry.level}`)} <Counts counts={worry.counts} />
          </p>
          <p className="small">{t(facts.isExternal ? "nudge.clauseExternal" : "nudge.clause")}</p>
          {worry.masked === undefined || worry.masked.length > MOST_SHOWN ? null : (
            <p className="small quiet nudge__masked">{t("nudge.preview", { text: worry.masked })}</p>
          )}
        </div>
      </div>
      {isExplaining ? (
        <Reason onReason={choices.sendWith} onBack={() => setExplaining(false)} />
      ) : (
        <div className="nudge__choices">
          {choices.mask === undefined ? null : (
            <Button look="main" onPress={choices.mask}>
              {t("nudge.mask")}
            </Button>
          )}
          <Move facts={facts} moveTo={choices.moveTo} />
          <Button onPress={() => setExplaining(true)}>{t("nudge.explain")}</Button>
          <Button look="plain" onPress={choices.drop}>
            {t("nudge.back")}
          </Button>
        </div>
      )}
    </div>
  );
}

/** A longer text is not shown a second time. */
const MOST_SHOWN = 200;

function Counts({ counts }: { counts: Worry["counts"] }): JSX.Element {
  const { t, locale } = useTexts();
  const parts = counts.map(([kind, count]) => t(`nudge.kind.${kind}`, { count }));
  return <span>{new Intl.ListFormat(locale, { type: "conjunction" }).format(parts)}</span>;
}

function Reason({ onReason, onBack }: { onReason: (reason: string) => void; onBack: () => void }): JSX.Element {
  const { t } = useTexts();
  const [reason, setReason] = useState("");
  return (
    <form
      className="nudge__reason"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() !== "") onReason(reason);
      }}
    >
      <Field
        label={t("nudge.reason")}
        hint={t("nudge.reasonHint")}
        value={reason}
        onChange={setReason}
        maxLength={LONGEST_REASON}
        autoFocus
      />
      <div className="nudge__choices">
        <Button onPress={onBack}>{t("app.back")}</Button>
        <Button look="main" type="submit" isDisabled={reason.trim() === ""}>
          {t("nudge.send")}
        </Button>
      </div>
    </form>
  );
}

function Move({ facts, moveTo }: { facts: RoomFacts; moveTo: (roomId: string) => void }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const navigate = useNavigate();
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const go = (roomId: string): void => {
    moveTo(roomId);
    void navigate({ to: "/chat/$roomId", params: { roomId } });
  };
  const make = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      go(await makeRestrictedBeside(client, facts));
    } catch (error) {
      setBusy(false);
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
  };
  const actions: readonly MenuAction[] = [
    ...roomsForPersonalData(client).map(({ id, name, label }) => ({
      id,
      text: `${name} · ${t(`label.${label}`)}`,
      run: () => go(id),
    })),
    { id: "new", text: t("nudge.newRoom"), run: () => void make() },
  ];
  return (
    <>
      <ActionMenu label={t("nudge.move")} actions={actions}>
        <Button isBusy={isBusy}>{t("nudge.move")}</Button>
      </ActionMenu>
      {fault === undefined ? null : (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
