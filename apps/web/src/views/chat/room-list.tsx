import { Link } from "@tanstack/react-router";
import { Star } from "lucide-react";
import { useRef, type JSX, type KeyboardEvent } from "react";
import { Virtualizer } from "virtua";
import type { RoomItem } from "../../client/rooms/room-item.ts";
import { briefText, momentText } from "../../i18n/dates.ts";
import { Counts } from "../../ui/counts.tsx";
import { Avatar, ExternalMark, LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** The list named "Rooms": only the rows in sight exist. Arrow keys move between them. */
export function RoomList({ items }: { items: readonly RoomItem[] }): JSX.Element {
  const { t } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  return (
    <div className="room-list" ref={scroller} onKeyDown={moveFocus}>
      <div role="list" aria-label={t("rooms.list")}>
        <Virtualizer scrollRef={scroller} bufferSize={400}>
          {items.map((item, index) => (
            <div key={item.id} role="listitem" aria-setsize={items.length} aria-posinset={index + 1}>
              <RoomRow item={item} />
            </div>
          ))}
        </Virtualizer>
      </div>
    </div>
  );
}

/** Up and down between the rows. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a.room-row")];
  const here = links.findIndex((link) => link === document.activeElement);
  if (here < 0) return;
  event.preventDefault();
  links[event.key === "ArrowDown" ? here + 1 : here - 1]?.focus();
}

function RoomRow({ item }: { item: RoomItem }): JSX.Element {
  const { t, say, locale } = useTexts();
  const preview = item.isInvite ? t("rooms.invitation") : item.preview === undefined ? "" : say(item.preview);
  return (
    <Link
      to="/chat/$roomId"
      params={{ roomId: item.id }}
      className="room-row"
      activeProps={{ className: "room-row room-row--here", "aria-current": "page" }}
    >
      <Avatar name={item.name} look={item.isDirect ? "person" : "room"} isExternal={item.isExternal} />
      <span className="room-row__words">
        <span className="room-row__line">
          <span className="room-row__name one-line">{item.name}</span>
          {item.isFavourite ? <Star size={12} aria-label={t("rooms.favourite")} /> : null}
          {item.at > 0 ? (
            <time
              className="small quiet"
              dateTime={new Date(item.at).toISOString()}
              title={momentText(locale, item.at)}
            >
              {briefText(locale, item.at, Date.now())}
            </time>
          ) : null}
        </span>
        <span className="room-row__line">
          <span className="room-row__preview one-line small quiet">{preview}</span>
          <Counts unread={item.unread} mentions={item.mentions} />
        </span>
        <Marks item={item} />
      </span>
    </Link>
  );
}

function Marks({ item }: { item: RoomItem }): JSX.Element | null {
  if (!item.isExternal && item.label === "unclassified") return null;
  return (
    <span className="room-row__marks">
      {item.label === "unclassified" ? null : <LabelMark label={item.label} />}
      {item.isExternal ? <ExternalMark /> : null}
    </span>
  );
}
