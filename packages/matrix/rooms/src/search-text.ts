import type { EventId } from "@causeway/base";
import { latestEdit } from "./bundles.ts";
import { relationOf } from "./draft.ts";
import { contentOf } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Which member of its content an event is found by. */
export type SearchKey = "content.body" | "content.name" | "content.topic";

/** State that is found by its own member; every other event is found by its body. */
export const keysOfState: Readonly<Record<string, { readonly key: SearchKey; readonly member: string }>> = {
  "m.room.name": { key: "content.name", member: "name" },
  "m.room.topic": { key: "content.topic", member: "topic" },
};

/** Types that never have a text of their own; they need not be read to be searched. */
export const typesWithoutText: readonly string[] = [
  "m.room.encrypted",
  "m.room.member",
  "m.room.redaction",
  "m.reaction",
];

/** What an event says for a search. */
export type Said =
  /** Words of its own. */
  | { readonly kind: "text"; readonly text: string }
  /** It says something anew for another event, which is found by that. */
  | { readonly kind: "edit"; readonly of: EventId; readonly text: string | undefined }
  | { readonly kind: "nothing" };

const nothing: Said = { kind: "nothing" };

/** Reads what an event says. */
export function saidBy(event: StoredEvent): Said {
  if (typesWithoutText.includes(event.type)) return nothing;
  if (event.stateKey !== undefined) {
    const member = keysOfState[event.type]?.member;
    return member === undefined || event.stateKey !== "" ? nothing : said(contentOf(event)[member]);
  }
  // Most events that are not messages are told from them without being parsed.
  if (keysOfState[event.type] !== undefined || !event.client.includes('"body":')) return nothing;
  const content = contentOf(event);
  const relation = relationOf(content);
  if (relation?.relType !== "m.replace") return said(content["body"]);
  const anew = content["m.new_content"];
  const body = typeof anew === "object" && anew !== null && "body" in anew ? anew.body : undefined;
  return { kind: "edit", of: relation.target, text: typeof body === "string" ? body : undefined };
}

function said(value: unknown): Said {
  return typeof value === "string" && value !== "" ? { kind: "text", text: value } : nothing;
}

/**
 * The words that an event is found by: those of the edit that holds now, else its own. Undefined for an event without words, for one
 * that has been redacted, and for an edit.
 */
export function wordsOf(event: StoredEvent, edits: readonly StoredEvent[]): string | undefined {
  const own = saidBy(event);
  if (own.kind !== "text") return undefined;
  const edit = latestEdit(
    event,
    edits.filter((one) => one.room === event.room),
  );
  const anew = edit === undefined || event.stateKey !== undefined ? own : saidBy(edit);
  return anew.kind === "nothing" ? undefined : anew.text;
}
