import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import type { DurableFiles, StagedFile } from "./durable-files.ts";
import { knownFiles } from "./store.ts";

/**
 * Keeps a staged file together with the row that names it: first the file, durably, then the row. When this resolves
 * both survive a power cut; when it rejects, neither is left.
 */
export async function keepWithRow(
  parts: { readonly db: Database; readonly files: DurableFiles },
  staged: StagedFile,
  collect: (tx: Tx) => void,
): Promise<void> {
  const { db, files } = parts;
  try {
    await files.keep(staged);
  } catch (error) {
    await files.discard(staged);
    throw error;
  }
  const tx = db.begin();
  collect(tx);
  try {
    await tx.commit();
  } catch (error) {
    // NOTE Only a clear no may remove the file: a commit whose outcome is unknown may have kept the row.
    const kept = error instanceof UnmetExpectation ? new Set<string>() : await knownFiles(db, [staged.file]);
    if (!kept.has(staged.file)) await files.discard(staged);
    throw error;
  }
}
