import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { personIn } from "../people.ts";
import { contentOf } from "./content.ts";

/** One line about an event, for the list of rooms and for notifications. */
export function previewOf(client: MatrixClient, room: Room, event: MatrixEvent): Said {
  const content = contentOf(event);
  const sender = event.getSender() ?? "";
  const isOwn = sender === client.getSafeUserId();
  switch (content.kind) {
    case "deleted":
      return { key: "preview.deleted" };
    case "waiting":
      return { key: "preview.waiting" };
    case "unreadable":
      return { key: "preview.unreadable" };
    case "file":
      return isOwn
        ? { key: "preview.own", values: { text: content.name } }
        : { key: "preview.other", values: { name: personIn(client, room, sender).name, text: content.name } };
    default: {
      const text = oneLine(content.text);
      return isOwn
        ? { key: "preview.own", values: { text } }
        : { key: "preview.other", values: { name: personIn(client, room, sender).name, text } };
    }
  }
}

function oneLine(text: string): string {
  return text.slice(0, 160).replaceAll(/\s+/g, " ").trim();
}
