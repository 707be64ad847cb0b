import { roomOfNote, type Note } from "./store/notes.ts";

/** A message that the server may not have yet. */
export interface KeptMessage {
  readonly roomId: string;
  /** The server takes a transaction once, however often it is sent. */
  readonly txnId: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Its type of event; a message when it says none. */
  readonly type?: string;
}

/** The kind of note that is a message on its way. */
export const SAID = "said";

/** What is kept of a message: its content, or its type of event and its content. No content is a list, so neither is taken for the other. */
export function keptOf({ content, type }: KeptMessage): unknown {
  return type === undefined ? content : [type, content];
}

/** Reads a message as it was kept; what is not one is left out. */
export function parseKept({ key, value }: Note): readonly KeptMessage[] {
  const roomId = roomOfNote(key);
  const txnId = key.split(" ")[2] ?? "";
  const [type, content]: readonly unknown[] = Array.isArray(value) ? value : [undefined, value];
  const isContent = typeof content === "object" && content !== null && !Array.isArray(content);
  const isTyped = Array.isArray(value) ? typeof type === "string" : true;
  if (roomId === undefined || txnId === "" || !isContent || !isTyped) return [];
  return [{ roomId, txnId, content: { ...content }, ...(typeof type === "string" ? { type } : {}) }];
}
