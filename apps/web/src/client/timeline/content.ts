import { MsgType, type IContent, type MatrixEvent } from "matrix-js-sdk";
import { cardIn, type Card } from "../cards/card.ts";
import { pollIn, pollPart, type Poll } from "../polls/poll.ts";
import { fileOf, type FileContent } from "./file-content.ts";
import { callsRoom, mentionsIn, type Mention } from "./mentions.ts";

/** What a message carries, by kind. A new kind is added here, read in `contentOf`, and drawn in `views/chat/bodies`. */
export type MessageContent =
  | {
      readonly kind: "text";
      readonly text: string;
      readonly isNotice: boolean;
      readonly isAction: boolean;
      readonly mentions: readonly Mention[];
      /** Everybody in the room is called. */
      readonly callsRoom: boolean;
    }
  | { readonly kind: "deleted" }
  | { readonly kind: "waiting" }
  | { readonly kind: "unreadable" }
  | FileContent
  | { readonly kind: "card"; readonly card: Card; readonly text: string }
  /** The text is the question. */
  | { readonly kind: "poll"; readonly poll: Poll; readonly text: string }
  | { readonly kind: "unknown"; readonly text: string };

/** The longest text that is shown at once; what is beyond can only be an attack or a mistake. */
const LONGEST = 40_000;

/** Reads what an event shows. Anything of a wrong type is left out, nothing is trusted. */
export function contentOf(event: MatrixEvent): MessageContent {
  if (event.isRedacted()) return { kind: "deleted" };
  if (event.isDecryptionFailure()) return { kind: "unreadable" };
  if (event.isBeingDecrypted() || event.getType() === "m.room.encrypted") return { kind: "waiting" };
  const content = event.getContent();
  const poll = pollPart(event.getType()) === "start" ? pollIn(content) : undefined;
  if (poll !== undefined) return { kind: "poll", poll, text: poll.question };
  const text = textOf(content);
  const card = cardIn(content);
  if (card !== undefined) return { kind: "card", card, text };
  switch (content["msgtype"]) {
    case MsgType.Text:
    case MsgType.Notice:
    case MsgType.Emote:
      return {
        kind: "text",
        text,
        isNotice: content["msgtype"] === MsgType.Notice,
        isAction: content["msgtype"] === MsgType.Emote,
        mentions: mentionsIn(content),
        callsRoom: callsRoom(content),
      };
    case MsgType.File:
    case MsgType.Image:
    case MsgType.Video:
    case MsgType.Audio:
      return fileOf(content, text);
    default:
      return { kind: "unknown", text };
  }
}

/** It names whom it quotes; a quotation that somebody wrote does not. */
const QUOTATION = /^> (?:\* )?<@[^\n]*\n(?:>[^\n]*\n)*\n?/;

/** The plain text of a message's content, without the quotation that old clients put in front of an answer. */
export function textOf(content: IContent): string {
  const body: unknown = content["body"];
  if (typeof body !== "string") return "";
  const text = isAnswer(content) ? body.replace(QUOTATION, "") : body;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function isAnswer(content: IContent): boolean {
  return Object(Object(content["m.relates_to"])["m.in_reply_to"]).event_id !== undefined;
}
