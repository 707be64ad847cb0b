import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { personIn } from "../people.ts";
import { contentOf, type MessageContent } from "./content.ts";

/** One line about an event, for the list of rooms and for notifications: who, and what. */
export function previewOf(client: MatrixClient, room: Room, event: MatrixEvent): Said {
  const content = contentOf(event);
  const what = textPreviewOf(content);
  const text = what.values?.["text"];
  if (text === undefined) return what;
  const isOwn = event.getSender() === client.getSafeUserId();
  const key = content.kind === "poll" ? "preview.poll" : "preview";
  const { name } = personIn(client, room, event.getSender() ?? "");
  return isOwn ? { key: `${key}.own`, values: { text } } : { key: `${key}.other`, values: { name, text } };
}

/** What a message says, in one line. */
export function textPreviewOf(content: MessageContent): Said {
  switch (content.kind) {
    case "deleted":
      return { key: "preview.deleted" };
    case "waiting":
      return { key: "preview.waiting" };
    case "unreadable":
      return { key: "preview.unreadable" };
    case "poll":
      return { key: "preview.poll", values: { text: oneLine(content.text) } };
    default:
      return {
        key: "preview.text",
        values: {
          text: oneLine("text" in content ? content.text : content.caption === "" ? content.name : content.caption),
        },
      };
  }
}

function oneLine(text: string): string {
  return text.slice(0, 160).replaceAll(/\s+/g, " ").trim();
}
