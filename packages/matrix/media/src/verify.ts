import { createHash } from "node:crypto";
import type { ReadDb } from "@causeway/platform";
import { DurableFiles } from "./durable-files.ts";
import { allFiles, knownFiles, type OwnedFile } from "./store.ts";

/** Something that the check found. `file` is a name under the media directory, never a person's. */
export interface MediaFault {
  readonly kind: "missing-file" | "wrong-length" | "wrong-digest" | "file-without-row" | "strange-file";
  readonly file: string;
  readonly mediaId?: string;
}

/** What a check looked at, and what it found. */
export interface MediaCheck {
  readonly filesChecked: number;
  readonly faults: readonly MediaFault[];
}

/**
 * Compares every row with its file, byte for byte by digest, and every file with its row. A file without a row can be
 * an upload of this very moment when the server runs: nobody was told of it, so it is safe to remove from a stopped one.
 */
export async function verifyMedia(options: { readonly db: ReadDb; readonly directory: string }): Promise<MediaCheck> {
  const files = new DurableFiles(options.directory);
  const faults: MediaFault[] = [];
  let filesChecked = 0;
  for await (const owned of allFiles(options.db)) {
    filesChecked += 1;
    const kind = await faultOf(files, owned);
    if (kind !== undefined) faults.push({ kind, file: owned.file, mediaId: owned.mediaId });
  }
  for await (const listed of files.list()) {
    const known = await knownFiles(options.db, listed.files);
    for (const file of listed.files) if (!known.has(file)) faults.push({ kind: "file-without-row", file });
    for (const file of listed.strange) faults.push({ kind: "strange-file", file });
  }
  return { filesChecked, faults };
}

async function faultOf(files: DurableFiles, owned: OwnedFile): Promise<MediaFault["kind"] | undefined> {
  const handle = await files.open(owned.file).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return "missing-file";
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of handle.createReadStream()) {
    hash.update(chunk);
    length += chunk.length;
  }
  if (length !== owned.length) return "wrong-length";
  return hash.digest("hex") === owned.sha256 ? undefined : "wrong-digest";
}
