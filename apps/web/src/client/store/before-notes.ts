import type { Shelf } from "../session/session.ts";
import { noteKey, type Notes } from "./notes.ts";

const DRAFT = "causeway.draft ";
const OUTBOX = "causeway.outbox ";

/** What earlier versions kept in clear: drafts and waiting messages of every account. */
export function keptInClear(shelf: Shelf): readonly string[] {
  return shelf.keys().filter((key) => key.startsWith(DRAFT) || key.startsWith(OUTBOX));
}

/** Takes over what the account's earlier version kept, unless there is something newer, and deletes it; what has no space stays as it was. */
export async function takeOverFromBefore(shelf: Shelf, notes: Notes, userId: string): Promise<void> {
  const before = keptInClear(shelf);
  for (const key of before) {
    const value = parsed(shelf.getItem(key));
    if (key.startsWith(`${DRAFT}${userId} `)) {
      const [place = "", thread] = key.slice(`${DRAFT}${userId} `.length).split(" ");
      take(notes, noteKey("draft", place, thread), value);
    }
    if (key === OUTBOX + userId) for (const one of Array.isArray(value) ? value : []) takeMessage(notes, one);
  }
  await notes.flush();
  if (notes.snapshot().isFull) return;
  for (const key of before) shelf.removeItem(key);
}

function takeMessage(notes: Notes, kept: unknown): void {
  const { roomId, txnId, content } = Object(kept);
  if (typeof roomId === "string" && typeof txnId === "string") take(notes, noteKey("said", roomId, txnId), content);
}

function take(notes: Notes, key: string, value: unknown): void {
  if (notes.get(key) === undefined && typeof value === "object" && value !== null) notes.put(key, value);
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return undefined;
  }
}
