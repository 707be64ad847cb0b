import type { JSX } from "react";
import { useTexts } from "./texts.tsx";

/** How many messages are unread, and whether one is called in them; nothing when there are none. */
export function Counts({ unread, mentions }: { unread: number; mentions: number }): JSX.Element | null {
  const { t } = useTexts();
  if (unread === 0 && mentions === 0) return null;
  return (
    <>
      {mentions > 0 ? (
        <span className="count">
          <span aria-hidden>@</span>
          <span className="hidden-text">{t("rooms.mentionCount", { count: mentions })}</span>
        </span>
      ) : null}
      {unread > 0 ? (
        <span className="count">
          <span aria-hidden>{unread > 99 ? "99+" : unread}</span>
          <span className="hidden-text">{t("rooms.unreadCount", { count: unread })}</span>
        </span>
      ) : null}
    </>
  );
}
