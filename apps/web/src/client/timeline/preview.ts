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
    default: {
      const text = oneLine("text" in content ? content.text : content.caption === "" ? content.name : content.caption);
      return isOwn
        ? { key: "preview.own", values: { text } }
        : { key: "preview.other", values: { name: personIn(client, room, sender).name, text } };
    }
  }
}

function oneLine(text: string): string {
  return text.slice(0, 160).replaceAll(/\s+/g, " ").trim();
}
