import "./later.css";
import { AlertCircle, CalendarClock } from "lucide-react";
import { useEffect, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ComposerModel } from "../../client/composer.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { DialogWindow } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { LaterRow } from "./later-row.tsx";

/** How many of a room's messages are sent later, and how many were not sent; pressed, which. */
export function LaterBar({ facts, composer }: { facts: RoomFacts; composer: ComposerModel }): JSX.Element | null {
  const { t } = useTexts();
  const { later } = useWorkspace();
  const messages = useViewModel(later).filter(({ roomId }) => roomId === facts.id);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    // What was sent or given up is shown until the list is closed, or to nobody.
    if (!isOpen) later.tidy(facts.id);
  }, [isOpen, later, facts.id, messages.length]);
  const failed = messages.filter(({ state }) => state === "failed").length;
  const waiting = messages.filter(({ state }) => state === "queued" || state === "scheduled").length;
  if (failed + waiting === 0 && !isOpen) return null;
  return (
    <>
      <button type="button" className="later__bar small" onClick={() => setOpen(true)}>
        {waiting === 0 ? null : (
          <span className="later__part">
            <CalendarClock size={14} aria-hidden />
            {t("later.count", { count: waiting })}
          </span>
        )}
        {failed === 0 ? null : (
          <span className="later__part fault">
            <AlertCircle size={14} aria-hidden />
            {t("later.failedCount", { count: failed })}
          </span>
        )}
      </button>
      {isOpen ? (
        <DialogWindow title={t("later.title")} onClose={() => setOpen(false)}>
          {messages.length === 0 ? <p className="quiet">{t("later.none")}</p> : null}
          <ul className="later__list" aria-label={t("later.title")}>
            {messages.map((message) => (
              <LaterRow
                key={message.id}
                message={message}
                isIn={facts.maySend}
                onEdit={() => {
                  setOpen(false);
                  composer.editLater(message);
                }}
              />
            ))}
          </ul>
          {facts.isEncrypted && waiting > 0 ? <p className="small quiet">{t("later.encrypted")}</p> : null}
        </DialogWindow>
      ) : null}
    </>
  );
}
