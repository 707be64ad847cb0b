import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { LaterFault, LaterMessage } from "../../client/later/later-message.ts";
import { textOf } from "../../client/timeline/content.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { WhenForm } from "./when-form.tsx";

interface Props {
  readonly message: LaterMessage;
  /** Whether one may still write in the room. */
  readonly isIn: boolean;
  readonly onEdit: () => void;
}

/** One message that is sent later: what, when, how it stands, and what can be done about it. */
export function LaterRow({ message, isIn, onEdit }: Props): JSX.Element {
  const { t, locale } = useTexts();
  const { id, at, content, state } = message;
  return (
    <li className="later__message">
      <p className="small">
        <time dateTime={new Date(at).toISOString()} className="later__at">
          {momentText(locale, at)}
        </time>
        <State message={message} isIn={isIn} />
      </p>
      <p className="later__text">
        {content === undefined ? <span className="quiet">{t("later.unreadable")}</span> : textOf(content)}
      </p>
      {state === "sent" ? null : <Actions key={id} message={message} isIn={isIn} onEdit={onEdit} />}
    </li>
  );
}

function State({ message, isIn }: Omit<Props, "onEdit">): JSX.Element | null {
  const { t, locale } = useTexts();
  const { state, fault } = message;
  const sayFault = (told: LaterFault): string => {
    if (told.kind !== "refused") return t(`later.fault.${told.kind}`);
    const { words, latest } = told;
    if (latest === undefined) return t("later.fault.refused", { words });
    return t("later.fault.tooFar", { words, when: momentText(locale, latest) });
  };
  if (fault !== undefined)
    return (
      <span role="alert" className="fault">
        {sayFault(fault)}
      </span>
    );
  if (state === "sent" || state === "cancelled") return <span role="status">{t(`later.${state}`)}</span>;
  if (!isIn) return <span className="fault">{t("later.willNot")}</span>;
  return state === "queued" ? <span className="quiet">{t("later.queued")}</span> : null;
}

function Actions({ message, isIn, onEdit }: Props): JSX.Element {
  const { t } = useTexts();
  const { later } = useWorkspace();
  const [isMoving, setMoving] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const { id, roomId, at, content, state } = message;
  const doing = (work: Promise<void>): void => {
    setBusy(true);
    void work.finally(() => setBusy(false));
  };
  if (state === "cancelled")
    return content === undefined ? (
      <></>
    ) : (
      <div className="later__actions">
        <Button onPress={() => later.undo(id)}>{t("later.undo")}</Button>
      </div>
    );
  return (
    <>
      <div className="later__actions">
        {isIn && (content !== undefined || state === "scheduled") ? (
          <Button onPress={() => doing(later.sendNow(id))} isBusy={isBusy}>
            {t("later.now")}
          </Button>
        ) : null}
        {isIn && content !== undefined ? (
          <>
            <Button aria-expanded={isMoving} onPress={() => setMoving(!isMoving)}>
              {t("later.move")}
            </Button>
            {content["msgtype"] === "m.text" ? <Button onPress={onEdit}>{t("later.edit")}</Button> : null}
          </>
        ) : null}
        <Button look="plain" onPress={() => doing(later.cancel(id))}>
          {t(state === "failed" ? "later.discard" : "later.cancel")}
        </Button>
      </div>
      {isMoving && content !== undefined ? (
        <WhenForm
          first={Math.max(at, later.now() + 3_600_000)}
          now={() => later.now()}
          action={t("later.move")}
          onMoment={(next) => {
            setMoving(false);
            later.change({ roomId, id }, { content, at: next });
          }}
        />
      ) : null}
    </>
  );
}
