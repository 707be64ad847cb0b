import "./notify.css";
import { Link, useParams, useRouter } from "@tanstack/react-router";
import { AtSign, X } from "lucide-react";
import { useEffect, useRef, useState, type JSX, type KeyboardEvent as ReactKey, type RefObject } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { Notifier, Toast } from "../../client/notify/notifier.ts";
import { answerWorker, tellWorkerLanguage } from "../../client/notify/worker-link.ts";
import { IconButton } from "../../ui/button.tsx";
import { Avatar, ExternalMark, LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { useUnreadCount } from "./use-unread-count.ts";

/** A toast goes by itself after so long, unless somebody points at it or has the focus in it. */
const SHOWN_MS = 8000;
/** The key that leads to the newest toast, from anywhere. */
const KEY = "F8";

/** What is new, in a corner: pressed, it opens the room at the message. Also keeps the count in the title, and the desktop's notifications in step. */
export function Notices(): JSX.Element {
  const { t, say, locale } = useTexts();
  const { notify } = useWorkspace();
  const { notifier } = notify;
  const toasts = useViewModel(notifier);
  useUnreadCount();
  useOpenRoom(notifier);
  useEffect(() => {
    notifier.speaks(say);
    void tellWorkerLanguage(locale).catch(() => undefined);
  }, [notifier, say, locale]);
  const region = useRef<HTMLElement>(null);
  const goBack = useToastKey(region);
  return (
    <section className="toasts" ref={region} aria-label={t("notify.region", { key: KEY })} aria-live="polite">
      <ul className="toasts__list">
        {toasts.map((toast) => (
          <Shown
            key={toast.roomId}
            toast={toast}
            onGone={() => notifier.dismiss(toast.roomId)}
            onClosed={() => {
              notifier.dismiss(toast.roomId);
              goBack();
            }}
          />
        ))}
      </ul>
    </section>
  );
}

/** The key leads to the newest toast; what it returns leads back to where the keyboard was. */
function useToastKey(region: RefObject<HTMLElement | null>): () => void {
  const before = useRef<Element>(null);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const newest = region.current?.querySelector<HTMLElement>("li:last-child a");
      if (event.key !== KEY || newest === null || newest === undefined) return;
      event.preventDefault();
      if (region.current?.contains(document.activeElement) !== true) before.current = document.activeElement;
      newest.focus();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [region]);
  return () => {
    if (before.current instanceof HTMLElement) before.current.focus();
  };
}

/** Follows which room is open, and opens the one that was chosen on the desktop. */
function useOpenRoom(notifier: Notifier): void {
  const { roomId } = useParams({ strict: false });
  const router = useRouter();
  useEffect(() => {
    notifier.looksAt(roomId);
    return () => notifier.looksAt(undefined);
  }, [notifier, roomId]);
  useEffect(
    () =>
      answerWorker(notifier, (room, at) => {
        const search = at === undefined ? {} : { at };
        void router.navigate({ to: "/chat/$roomId", params: { roomId: room }, search });
      }),
    [notifier, router],
  );
  useEffect(() => {
    const here = (): void => void notifier.desktop.closeGeneric().catch(() => undefined);
    here();
    globalThis.addEventListener("focus", here);
    return () => globalThis.removeEventListener("focus", here);
  }, [notifier]);
}

function Shown(props: { toast: Toast; onGone: () => void; onClosed: () => void }): JSX.Element {
  const { toast, onGone, onClosed } = props;
  const { t, say } = useTexts();
  const { roomId, eventId, roomName, label, isExternal, isMention, count } = toast;
  const [isHeld, setHeld] = useState(false);
  const gone = useRef(onGone);
  gone.current = onGone;
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(() => gone.current(), SHOWN_MS);
    return () => clearTimeout(timer);
    // A further message of the room begins the time anew.
  }, [isHeld, eventId]);
  const closeByKey = ({ key }: ReactKey): void => {
    if (key === "Escape") onClosed();
  };
  const hold = { onPointerEnter: () => setHeld(true), onPointerLeave: () => setHeld(false) };
  return (
    <li className="toast" {...hold} onKeyDown={closeByKey} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Link
        to="/chat/$roomId"
        params={{ roomId }}
        search={eventId === undefined ? {} : { at: eventId }}
        className="toast__link"
        onClick={onGone}
      >
        <Avatar name={roomName} look="room" isExternal={isExternal} />
        <span className="toast__text">
          <span className="toast__room">
            {isMention ? <AtSign size={14} aria-label={t("notify.mention")} /> : null}
            <bdi className="one-line">{roomName}</bdi>
            {label === "unclassified" ? null : <LabelMark label={label} />}
            {isExternal ? <ExternalMark /> : null}
          </span>
          <bdi className="toast__words one-line">{say(toast.preview)}</bdi>
          {count > 1 ? <span className="small quiet">{t("notify.newCount", { count })}</span> : null}
        </span>
      </Link>
      <IconButton icon={X} label={t("notify.dismiss", { room: roomName })} onPress={onClosed} />
    </li>
  );
}
