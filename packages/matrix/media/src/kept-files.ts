import type { ReadDb } from "@causeway/platform";
import { DurableFiles } from "./durable-files.ts";
import { allFiles } from "./store.ts";

/** A file that a row names. */
export interface KeptFile {
  /** Where it is under the media directory. */
  readonly path: string;
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/**
 * Every file that the rows name, for a copy. A file is there before its row is and is never changed or removed, so that every row of
 * one moment still has its file at any later moment: rows first, then files.
 */
export async function* keptFiles(db: ReadDb): AsyncGenerator<KeptFile> {
  const files = new DurableFiles("");
  for await (const { file, length, sha256 } of allFiles(db)) yield { path: files.pathOf(file), length, sha256 };
}
