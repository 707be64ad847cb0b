import "./threads.css";
import { useNavigate } from "@tanstack/react-router";
import { X } from "lucide-react";
import type { JSX, KeyboardEvent } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { ComposerView } from "../chat/composer-view.tsx";
import { TimelineView } from "../chat/timeline-view.tsx";
import { DropFiles } from "../media/drop-files.tsx";

/** One thread beside its room, over it on a phone: its messages, and where one writes into it. Escape closes it. */
export function ThreadPane(props: { facts: RoomFacts; root: string; at: string | undefined }): JSX.Element {
  const { facts, root, at } = props;
  const { t } = useTexts();
  const navigate = useNavigate();
  const { timeline, composer } = useWorkspace().room(facts.id).thread(root);
  const { items, hasFailed } = useViewModel(timeline);
  const close = async (): Promise<void> => {
    await navigate({ to: "/chat/$roomId", params: { roomId: facts.id } });
    // Whoever works with the keyboard goes on where the thread begins.
    document.querySelector<HTMLElement>(`[data-message="${CSS.escape(root)}"]`)?.focus();
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void close();
  };
  return (
    <aside className="pane pane--thread" aria-label={t("threads.one")} onKeyDown={keyDown}>
      <header className="pane__header">
        <div className="pane__title">
          <h1 className="room-title">{t("threads.one")}</h1>
          <p className="room-subtitle small quiet">
            <bdi className="one-line">{facts.name}</bdi>
          </p>
        </div>
        <IconButton icon={X} label={t("app.close")} onPress={() => void close()} />
      </header>
      {hasFailed && items.length === 0 ? (
        <p className="notice small" role="status">
          {t("threads.notLoaded")}
        </p>
      ) : null}
      <DropFiles isOpen={facts.maySend} onFiles={(files) => composer.choose(files)}>
        <TimelineView timeline={timeline} composer={composer} at={at} />
        <ComposerView facts={facts} composer={composer} timeline={timeline} hasLink={at !== undefined} />
      </DropFiles>
    </aside>
  );
}
