import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, Info, Search } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { RoomFacts, RoomModel } from "../../client/rooms/room.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { ExternalMark, LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { DropFiles } from "../media/drop-files.tsx";
import { ComposerView } from "./composer-view.tsx";
import { FactsPane } from "./facts-pane.tsx";
import { PinnedBar } from "./pinned-bar.tsx";
import { TimelineView } from "./timeline-view.tsx";

/** An open room: header, messages, composer, and the facts when they are asked for. */
export function RoomPane(): JSX.Element {
  const { roomId } = useParams({ from: "/chat/$roomId" });
  const { at } = useSearch({ from: "/chat/$roomId" });
  // A room of its own each time: nothing of the last one's screen stays.
  return <OpenRoom key={roomId} roomId={roomId} at={at} />;
}

function OpenRoom({ roomId, at }: { roomId: string; at: string | undefined }): JSX.Element {
  const { t } = useTexts();
  const { room } = useWorkspace();
  const { about, timeline, composer } = room(roomId);
  const facts = useViewModel(about);
  const [hasFacts, setFacts] = useState(false);
  return (
    <>
      <section className="pane pane--detail" aria-label={facts.name}>
        <RoomHeader facts={facts} hasFacts={hasFacts} onFacts={() => setFacts(!hasFacts)} />
        {facts.membership === "join" ? (
          <>
            <PinnedBar facts={facts} />
            <DropFiles isOpen={facts.maySend} onFiles={(files) => composer.choose(files)}>
              <TimelineView timeline={timeline} composer={composer} at={at} />
              <ComposerView facts={facts} composer={composer} timeline={timeline} hasLink={at !== undefined} />
            </DropFiles>
          </>
        ) : facts.membership === "invite" ? (
          <Invitation facts={facts} about={about} />
        ) : (
          <div className="empty">
            <p>{t("room.gone")}</p>
          </div>
        )}
      </section>
      {hasFacts && facts.membership === "join" ? (
        <FactsPane facts={facts} about={about} onClose={() => setFacts(false)} />
      ) : null}
    </>
  );
}

function RoomHeader(props: { facts: RoomFacts; hasFacts: boolean; onFacts: () => void }): JSX.Element {
  const { facts } = props;
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
        <IconButton icon={Info} label={t("room.details")} aria-expanded={props.hasFacts} onPress={props.onFacts} />
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
