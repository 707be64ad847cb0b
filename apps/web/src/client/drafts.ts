import type { Shelf } from "./session/session.ts";

/** Under what the drafts of an account are kept; whatever begins so goes when the account leaves this device. */
export function draftsOf(userId: string): string {
  return `causeway.draft ${userId} `;
}

/** Deletes every draft of an account, when it leaves this device. */
export function forgetDrafts(shelf: Shelf, userId: string): void {
  for (const key of shelf.keys()) if (key.startsWith(draftsOf(userId))) shelf.removeItem(key);
}
