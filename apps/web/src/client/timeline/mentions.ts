import type { IContent } from "matrix-js-sdk";
import { plainName } from "../people.ts";

/** Words in a message that call somebody. */
export interface Mention {
  /** As it stands in the text: `@陳大文 · CHAN Tai-man`. */
  readonly text: string;
  readonly userId: string;
}

/** More are shown as words. */
const MOST = 50;
const PILL = /<a href="https:\/\/matrix\.to\/#\/(@[^"?]{1,255})(?:\?[^"]{0,200})?">([^<]{1,200})<\/a>/g;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

/** Who is called in a message, with the words that do it. Only those whom the message really calls (`m.mentions`). */
export function mentionsIn(content: IContent): readonly Mention[] {
  const called: unknown = Object(content["m.mentions"]).user_ids;
  const html: unknown = content["formatted_body"];
  if (!Array.isArray(called) || typeof html !== "string") return [];
  const found = new Map<string, Mention>();
  for (const match of html.slice(0, 40_000).matchAll(PILL)) {
    const userId = safely(match[1] ?? "");
    const text = (match[2] ?? "").replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
    if (called.includes(userId) && plainName(text) === text && found.size < MOST) found.set(text, { text, userId });
  }
  return [...found.values()].toSorted((left, right) => right.text.length - left.text.length);
}

function safely(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** Whether everybody in the room is called. */
export function callsRoom(content: IContent): boolean {
  return Object(content["m.mentions"]).room === true;
}

const ROOM = /(?<![\p{L}\p{N}_@])@room(?![\p{L}\p{N}_])/u;

/** Whether somebody typed `@room`. */
export function hasRoomCall(text: string): boolean {
  return ROOM.test(text);
}

/** Those of the people chosen while typing whose names still stand in the text. */
export function stillIn(text: string, chosen: readonly Mention[]): readonly Mention[] {
  return chosen.filter((mention) => text.includes(mention.text)).slice(0, MOST);
}
