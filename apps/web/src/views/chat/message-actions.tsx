import { Copy, Link2, MoreHorizontal, Pencil, Reply, SmilePlus, Trash2 } from "lucide-react";
import { useState, type JSX } from "react";
import { Dialog, DialogTrigger, Popover } from "react-aria-components";
import type { ComposerModel } from "../../client/composer.ts";
import type { MessageItem } from "../../client/timeline/items.ts";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { ActionMenu, type MenuAction } from "../../ui/menu.tsx";
import { useTexts } from "../../ui/texts.tsx";

const emojis = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "✅", "❌"];

/** What can be done with a message: react, answer, and the rest in a menu. A new action is one more entry. */
export function MessageActions(props: {
  item: MessageItem;
  timeline: TimelineModel;
  composer: ComposerModel;
}): JSX.Element {
  const { item, timeline, composer } = props;
  const { t } = useTexts();
  const [isDeleting, setDeleting] = useState(false);
  const text = "text" in item.content ? item.content.text : "";
  const actions: readonly MenuAction[] = [
    ...(text === ""
      ? []
      : [{ id: "copy", text: t("message.copy"), icon: Copy, run: () => void navigator.clipboard.writeText(text) }]),
    {
      id: "link",
      text: t("message.copyLink"),
      icon: Link2,
      run: () => void navigator.clipboard.writeText(linkTo(timeline.roomId, item.id)),
    },
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
function linkTo(roomId: string, id: string): string {
  return new URL(`/chat/${encodeURIComponent(roomId)}?at=${encodeURIComponent(id)}`, location.origin).href;
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
