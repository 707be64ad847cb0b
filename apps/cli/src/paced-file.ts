import { createHash, type Hash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import type { Pace } from "./pace.ts";

/** What was written. */
export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/** A new file, mode 600, written at a pace and synced bit by bit, so that no big flush at the end holds up everybody else's. */
export class PacedFile implements AsyncDisposable {
  #file: FileHandle;
  #pace: Pace;
  #hash: Hash = createHash("sha256");
  #bytes = 0;

  private constructor(file: FileHandle, pace: Pace) {
    this.#file = file;
    this.#pace = pace;
  }

  /** Makes the file; rejects when there is one. */
  static async create(path: string, pace: Pace): Promise<PacedFile> {
    return new PacedFile(await open(path, "wx", 0o600), pace);
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
    for (let done = 0; done < chunk.length;) done += (await this.#file.write(chunk, done)).bytesWritten;
    if (!this.#pace.isDue(chunk.length)) return;
    await this.#file.datasync();
    await this.#pace.rest();
  }

  /** Makes it durable and says what it is. */
  async finish(): Promise<Written> {
    await this.#file.sync();
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Copies a file; says what was read. */
export async function copyPaced(from: string, to: string, pace: Pace): Promise<Written> {
  const source = await open(from, "r");
  await using target = await PacedFile.create(to, pace);
  for await (const chunk of source.createReadStream({ highWaterMark: 262_144 })) await target.write(Buffer.from(chunk));
  return await target.finish();
}
