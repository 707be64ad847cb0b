import type { Mention } from "./timeline/mentions.ts";

/** What is kept of a message that somebody writes. */
export interface Draft {
  readonly text: string;
  /** People who were chosen while typing. Those whose names still stand in the text are called. */
  readonly mentions?: readonly Mention[];
  /** The message that is answered. */
  readonly answers?: string;
  /** The own message that is changed. */
  readonly edits?: string;
  /** The scheduled message that is changed, and when it is to be sent. */
  readonly later?: { readonly id: string; readonly at: number };
  /** What was typed before the change began; it comes back afterwards. */
  readonly aside?: string;
}

/** Reads a draft as it was kept; anything else counts as none. */
export function parseDraft(kept: unknown): Draft {
  const { text, answers, edits, later, aside, mentions } = Object(kept);
  const { id, at } = Object(later);
  if (typeof text !== "string") return { text: "" };
  return {
    text,
    ...(typeof answers === "string" ? { answers } : {}),
    ...(typeof edits === "string" ? { edits } : {}),
    ...(typeof id === "string" && typeof at === "number" ? { later: { id, at } } : {}),
    ...(typeof aside === "string" ? { aside } : {}),
    mentions: parseMentions(mentions),
  };
}

function parseMentions(kept: unknown): readonly Mention[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((one: unknown): readonly Mention[] => {
    const { text, userId } = Object(one);
    return typeof text === "string" && typeof userId === "string" ? [{ text, userId }] : [];
  });
}
