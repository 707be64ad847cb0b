import { MsgType, RelationType } from "matrix-js-sdk";
import { withReason } from "./nudge/reason.ts";
import { relatesTo, type ThreadPlace } from "./threads/thread-of.ts";
import { htmlOf } from "./timeline/markdown.ts";
import { hasRoomCall, stillIn, type Mention } from "./timeline/mentions.ts";

/** What a text message is about. */
export interface AboutMessage {
  readonly answers: string | undefined;
  readonly edits: string | undefined;
  readonly answered: string | undefined;
  readonly reason: string | undefined;
  readonly mentions: readonly Mention[];
  readonly thread: ThreadPlace | undefined;
}

/** The content of a text message as it is sent. */
export function contentFor(body: string, about: AboutMessage): Readonly<Record<string, unknown>> {
  const called = stillIn(body, about.mentions);
  const html = htmlOf(body, called);
  // Whoever is answered is told (client-server API, "Mentioning the replied to user").
  const answered = about.answers === undefined ? undefined : about.answered;
  const ids = new Set([...called.map(({ userId }) => userId), ...(answered === undefined ? [] : [answered])]);
  const plain = {
    msgtype: MsgType.Text,
    body,
    ...(html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html }),
    "m.mentions": { ...(ids.size === 0 ? {} : { user_ids: [...ids] }), ...(hasRoomCall(body) ? { room: true } : {}) },
    ...withReason(about.reason),
  };
  if (about.edits !== undefined) {
    return {
      ...plain,
      body: `* ${body}`,
      ...(html === undefined ? {} : { formatted_body: `* ${html}` }),
      "m.new_content": plain,
      "m.relates_to": { rel_type: RelationType.Replace, event_id: about.edits },
    };
  }
  return { ...plain, ...relatesTo(about) };
}
