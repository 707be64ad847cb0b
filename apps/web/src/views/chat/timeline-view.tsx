import { useNavigate } from "@tanstack/react-router";
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type JSX, type KeyboardEvent } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { ComposerModel } from "../../client/composer.ts";
import type { TimelineItem } from "../../client/timeline/items.ts";
import type { Timeline, TimelineModel } from "../../client/timeline/timeline.ts";
import { dayText, isSameDay } from "../../i18n/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { copyWithNames } from "./copy-messages.ts";
import { GoToDate } from "./go-to-date.tsx";
import { MessageRow } from "./message-row.tsx";
import { UnreadAbove } from "./unread-above.tsx";
import { useJump } from "./use-jump.ts";

/** This near to the end counts as being there. */
const NEAR_PX = 80;
/** This near to the beginning older messages are fetched. */
const EARLY_PX = 600;

interface TimelineProps {
  readonly timeline: TimelineModel;
  readonly composer: ComposerModel;
  /** The message that a link leads to. */
  readonly at?: string | undefined;
}

/** The messages of a room, newest at the bottom; only those in sight exist. */
export function TimelineView({ timeline, composer, at }: TimelineProps): JSX.Element {
  const { t, locale } = useTexts();
  const snapshot = useViewModel(timeline);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const { isAtEnd, onScroll, toEnd, shift, leaveEnd } = useEnd(snapshot, {
    scroller: scroller.current,
    list: list.current,
    timeline,
  });
  const navigate = useNavigate();
  const goTo = (id: string): void =>
    void navigate({
      to: "/chat/$roomId",
      params: { roomId: timeline.roomId },
      search: timeline.thread === undefined ? { at: id } : { thread: timeline.thread, at: id },
    });
  const isMissing = useJump(at, { timeline, scroller, list, leaveEnd });
  const [active, setActive] = useState<string>();
  const onActive = useCallback((key: string) => setActive(key), []);
  return (
    <div className="timeline">
      <div
        className="timeline__scroller"
        ref={scroller}
        role="log"
        aria-label={t(timeline.thread === undefined ? "timeline.name" : "threads.messages")}
        aria-busy={snapshot.isLoading}
        onKeyDown={moveFocus}
        onCopy={(event) => copyWithNames(event, snapshot.items, locale)}
      >
        <div className="timeline__spacer" />
        {snapshot.isLoading ? <p className="timeline__loading small quiet">{t("timeline.loading")}</p> : null}
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          shift={shift}
          onScroll={onScroll}
          bufferSize={300}
          data={snapshot.items}
        >
          {(item) => (
            <Line
              key={item.key}
              item={item}
              timeline={timeline}
              composer={composer}
              isActive={active === item.key}
              onActive={onActive}
            />
          )}
        </Virtualizer>
      </div>
      {isAtEnd ? null : (
        <div className="timeline__newest">
          <IconButton icon={ArrowDown} label={t("timeline.toNewest")} onPress={toEnd} />
        </div>
      )}
      <UnreadAbove at={snapshot.firstUnread} timeline={timeline} scroller={scroller} onGo={goTo} />
      {isMissing ? (
        <p className="notice small" role="status">
          {t("timeline.notFound")}
        </p>
      ) : null}
      <Typing snapshot={snapshot} />
    </div>
  );
}

/** Keeps the newest message in sight while somebody is there, and the place while older ones come in above. */
function useEnd(
  snapshot: Timeline,
  parts: { scroller: HTMLDivElement | null; list: VirtualizerHandle | null; timeline: TimelineModel },
): { isAtEnd: boolean; onScroll: (offset: number) => void; toEnd: () => void; shift: boolean; leaveEnd: () => void } {
  const { timeline } = parts;
  const { items, hasOlder, hasNewer } = snapshot;
  const before = useRef<readonly TimelineItem[]>([]);
  const latest = useRef(parts);
  latest.current = parts;
  const [isAtEnd, setAtEnd] = useState(true);
  const sticks = useRef(true);
  const shift = items.length > before.current.length && items.at(-1)?.key === before.current.at(-1)?.key;
  const toEnd = useCallback(() => {
    sticks.current = true;
    setAtEnd(true);
    void timeline.openEnd();
    latest.current.list?.scrollToIndex(Number.MAX_SAFE_INTEGER, { align: "end" });
  }, [timeline]);
  useLayoutEffect(() => {
    const newest = items.at(-1);
    const isOwnNew = newest?.kind === "message" && newest.isOwn && newest.key !== before.current.at(-1)?.key;
    before.current = items;
    if (items.length > 0 && (sticks.current || isOwnNew)) {
      latest.current.list?.scrollToIndex(items.length - 1, { align: "end" });
    }
  }, [items]);
  useEffect(() => {
    const seen = (): void => {
      // On a phone a thread covers the room: what is not to be seen is not read.
      const isInSight = latest.current.scroller?.checkVisibility() !== false;
      if (sticks.current && isInSight && document.hasFocus()) void timeline.read();
    };
    seen();
    globalThis.addEventListener("focus", seen);
    return () => globalThis.removeEventListener("focus", seen);
  }, [items, isAtEnd, timeline]);
  const onScroll = (offset: number): void => {
    const { scroller } = latest.current;
    if (scroller === null) return;
    const left = scroller.scrollHeight - offset - scroller.clientHeight;
    sticks.current = left < NEAR_PX && !hasNewer;
    if (hasNewer && left < EARLY_PX) void timeline.newer();
    if (sticks.current !== isAtEnd) setAtEnd(sticks.current);
    if (offset < EARLY_PX && hasOlder) void timeline.older();
  };
  const leaveEnd = useCallback(() => {
    sticks.current = false;
    setAtEnd(false);
  }, []);
  return { isAtEnd, onScroll, toEnd, shift, leaveEnd };
}

/** Up and down between messages, when one has the focus. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!(event.target instanceof HTMLElement) || event.target.tagName !== "ARTICLE") return;
  const messages = [...event.currentTarget.querySelectorAll<HTMLElement>("article")];
  const here = messages.indexOf(event.target);
  const next = messages[event.key === "ArrowDown" ? here + 1 : here - 1];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

type LineProps = Omit<TimelineProps, "at"> & {
  readonly item: TimelineItem;
  readonly isActive: boolean;
  readonly onActive: (key: string) => void;
};

function Line({ item, ...rest }: LineProps): JSX.Element {
  const { t, say } = useTexts();
  switch (item.kind) {
    case "start":
      return <p className="timeline__line small quiet">{t("timeline.start")}</p>;
    case "day":
      return <Day at={item.at} timeline={rest.timeline} />;
    case "unread":
      return (
        <div className="timeline__unread" role="separator" aria-label={t("timeline.unread")}>
          <span className="small">{t("timeline.unread")}</span>
        </div>
      );
    case "happened":
      return <p className="timeline__line small quiet">{say(item.said)}</p>;
    case "folded":
      return (
        <details className="timeline__folded small quiet">
          <summary>{t("timeline.changes", { count: item.items.length })}</summary>
          {item.items.map(({ key, said }) => (
            <p key={key}>{say(said)}</p>
          ))}
        </details>
      );
    case "message":
      return <MessageRow item={item} {...rest} />;
  }
}

function Day({ at, timeline }: { at: number; timeline: TimelineModel }): JSX.Element {
  const { t, locale } = useTexts();
  const [isGoing, setGoing] = useState(false);
  const now = Date.now();
  const text = isSameDay(at, now)
    ? t("timeline.today")
    : isSameDay(at, now - 86_400_000)
      ? t("timeline.yesterday")
      : dayText(locale, at);
  return (
    <div className="timeline__day">
      {timeline.thread === undefined ? (
        <button type="button" className="timeline__day-name small" title={t("date.go")} onClick={() => setGoing(true)}>
          {text}
        </button>
      ) : (
        <span className="small">{text}</span>
      )}
      {isGoing ? <GoToDate roomId={timeline.roomId} day={at} onClose={() => setGoing(false)} /> : null}
    </div>
  );
}

function Typing({ snapshot }: { snapshot: Timeline }): JSX.Element {
  const { t } = useTexts();
  const [first] = snapshot.typing;
  const text =
    first === undefined
      ? ""
      : snapshot.typing.length === 1
        ? t("typing.one", { name: first.name })
        : t("typing.many", { count: snapshot.typing.length });
  return (
    <p className="timeline__typing small quiet one-line" aria-live="polite">
      {text}
    </p>
  );
}
