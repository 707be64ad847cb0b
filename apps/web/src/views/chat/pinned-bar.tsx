import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pin, PinOff } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { readPinned } from "../../client/rooms/pins.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { textPreviewOf } from "../../client/timeline/preview.ts";
import { momentText } from "../../i18n/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** How many messages are pinned, above them all; pressed, what they are. */
export function PinnedBar({ facts }: { facts: RoomFacts }): JSX.Element | null {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  if (facts.pinned.length === 0) return null;
  const name = t("pins.name", { count: facts.pinned.length });
  return (
    <>
      <button type="button" className="pinned-bar small" onClick={() => setOpen(true)}>
        <Pin size={14} aria-hidden />
        {name}
      </button>
      {isOpen ? (
        <DialogWindow title={name} onClose={() => setOpen(false)}>
          <Pinned facts={facts} onClose={() => setOpen(false)} />
        </DialogWindow>
      ) : null}
    </>
  );
}

function Pinned({ facts, onClose }: { facts: RoomFacts; onClose: () => void }): JSX.Element {
  const { t, say, locale } = useTexts();
  const { client, room } = useWorkspace();
  const { data, isPending } = useQuery({
    queryKey: ["pinned", facts.id, ...facts.pinned],
    queryFn: () => readPinned(client, facts.id, facts.pinned),
  });
  if (isPending) return <p className="quiet">{t("timeline.loading")}</p>;
  if (data === undefined || data.length === 0) return <p className="quiet">{t("pins.nothing")}</p>;
  return (
    <ul className="pinned">
      {data.map(({ id, at, sender, content }) => (
        <li key={id} className="pinned__message">
          <Link
            to="/chat/$roomId"
            params={{ roomId: facts.id }}
            search={{ at: id }}
            className="pinned__link"
            onClick={onClose}
          >
            <span className="small quiet">
              <bdi>{sender.name}</bdi> · {momentText(locale, at)}
            </span>
            <span className="pinned__text">
              {content.kind === "text" ? content.text : say(textPreviewOf(content)) || t("message.unknown")}
            </span>
          </Link>
          {facts.mayPin ? (
            <IconButton
              icon={PinOff}
              label={t("message.unpin")}
              onPress={() => void room(facts.id).about.togglePin(id)}
            />
          ) : null}
        </li>
      ))}
    </ul>
  );
}
