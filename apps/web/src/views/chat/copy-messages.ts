import type { ClipboardEvent } from "react";
import { wordsOf } from "../../client/polls/poll.ts";
import type { TimelineItem } from "../../client/timeline/items.ts";
import { momentText } from "../../i18n/dates.ts";
import type { Locale } from "../../i18n/catalogue.ts";

/** Several messages that are selected are copied with who said them and when; a piece of one is copied as it stands. */
export function copyWithNames(
  event: ClipboardEvent<HTMLElement>,
  items: readonly TimelineItem[],
  locale: Locale,
): void {
  const selection = globalThis.getSelection();
  if (selection === null || selection.isCollapsed) return;
  const chosen = new Set(
    [...event.currentTarget.querySelectorAll<HTMLElement>("[data-message]")]
      .filter((row) => selection.containsNode(row, true))
      .map((row) => row.dataset["message"]),
  );
  if (chosen.size < 2) return;
  const lines = items.flatMap((item) => {
    if (item.kind !== "message" || !chosen.has(item.id)) return [];
    const { content } = item;
    const text =
      content.kind === "poll"
        ? wordsOf(
            content.text,
            content.poll.answers.map((answer) => answer.text),
          )
        : "text" in content
          ? content.text
          : "name" in content
            ? content.name
            : "";
    return text === "" ? [] : [`[${momentText(locale, item.at)}] ${item.sender.name}: ${text}`];
  });
  event.clipboardData.setData("text/plain", lines.join("\n"));
  event.preventDefault();
}
