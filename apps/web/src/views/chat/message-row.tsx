import { AlertCircle, Check, Clock } from "lucide-react";
import { memo, type JSX } from "react";
import type { ComposerModel } from "../../client/composer.ts";
import type { MessageItem, QuotedView } from "../../client/timeline/items.ts";
import { textPreviewOf } from "../../client/timeline/preview.ts";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { momentText, timeText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Avatar, ExternalMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { ThreadBelow } from "../threads/thread-below.tsx";
import { MessageActions } from "./message-actions.tsx";
import { MessageBody } from "./message-body.tsx";

interface RowProps {
  readonly item: MessageItem;
  readonly timeline: TimelineModel;
  readonly composer: ComposerModel;
  /** Pointed at or focused: only then are there actions, so that scrolling stays light. */
  readonly isActive: boolean;
  readonly onActive: (key: string) => void;
}

/** One message. It can be focused; its actions follow it in the tab order. */
export const MessageRow = memo(function MessageRow(props: RowProps): JSX.Element {
  const { item, onActive } = props;
  const { t, locale } = useTexts();
  const look = `message${item.isOwn ? " message--own" : ""}${item.isFirst ? " message--first" : ""}`;
  const who = item.isOwn ? t("message.you") : item.sender.name;
  return (
    <article
      className={look}
      tabIndex={0}
      data-message={item.id}
      aria-label={`${who}, ${momentText(locale, item.at)}`}
      onFocus={() => onActive(item.key)}
      onPointerEnter={() => onActive(item.key)}
    >
      {item.isOwn ? null : (
        <span className="message__avatar">
          {item.isFirst ? <Avatar name={item.sender.name} look="small" isExternal={item.sender.isExternal} /> : null}
        </span>
      )}
      <div className="message__column">
        {item.isFirst && !item.isOwn ? <Sender item={item} /> : null}
        <div className="message__bubble">
          {item.answers === undefined ? null : <Quoted quoted={item.answers} />}
          <MessageBody item={item} roomId={props.timeline.roomId} />
          {item.reason === undefined ? null : (
            <p className="message__reason small">{t("nudge.given", { reason: item.reason })}</p>
          )}
          <Facts item={item} />
        </div>
        <Reactions {...props} />
        {item.thread === undefined ? null : <ThreadBelow roomId={props.timeline.roomId} thread={item.thread} />}
        <Failed {...props} />
        <Readers item={item} />
      </div>
      {props.isActive && item.delivery === "sent" && item.content.kind !== "deleted" ? (
        <MessageActions item={item} timeline={props.timeline} composer={props.composer} />
      ) : null}
    </article>
  );
});

function Sender({ item }: { item: MessageItem }): JSX.Element {
  return (
    <p className="message__sender small">
      <bdi>{item.sender.name}</bdi>
      {item.sender.isExternal ? <ExternalMark organisation={item.sender.organisation} /> : null}
    </p>
  );
}

function Quoted({ quoted }: { quoted: QuotedView }): JSX.Element {
  const { t, say } = useTexts();
  const { content } = quoted;
  const text = content === undefined ? undefined : content.kind === "text" ? content.text : say(textPreviewOf(content));
  return (
    <blockquote className="message__quoted small">
      <span className="message__quoted-name">{quoted.sender?.name ?? t("message.original")}</span>
      {text === undefined ? null : <span className="message__quoted-text">{text.slice(0, 300)}</span>}
    </blockquote>
  );
}

function Facts({ item }: { item: MessageItem }): JSX.Element {
  const { t, locale } = useTexts();
  return (
    <span className="message__facts">
      {item.isEdited ? <span>{t("message.edited")}</span> : null}
      <time dateTime={new Date(item.at).toISOString()} title={momentText(locale, item.at)}>
        {timeText(locale, item.at)}
      </time>
      {item.isOwn && item.delivery === "sent" ? <Check size={12} aria-hidden /> : null}
      {item.delivery === "waiting" ? <span>{t("message.waitsForServer")}</span> : null}
      {item.delivery === "sending" || item.delivery === "waiting" ? (
        <Clock size={12} aria-label={t("message.sending")} />
      ) : null}
    </span>
  );
}

function Reactions({ item, timeline }: RowProps): JSX.Element | null {
  const { t } = useTexts();
  if (item.reactions.length === 0) return null;
  return (
    <div className="message__reactions">
      {item.reactions.map(({ emoji, people, isOwn }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          aria-pressed={isOwn}
          aria-label={t("message.reactedBy", { emoji, names: people.map(({ name }) => name).join(", ") })}
          title={people.map(({ name }) => name).join(", ")}
          onClick={() => void timeline.react(item.id, emoji)}
        >
          <span>{emoji}</span>
          <span className="small">{people.length}</span>
        </button>
      ))}
    </div>
  );
}

function Failed({ item, timeline, composer }: RowProps): JSX.Element | null {
  const { t } = useTexts();
  if (item.delivery !== "failed") return null;
  return (
    <div className="message__failed" role="alert">
      <AlertCircle size={16} aria-hidden />
      <span className="small">
        {t("message.failed")}
        {item.refusal === undefined ? "" : `: ${item.refusal}`}
      </span>
      <Button look="plain" onPress={() => void timeline.retry(item.id)}>
        {t("message.retry")}
      </Button>
      <Button look="plain" onPress={() => composer.giveBack(timeline.discard(item.id))}>
        {t("message.discard")}
      </Button>
    </div>
  );
}

/** Beyond this many the rest is a number. */
const MOST_READERS = 5;

function Readers({ item }: { item: MessageItem }): JSX.Element | null {
  const { t } = useTexts();
  if (item.readBy.length === 0) return null;
  const names = t("message.readBy", { names: item.readBy.map(({ name }) => name).join(", ") });
  return (
    <div className="message__readers" role="img" aria-label={names} title={names}>
      {item.readBy.slice(0, MOST_READERS).map(({ userId, name }) => (
        <Avatar key={userId} name={name} look="small" />
      ))}
      {item.readBy.length > MOST_READERS ? <span className="small">+{item.readBy.length - MOST_READERS}</span> : null}
    </div>
  );
}
