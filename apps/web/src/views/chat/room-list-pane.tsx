import { Link, useNavigate } from "@tanstack/react-router";
import { MessageCirclePlus, Plus, Search, Users } from "lucide-react";
import { useState, type JSX } from "react";
import { Input, SearchField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { RoomFilter } from "../../client/rooms/room-list.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ActionMenu } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { AnnouncementsLink } from "../announcements/announcements-link.tsx";
import { NewDirectDialog } from "./new-direct-dialog.tsx";
import { NewRoomDialog } from "./new-room-dialog.tsx";
import { RoomList } from "./room-list.tsx";

const filters: readonly RoomFilter[] = ["all", "unread", "direct", "groups", "archived"];

/** The left pane of chat: find, filter, start, and the list. */
export function RoomListPane(): JSX.Element {
  const { t } = useTexts();
  const { rooms } = useWorkspace();
  const { items, filter, query, total } = useViewModel(rooms);
  const [making, setMaking] = useState<"room" | "direct">();
  const navigate = useNavigate();
  return (
    <div className="pane pane--list">
      <header className="pane__header">
        <h1 className="pane__title">{t("place.chat")}</h1>
        <IconButton
          icon={Search}
          label={t("search.open")}
          onPress={() => void navigate({ to: "/chat/search", search: {} })}
        />
        <ActionMenu
          label={t("rooms.start")}
          actions={[
            { id: "direct", text: t("rooms.newDirect"), icon: MessageCirclePlus, run: () => setMaking("direct") },
            { id: "room", text: t("rooms.new"), icon: Users, run: () => setMaking("room") },
          ]}
        >
          <IconButton icon={Plus} label={t("rooms.start")} />
        </ActionMenu>
      </header>
      <div className="room-find">
        <SearchField
          aria-label={t("rooms.search")}
          value={query}
          onChange={(text) => rooms.search(text)}
          className="field"
        >
          <Input placeholder={t("rooms.search")} />
        </SearchField>
        <div className="room-find__filters" role="group" aria-label={t("rooms.filters")}>
          {filters.map((id) => (
            <button
              key={id}
              type="button"
              className="room-find__filter"
              aria-pressed={filter === id}
              onClick={() => rooms.show(id)}
            >
              {t(`rooms.${id}`)}
            </button>
          ))}
        </div>
      </div>
      {query.trim() === "" ? null : (
        <Link to="/chat/search" search={{ q: query.trim() }} className="room-find__messages small">
          <Search size={16} aria-hidden />
          <span className="one-line">{t("search.openFor", { text: query.trim() })}</span>
        </Link>
      )}
      <AnnouncementsLink />
      {items.length > 0 ? (
        <RoomList items={items} />
      ) : (
        <NoRooms isEmpty={total === 0} onStart={() => setMaking("room")} />
      )}
      <Making what={making} onClose={() => setMaking(undefined)} />
    </div>
  );
}

function NoRooms({ isEmpty, onStart }: { isEmpty: boolean; onStart: () => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <div className="empty" role="status">
      <p>{t(isEmpty ? "rooms.none" : "rooms.nothingFound")}</p>
      {isEmpty ? <Button onPress={onStart}>{t("rooms.new")}</Button> : null}
    </div>
  );
}

function Making({ what, onClose }: { what: "room" | "direct" | undefined; onClose: () => void }): JSX.Element | null {
  const navigate = useNavigate();
  const made = (roomId: string): void => {
    onClose();
    void navigate({ to: "/chat/$roomId", params: { roomId } });
  };
  if (what === undefined) return null;
  return what === "room" ? (
    <NewRoomDialog onMade={made} onClose={onClose} />
  ) : (
    <NewDirectDialog onMade={made} onClose={onClose} />
  );
}
