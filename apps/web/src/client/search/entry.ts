import { EventType, type MatrixEvent } from "matrix-js-sdk";
import { pollPart, wordsOf } from "../polls/poll.ts";
import { contentOf } from "../timeline/content.ts";

/** A message as the index keeps it. */
export interface Entry {
  readonly id: string;
  readonly sender: string;
  readonly at: number;
  readonly text: string;
  readonly hasFile: boolean;
}

/** Longer messages are found by their beginning. */
const LONGEST = 8000;

/** What the index keeps of an event; undefined for what holds no words: deleted, unreadable, no message. Edits count as what they edit. */
export function entryOf(event: MatrixEvent): Entry | undefined {
  const id = event.getId();
  const sender = event.getSender();
  if (id === undefined || sender === undefined || event.status !== null) return undefined;
  const isPoll = pollPart(event.getType()) === "start";
  if ((event.getType() !== EventType.RoomMessage && !isPoll) || event.isRedacted() || event.isRelation("m.replace"))
    return undefined;
  const content = contentOf(event);
  const at = event.getTs();
  if (content.kind === "poll") {
    const text = wordsOf(
      content.text,
      content.poll.answers.map((answer) => answer.text),
    );
    return { id, sender, at, text, hasFile: false };
  }
  if ("text" in content) return { id, sender, at, text: content.text.slice(0, LONGEST), hasFile: false };
  if (!("source" in content)) return undefined;
  return { id, sender, at, text: [content.caption, content.name].join(" ").trim().slice(0, LONGEST), hasFile: true };
}

/** An entry as it lies in a page. */
export type PackedEntry = readonly [id: string, sender: string, at: number, text: string, hasFile: 0 | 1];

/** An entry as it lies in a page. */
export function packed(entry: Entry): PackedEntry {
  return [entry.id, entry.sender, entry.at, entry.text, entry.hasFile ? 1 : 0];
}

/** The entries of a page; what is not one is left out. */
export function unpackedAll(page: unknown): readonly Entry[] {
  if (!Array.isArray(page)) return [];
  return page.flatMap((one: unknown): readonly Entry[] => {
    if (!Array.isArray(one)) return [];
    const [id, sender, at, text, hasFile]: unknown[] = one;
    const isWhole =
      typeof id === "string" && typeof sender === "string" && typeof at === "number" && typeof text === "string";
    return isWhole ? [{ id, sender, at, text, hasFile: hasFile === 1 }] : [];
  });
}

/** The new words that an edit gives to a message; undefined for what is no edit by the message's own form. */
export function editOf(event: MatrixEvent): { readonly of: string; readonly text: string } | undefined {
  const of = event.isRelation("m.replace") ? event.relationEventId : undefined;
  const text: unknown = Object(event.getContent()["m.new_content"]).body;
  return of === undefined || event.isRedacted() || typeof text !== "string"
    ? undefined
    : { of, text: text.slice(0, LONGEST) };
}
