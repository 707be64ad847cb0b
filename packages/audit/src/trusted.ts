import type { ReadDb } from "@causeway/platform";
import { DbTree } from "./db-tree.ts";
import type { KeyPlace } from "./key-place.ts";
import { defaultAuditLimits } from "./limits.ts";
import { rootAt } from "./merkle/tree.ts";
import { parseCheckpoint, type Checkpoint } from "./note/checkpoint.ts";
import type { Verifier } from "./note/keys.ts";
import { openNote } from "./note/note.ts";
import { treeRow } from "./store.ts";

/** Reads a checkpoint that comes from elsewhere; why it is not believed, as a word, when it is not. */
export function openCheckpoint(note: string, keys: readonly Verifier[]): Checkpoint | string {
  const opened = openNote(note, keys);
  if (typeof opened === "string") return opened;
  return parseCheckpoint(opened.text) ?? "malformed";
}

/**
 * After a restore: when the log that came back is not one that goes on from the last checkpoint beside the key, that key must never sign
 * it, or there would be two histories under one name. The key is retired, and the log goes on as another one. Tells whether it was.
 */
export async function retireUnlessSame(db: ReadDb, place: KeyPlace): Promise<boolean> {
  const kept = place.checkpoint();
  if (kept === undefined) return false;
  const { size } = await treeRow(db);
  const tree = new DbTree(db, defaultAuditLimits.maxTilesInMemory);
  if (kept.size <= size && (await rootAt(tree, kept.size)) === kept.root) return false;
  place.retire();
  return true;
}
