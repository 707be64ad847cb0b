import "./threads.css";
import { Link } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import type { JSX } from "react";
import type { ThreadSummary } from "../../client/threads/threads.ts";
import { Counts } from "../../ui/counts.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** The thread below a message in one line: how much was said, what last and by whom, what is unread. It opens the thread. */
export function ThreadBelow({ roomId, thread }: { roomId: string; thread: ThreadSummary }): JSX.Element {
  const { t, say } = useTexts();
  return (
    <Link to="/chat/$roomId" params={{ roomId }} search={{ thread: thread.root }} className="thread-below small">
      <MessagesSquare size={14} aria-hidden />
      <span className="thread-below__count">{t("threads.replies", { count: thread.count })}</span>
      {thread.last === undefined ? null : <bdi className="one-line quiet">{say(thread.last.said)}</bdi>}
      <Counts unread={thread.unread} mentions={thread.mentions} />
    </Link>
  );
}
