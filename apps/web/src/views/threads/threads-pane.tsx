import "./threads.css";
import { Link } from "@tanstack/react-router";
import { CheckCheck, MessagesSquare, X } from "lucide-react";
import type { JSX } from "react";
import type { ThreadLine, ThreadsModel } from "../../client/threads/threads.ts";
import { briefText, momentText } from "../../i18n/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Counts } from "../../ui/counts.tsx";
import { ExternalMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** Opens the list of a room's threads; it says when there is something unread in them. */
export function ThreadsButton(props: { threads: ThreadsModel; isOpen: boolean; onPress: () => void }): JSX.Element {
  const { t } = useTexts();
  const { unread } = useViewModel(props.threads);
  const label = unread === 0 ? t("threads.list") : t("threads.listUnread", { count: unread });
  return (
    <span className={unread === 0 ? "threads-button" : "threads-button threads-button--unread"}>
      <IconButton icon={MessagesSquare} label={label} aria-expanded={props.isOpen} onPress={props.onPress} />
    </span>
  );
}

/** The right pane: a room's threads, the one with the newest message first. */
export function ThreadsPane({ threads, onClose }: { threads: ThreadsModel; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { lines, hasMore, isLoading, unread } = useViewModel(threads);
  return (
    <aside className="pane pane--facts" aria-label={t("threads.list")}>
      <header className="pane__header">
        <h2 className="pane__title">{t("threads.list")}</h2>
        {unread === 0 ? null : (
          <IconButton icon={CheckCheck} label={t("threads.readAll")} onPress={() => void threads.readAll()} />
        )}
        <IconButton icon={X} label={t("app.close")} onPress={onClose} />
      </header>
      {lines.length === 0 && !isLoading ? (
        <div className="empty">
          <p>{t("threads.none")}</p>
        </div>
      ) : (
        <ul className="threads" aria-label={t("threads.list")} aria-busy={isLoading}>
          {lines.map((line) => (
            <Line key={line.root} roomId={threads.roomId} line={line} />
          ))}
        </ul>
      )}
      {hasMore && lines.length > 0 ? (
        <div className="threads__more">
          <Button onPress={() => void threads.more()} isBusy={isLoading}>
            {t("threads.more")}
          </Button>
        </div>
      ) : null}
    </aside>
  );
}

function Line({ roomId, line }: { roomId: string; line: ThreadLine }): JSX.Element {
  const { t, say, locale } = useTexts();
  const { sender, said } = line.begins;
  return (
    <li>
      <Link to="/chat/$roomId" params={{ roomId }} search={{ thread: line.root }} className="threads__line">
        <span className="threads__about small quiet">
          <bdi className="one-line">{sender.name}</bdi>
          {sender.isExternal ? <ExternalMark organisation={sender.organisation} /> : null}
          <time dateTime={new Date(line.at).toISOString()} title={momentText(locale, line.at)}>
            {briefText(locale, line.at, Date.now())}
          </time>
        </span>
        <bdi className="threads__begins">{say(said)}</bdi>
        <span className="threads__about small quiet">
          <span className="threads__count">{t("threads.replies", { count: line.count })}</span>
          {line.last === undefined ? null : <bdi className="one-line">{say(line.last.said)}</bdi>}
          <Counts unread={line.unread} mentions={line.mentions} />
        </span>
      </Link>
    </li>
  );
}
