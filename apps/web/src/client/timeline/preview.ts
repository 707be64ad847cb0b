import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { personIn } from "../people.ts";
import { contentOf } from "./content.ts";

/** One line about an event, for the list of rooms and for notifications: who, and what. */
export function previewOf(client: MatrixClient, room: Room, event: MatrixEvent): Said {
  const what = textPreviewOf(event);
  const text = what.values?.["text"];
  if (text === undefined) return what;
  const isOwn = event.getSender() === client.getSafeUserId();
  const { name } = personIn(client, room, event.getSender() ?? "");
  return isOwn ? { key: "preview.own", values: { text } } : { key: "preview.other", values: { name, text } };
}

/** What an event says, in one line. */
export function textPreviewOf(event: MatrixEvent): Said {
  const content = contentOf(event);
  switch (content.kind) {
    case "deleted":
      return { key: "preview.deleted" };
    case "waiting":
      return { key: "preview.waiting" };
    case "unreadable":
      return { key: "preview.unreadable" };
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
