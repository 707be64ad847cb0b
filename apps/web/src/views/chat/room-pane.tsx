import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Info, Search } from "lucide-react";
import { useEffect, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { RoomFacts, RoomModel } from "../../client/rooms/room.ts";
import type { ThreadsModel } from "../../client/threads/threads.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ExternalMark, LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { DropFiles } from "../media/drop-files.tsx";
import { LaterBar } from "../later/later-bar.tsx";
import { ThreadPane } from "../threads/thread-pane.tsx";
import { ThreadsButton, ThreadsPane } from "../threads/threads-pane.tsx";
import { ComposerView } from "./composer-view.tsx";
import { FactsPane } from "./facts-pane.tsx";
import { PinnedBar } from "./pinned-bar.tsx";
import { TimelineView } from "./timeline-view.tsx";

/** An open room: header, messages, composer; beside it a thread, its threads, or the facts when they are asked for. */
export function RoomPane(): JSX.Element {
  const { roomId } = useParams({ from: "/chat/$roomId" });
  const { at, thread } = useSearch({ from: "/chat/$roomId" });
  // A room of its own each time: nothing of the last one's screen stays.
  return <OpenRoom key={roomId} roomId={roomId} at={at} thread={thread} />;
}

/** What stands beside a room. An open thread covers it, and leads back to it. */
type Beside = "facts" | "threads";

/** Which room, which of its threads is open, and the message that a link leads to. */
interface Place {
  readonly roomId: string;
  readonly thread: string | undefined;
  readonly at: string | undefined;
}

function OpenRoom(props: Place): JSX.Element {
  const { roomId, at, thread } = props;
  const { t } = useTexts();
  const { room } = useWorkspace();
  const { about, timeline, composer, threads } = room(roomId);
  const facts = useViewModel(about);
  const [beside, setBeside] = useState<Beside>();
  const main = usePlaceOfLink(threads, props);
  const toggle = (which: Beside) => (): void => setBeside(beside === which ? undefined : which);
  const close = (): void => setBeside(undefined);
  return (
    <>
      <section className="pane pane--detail" aria-label={facts.name}>
        <RoomHeader facts={facts} threads={threads} beside={beside} onBeside={toggle} />
        {facts.membership === "join" ? (
          <>
            <PinnedBar facts={facts} />
            <DropFiles isOpen={facts.maySend} onFiles={(files) => composer.choose(files)}>
              <TimelineView timeline={timeline} composer={composer} at={main} />
              <LaterBar facts={facts} composer={composer} />
              <ComposerView
                facts={facts}
                composer={composer}
                timeline={timeline}
                hasLink={at !== undefined || thread !== undefined}
              />
            </DropFiles>
          </>
        ) : facts.membership === "invite" ? (
          <Invitation facts={facts} about={about} />
        ) : (
          <>
            <div className="empty">
              <p>{t("room.gone")}</p>
            </div>
            <LaterBar facts={facts} composer={composer} />
          </>
        )}
      </section>
      {facts.membership !== "join" ? null : thread !== undefined ? (
        <ThreadPane key={thread} facts={facts} root={thread} at={at} />
      ) : beside === "facts" ? (
        <FactsPane facts={facts} about={about} onClose={close} />
      ) : beside === "threads" ? (
        <ThreadsPane threads={threads} onClose={close} />
      ) : null}
    </>
  );
}

/** The message among the room's own that a link leads to. One that stands in a thread opens the thread. */
function usePlaceOfLink(threads: ThreadsModel, { roomId, at, thread }: Place): string | undefined {
  const navigate = useNavigate();
  const [main, setMain] = useState<string>();
  useEffect(() => {
    if (at === undefined || thread !== undefined) return undefined;
    let isOver = false;
    const look = async (): Promise<void> => {
      const root = await threads.whereIs(at).catch(() => undefined);
      if (isOver) return;
      if (root === undefined) setMain(at);
      else await navigate({ to: "/chat/$roomId", params: { roomId }, search: { thread: root, at }, replace: true });
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [threads, roomId, at, thread, navigate]);
  return thread === undefined && main === at ? main : undefined;
}

function RoomHeader(props: {
  facts: RoomFacts;
  threads: ThreadsModel;
  beside: Beside | undefined;
  onBeside: (which: Beside) => () => void;
}): JSX.Element {
  const { facts, beside, onBeside } = props;
  const { t } = useTexts();
  const navigate = useNavigate();
  return (
    <header className="pane__header">
      <span className="pane__back">
        <IconButton icon={ArrowLeft} label={t("app.back")} onPress={() => void navigate({ to: "/chat" })} />
      </span>
      <div className="pane__title">
        <h1 className="room-title one-line">{facts.name}</h1>
        <p className="room-subtitle small quiet">
          {facts.label === "unclassified" ? null : <LabelMark label={facts.label} />}
          {facts.isExternal ? <ExternalMark /> : null}
          <span className="one-line">
            {t("room.members", { count: facts.members.length })}
            {facts.topic === "" ? "" : ` · ${facts.topic}`}
          </span>
        </p>
      </div>
      {facts.membership === "join" ? (
        <IconButton
          icon={Search}
          label={t("search.inRoom")}
          onPress={() => void navigate({ to: "/chat/search", search: { room: facts.id } })}
        />
      ) : null}
      {facts.membership === "join" ? (
        <>
          <ThreadsButton threads={props.threads} isOpen={beside === "threads"} onPress={onBeside("threads")} />
          <IconButton
            icon={Info}
            label={t("room.details")}
            aria-expanded={beside === "facts"}
            onPress={onBeside("facts")}
          />
        </>
      ) : null}
    </header>
  );
}

function Invitation({ facts, about }: { facts: RoomFacts; about: RoomModel }): JSX.Element {
  const { t } = useTexts();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const doing = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await work().finally(() => setBusy(false));
  };
  const decline = async (): Promise<void> => {
    await about.leave();
    await navigate({ to: "/chat" });
  };
  return (
    <div className="empty">
      {facts.isExternal ? <ExternalMark organisation={facts.inviter?.organisation} /> : null}
      <p>{t("room.invitedBy", { name: facts.inviter?.name ?? facts.name })}</p>
      <div className="dialog__actions">
        <Button onPress={() => void doing(decline)} isDisabled={busy}>
          {t("room.decline")}
        </Button>
        <Button look="main" onPress={() => void doing(() => about.join())} isBusy={busy}>
          {t("room.join")}
        </Button>
      </div>
    </div>
  );
}
