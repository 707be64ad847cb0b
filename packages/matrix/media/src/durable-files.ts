import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, statfs, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { newFileName, parseFileName, type FileName } from "./media-id.ts";

/** Bytes on their way to a name: written and synced under `tmp/`, not yet kept. */
export interface StagedFile {
  readonly file: FileName;
  readonly path: string;
  readonly length: number;
  readonly sha256: string;
}

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;

/**
 * Files that are whole after a power cut. The order is the promise: write to a temporary file, sync it, rename it, sync
 * the directory; only then may a row name it. A name is never used twice, so nothing is ever overwritten.
 */
export class DurableFiles {
  readonly #root: string;
  readonly #made = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the directories, and removes what a stopped server left half-written. */
  async prepare(): Promise<void> {
    await mkdir(this.#root, { recursive: true, mode: PRIVATE_DIRECTORY });
    await this.#directory(join(this.#root, "tmp"));
    await this.#directory(join(this.#root, "files"));
    for (const name of await readdir(join(this.#root, "tmp"))) await rm(join(this.#root, "tmp", name), { force: true });
  }

  /** Where a file is kept: two levels of directories by its first letters, at most 32 × 1024 of them. */
  pathOf(file: FileName): string {
    return join(this.#root, "files", file.slice(0, 1), file.slice(1, 3), file);
  }

  /** Writes everything that `chunks` brings to a temporary file and syncs it. Leaves nothing behind when that fails. */
  async stage(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StagedFile> {
    const file = newFileName();
    const path = join(this.#root, "tmp", file);
    const handle = await open(path, "wx", PRIVATE_FILE);
    try {
      const written = await writeAll(handle, chunks);
      await handle.sync();
      await handle.close();
      return { file, path, ...written };
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Gives a staged file its place for good: after this it survives a power cut. */
  async keep(staged: StagedFile): Promise<void> {
    const path = this.pathOf(staged.file);
    await this.#directory(join(this.#root, "files", staged.file.slice(0, 1)));
    const directory = join(path, "..");
    await this.#directory(directory);
    await rename(staged.path, path);
    await syncDirectory(directory);
  }

  /** Removes a file that is not wanted, however far it got. */
  async discard(staged: StagedFile): Promise<void> {
    await rm(staged.path, { force: true });
    await rm(this.pathOf(staged.file), { force: true });
  }

  /** Opens a kept file for reading; rejects when it is not there. */
  open(file: FileName): Promise<FileHandle> {
    return open(this.pathOf(file), "r");
  }

  /** Bytes that are free where files are kept. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#root);
    return bavail * bsize;
  }

  /** Every kept file, a directory at a time; names that are none of ours come as `strange`. */
  async *list(): AsyncGenerator<{ readonly files: readonly FileName[]; readonly strange: readonly string[] }> {
    const top = join(this.#root, "files");
    if (!existsSync(top)) return; // nothing was ever uploaded
    for (const first of await readdir(top)) {
      for (const second of await readdir(join(top, first))) {
        const names = await readdir(join(top, first, second));
        const files = names
          .map(parseFileName)
          .filter((name) => name !== undefined && this.pathOf(name) === join(top, first, second, name));
        const known = new Set<string | undefined>(files);
        const strange = names.filter((name) => !known.has(name)).map((name) => join(first, second, name));
        yield { files: files.filter((name) => name !== undefined), strange };
      }
    }
  }

  /** Makes a directory whose name is durable. A crashed server may have left one unsynced, so the first use always syncs. */
  #directory(path: string): Promise<void> {
    const known = this.#made.get(path);
    if (known !== undefined) return known;
    const making = makeDirectory(path);
    this.#made.set(path, making);
    making.catch(() => this.#made.delete(path));
    return making;
  }
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: PRIVATE_DIRECTORY });
  await syncDirectory(join(path, ".."));
}

async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return; // NTFS journals names; a directory cannot be opened there
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(
  handle: FileHandle,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ readonly length: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let length = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    length += chunk.length;
    let done = 0;
    while (done < chunk.length) done += (await handle.write(chunk, done)).bytesWritten;
  }
  return { length, sha256: hash.digest("hex") };
}
