import { roomOfNote, type Note } from "./store/notes.ts";

/** A message that the server may not have yet. */
export interface KeptMessage {
  readonly roomId: string;
  /** The server takes a transaction once, however often it is sent. */
  readonly txnId: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The kind of note that is a message on its way. */
export const SAID = "said";

/** Reads a message as it was kept; what is not one is left out. */
export function parseKept({ key, value }: Note): readonly KeptMessage[] {
  const roomId = roomOfNote(key);
  const txnId = key.split(" ")[2] ?? "";
  const isContent = typeof value === "object" && value !== null && !Array.isArray(value);
  return roomId === undefined || txnId === "" || !isContent ? [] : [{ roomId, txnId, content: { ...value } }];
}
