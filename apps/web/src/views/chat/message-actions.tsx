import { useNavigate } from "@tanstack/react-router";
import {
  Copy,
  Forward,
  Link2,
  MessagesSquare,
  MoreHorizontal,
  Pencil,
  Pin,
  PinOff,
  Reply,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { useState, type JSX } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { ComposerModel } from "../../client/composer.ts";
import type { MessageItem } from "../../client/timeline/items.ts";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { ActionMenu, type MenuAction } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { ForwardDialog } from "./forward-dialog.tsx";

const emojis = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "✅", "❌"];

/** What can be done with a message: react, answer, and the rest in a menu. A new action is one more entry. */
export function MessageActions(props: {
  item: MessageItem;
  timeline: TimelineModel;
  composer: ComposerModel;
}): JSX.Element {
  const { item, timeline, composer } = props;
  const { t } = useTexts();
  const { room } = useWorkspace();
  const { about } = room(timeline.roomId);
  const { pinned, mayPin } = useViewModel(about);
  const [isDeleting, setDeleting] = useState(false);
  const [isForwarding, setForwarding] = useState(false);
  const isPinned = pinned.includes(item.id);
  const text = "text" in item.content ? item.content.text : "";
  const navigate = useNavigate();
  const toThread = (): void =>
    void navigate({ to: "/chat/$roomId", params: { roomId: timeline.roomId }, search: { thread: item.id } });
  const actions: readonly MenuAction[] = [
    ...(item.mayThread ? [{ id: "thread", text: t("threads.answer"), icon: MessagesSquare, run: toThread }] : []),
    ...(text === ""
      ? []
      : [{ id: "copy", text: t("message.copy"), icon: Copy, run: () => void navigator.clipboard.writeText(text) }]),
    {
      id: "link",
      text: t("message.copyLink"),
      icon: Link2,
      run: () => void navigator.clipboard.writeText(linkTo(timeline, item.id)),
    },
    ...(item.content.kind === "poll"
      ? []
      : [{ id: "forward", text: t("message.forward"), icon: Forward, run: () => setForwarding(true) }]),
    ...(mayPin
      ? [
          {
            id: "pin",
            text: t(isPinned ? "message.unpin" : "message.pin"),
            icon: isPinned ? PinOff : Pin,
            run: () => void about.togglePin(item.id),
          },
        ]
      : []),
    ...(item.mayEdit ? [{ id: "edit", text: t("message.edit"), icon: Pencil, run: () => composer.edit(item.id) }] : []),
    ...(item.mayDelete
      ? [{ id: "delete", text: t("message.delete"), icon: Trash2, isDangerous: true, run: () => setDeleting(true) }]
      : []),
  ];
  return (
    <div className="message__actions" role="group" aria-label={t("message.actions")}>
      <ReactButton onChosen={(emoji) => void timeline.react(item.id, emoji)} />
      <IconButton icon={Reply} label={t("message.answer")} onPress={() => composer.answer(item.id)} />
      {actions.length === 0 ? null : (
        <ActionMenu label={t("app.more")} actions={actions}>
          <IconButton icon={MoreHorizontal} label={t("app.more")} />
        </ActionMenu>
      )}
      {isForwarding ? <ForwardDialog timeline={timeline} id={item.id} onClose={() => setForwarding(false)} /> : null}
      {isDeleting ? (
        <Confirm
          question={t("message.deleteSure")}
          action={t("message.delete")}
          onYes={() => void timeline.remove(item.id)}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </div>
  );
}

/** The address of a message in this app: only who is in the room sees what it leads to. */
function linkTo({ roomId, thread }: TimelineModel, id: string): string {
  const place = new URLSearchParams({ ...(thread === undefined ? {} : { thread }), at: id });
  return new URL(`/chat/${encodeURIComponent(roomId)}?${place.toString()}`, location.origin).href;
}

function ReactButton({ onChosen }: { onChosen: (emoji: string) => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <DialogTrigger>
      <IconButton icon={SmilePlus} label={t("message.react")} />
      <Popover>
        <Dialog aria-label={t("message.react")} className="menu emoji-menu">
          {({ close }) => (
            <>
              {emojis.map((emoji) => (
                <button
                  key={emoji}
                  type="button"
                  className="emoji-menu__emoji"
                  onClick={() => {
                    close();
                    onChosen(emoji);
                  }}
                >
                  {emoji}
                </button>
              ))}
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
