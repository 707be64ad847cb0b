import "./chat.css";
import { Outlet, useMatchRoute } from "@tanstack/react-router";
import type { JSX } from "react";
import { useTexts } from "../../ui/texts.tsx";
import { RoomListPane } from "./room-list-pane.tsx";

/** Chat: the rooms, the one that is open, and the facts about it. */
export function ChatScreen(): JSX.Element {
  const { t } = useTexts();
  const isOpen = useMatchRoute()({ to: "/chat" }) === false;
  return (
    <div className="panes" data-detail={isOpen}>
      <RoomListPane />
      {isOpen ? (
        <Outlet />
      ) : (
        <div className="pane pane--detail">
          <div className="empty">
            <p>{t("room.choose")}</p>
          </div>
        </div>
      )}
    </div>
  );
}
