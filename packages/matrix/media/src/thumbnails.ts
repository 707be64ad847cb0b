import { failure, ok, type Failure, type Result } from "@causeway/base";
import { HttpReply, type Database } from "@causeway/platform";
import type { DurableFiles } from "./durable-files.ts";
import { isDecodable, restrainDecoder, shrink, type Shrunk } from "./image.ts";
import { keepWithRow } from "./keep-with-row.ts";
import type { MediaLimits, ThumbnailSize } from "./limits.ts";
import type { MediaId } from "./media-id.ts";
import { addThumbnail, findThumbnail, type StoredFile } from "./store.ts";
import { chooseSize } from "./thumbnail-size.ts";
import { Turns } from "./turns.ts";

/** What thumbnails are made with. */
export interface ThumbnailParts {
  readonly db: Database;
  readonly files: DurableFiles;
  readonly limits: MediaLimits;
}

/** Why there is no thumbnail: a refusal, or the 400 that the specification gives `M_UNKNOWN` here. */
export type NoThumbnail = Failure | "cannot-thumbnail";

/** Makes each thumbnail once, keeps it, and never makes more than a few at a time. */
export class Thumbnails {
  readonly #parts: ThumbnailParts;
  readonly #turns: Turns;
  readonly #making = new Map<string, Promise<Result<StoredFile, NoThumbnail>>>();

  constructor(parts: ThumbnailParts) {
    this.#parts = parts;
    restrainDecoder();
    this.#turns = new Turns(parts.limits.concurrentThumbnails, parts.limits.maxWaitingThumbnails);
  }

  /** The file that answers a request for a thumbnail: made now or earlier, or the original when that is no larger. */
  async find(id: MediaId, original: StoredFile, wanted: ThumbnailSize): Promise<Result<StoredFile, NoThumbnail>> {
    const { limits, db } = this.#parts;
    if (!isDecodable(original.type)) return { ok: false, error: "cannot-thumbnail" };
    const size = chooseSize(limits.thumbnailSizes, wanted) ?? WHOLE;
    const made = await findThumbnail(db, id, size);
    return made === undefined ? await this.#once(id, original, size) : ok(made);
  }

  #once(id: MediaId, original: StoredFile, size: ThumbnailSize): Promise<Result<StoredFile, NoThumbnail>> {
    const key = `${id} ${size.width} ${size.height} ${size.method}`;
    const underWay = this.#making.get(key);
    if (underWay !== undefined) return underWay;
    const making = this.#make(id, original, size).finally(() => this.#making.delete(key));
    this.#making.set(key, making);
    return making;
  }

  async #make(id: MediaId, original: StoredFile, size: ThumbnailSize): Promise<Result<StoredFile, NoThumbnail>> {
    const { files, limits } = this.#parts;
    if (original.length > limits.maxThumbnailSourceBytes) return tooLarge;
    const shrunk = await this.#turns.take(async () => await shrink(await readWhole(files, original), size, limits));
    if (shrunk === undefined)
      return failure("M_LIMIT_EXCEEDED", "Too many thumbnails are being made.", { retry_after_ms: 2000 });
    switch (shrunk.kind) {
      case "as-it-is":
        return ok(await this.#remember(id, size, original));
      case "made":
        return ok(await this.#keep(id, size, shrunk));
      case "too-many-pixels":
        return tooLarge;
      case "undecodable":
        return { ok: false, error: "cannot-thumbnail" };
    }
  }

  async #keep(id: MediaId, size: ThumbnailSize, made: Extract<Shrunk, { kind: "made" }>): Promise<StoredFile> {
    const { db, files } = this.#parts;
    const staged = await files.stage([made.bytes]);
    const stored = { file: staged.file, length: staged.length, sha256: staged.sha256, type: made.type };
    await keepWithRow({ db, files }, staged, (tx) => addThumbnail(tx, id, { size, stored }));
    return stored;
  }

  /** The original is its own thumbnail; saying so in a row saves decoding it again. */
  async #remember(id: MediaId, size: ThumbnailSize, original: StoredFile): Promise<StoredFile> {
    const tx = this.#parts.db.begin();
    addThumbnail(tx, id, { size, stored: original });
    await tx.commit();
    return original;
  }
}

/** For requests beyond every configured size: the picture in its own size, still, in a type that every client shows. */
const WHOLE: ThumbnailSize = { width: 100_000, height: 100_000, method: "scale" };

const tooLarge = failure("M_TOO_LARGE", "The image is too large for a thumbnail.");

async function readWhole(files: DurableFiles, original: StoredFile): Promise<Uint8Array> {
  const handle = await files.open(original.file);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** The specification's answer for content that has no thumbnail: `M_UNKNOWN` with status 400, where it is 500 elsewhere. */
export function cannotThumbnail(): HttpReply {
  const body = JSON.stringify({ errcode: "M_UNKNOWN", error: "This file cannot be shown as a thumbnail." });
  return new HttpReply({ status: 400, headers: { "content-type": "application/json; charset=utf-8" }, body });
}
