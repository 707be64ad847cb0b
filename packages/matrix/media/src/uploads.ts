import { FailureError, failure, ok, type Clock, type Failure, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import type { Readable } from "node:stream";
import { Arriving, tooLarge } from "./arriving.ts";
import { cleanFilename } from "./disposition.ts";
import type { DurableFiles, StagedFile } from "./durable-files.ts";
import type { MediaLimits } from "./limits.ts";
import type { Scan } from "./ports.ts";
import { servedType } from "./served-type.ts";
import { keepWithRow } from "./keep-with-row.ts";
import { bytesOf, type ArrivedUpload } from "./store.ts";

/** An upload as it comes in. */
export interface Upload {
  readonly uploader: UserId;
  readonly stream: Readable;
  readonly claimedType: string | undefined;
  readonly claimedLength: number | undefined;
  readonly filename: string | undefined;
}

/** What an upload is received with. */
export interface UploadParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly files: DurableFiles;
  readonly limits: MediaLimits;
  readonly scan: Scan | undefined;
}

/** Takes in uploads: limits, then bytes to disk, then the row, then the answer. */
export class Uploads {
  readonly #parts: UploadParts;
  readonly #underWay = new Map<UserId, number>();

  constructor(parts: UploadParts) {
    this.#parts = parts;
  }

  /** Receives one upload; `put` collects the row that names it. Whatever fails, nothing of it is left. */
  async receive(upload: Upload, put: (tx: Tx, arrived: ArrivedUpload) => void): Promise<Result<undefined>> {
    const running = this.#underWay.get(upload.uploader) ?? 0;
    if (running >= this.#parts.limits.maxConcurrentUploadsPerUser) {
      return failure("M_LIMIT_EXCEEDED", "Too many uploads at once.", { retry_after_ms: 1000 });
    }
    this.#underWay.set(upload.uploader, running + 1);
    try {
      const refused = await this.#refusal(upload);
      return refused === undefined ? await this.#take(upload, put) : { ok: false, error: refused };
    } catch (error) {
      return { ok: false, error: expectedFailure(error) };
    } finally {
      this.#leave(upload.uploader);
    }
  }

  #leave(uploader: UserId): void {
    const running = this.#underWay.get(uploader) ?? 1;
    if (running > 1) this.#underWay.set(uploader, running - 1);
    else this.#underWay.delete(uploader);
  }

  async #refusal(upload: Upload): Promise<Failure | undefined> {
    const { db, files, limits } = this.#parts;
    const length = upload.claimedLength ?? 0;
    if (length > limits.maxBytes) return tooLarge(limits.maxBytes).failure;
    if ((await bytesOf(db, upload.uploader)) + length > limits.maxBytesPerUser) {
      return noQuota;
    }
    return (await files.freeBytes()) - length < limits.keepFreeBytes ? noSpace : undefined;
  }

  async #take(upload: Upload, put: (tx: Tx, arrived: ArrivedUpload) => void): Promise<Result<undefined>> {
    const { db, files, limits, clock } = this.#parts;
    const arriving = new Arriving(upload.stream, limits.maxBytes);
    const staged = await files.stage(arriving.chunks());
    const type = servedType({
      head: arriving.head(),
      isPlainText: arriving.isPlainText(),
      claimed: upload.claimedType,
    });
    const admitted = await this.#admitted(staged, upload.uploader, type);
    if (!admitted.ok) {
      await files.discard(staged);
      return admitted;
    }
    const { file, length, sha256 } = staged;
    const stored = { file, length, sha256, type };
    const arrived = { uploader: upload.uploader, stored, filename: cleanFilename(upload.filename), at: clock.now() };
    await keepWithRow({ db, files }, staged, (tx) => put(tx, arrived));
    return ok(undefined);
  }

  /** The rules that need the whole file: the uploader's space (a length need not be announced), and the scanner. */
  async #admitted(staged: StagedFile, uploader: UserId, type: string): Promise<Result<undefined>> {
    const { db, limits, scan } = this.#parts;
    if ((await bytesOf(db, uploader)) + staged.length > limits.maxBytesPerUser) return { ok: false, error: noQuota };
    if (scan === undefined) return ok(undefined);
    const { path, length, sha256 } = staged;
    const decision = await scan({ path, length, sha256, type, uploader });
    return decision.allowed
      ? ok(undefined)
      : failure("M_FORBIDDEN", "This file may not be uploaded.", { reason: decision.reason });
  }
}

const noQuota: Failure = {
  code: "M_FORBIDDEN",
  message: "Your files have reached the space that is allowed to one person.",
};
const noSpace: Failure = { code: "M_UNKNOWN", message: "The server has no space left for this file." };
const UPLOAD_BROKE = new Set(["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE", "ABORT_ERR"]);
const DISK_IS_FULL = new Set(["ENOSPC", "EDQUOT"]);

/** Names the failures that are part of life; anything else is thrown on. */
function expectedFailure(error: unknown): Failure {
  if (error instanceof FailureError) return error.failure;
  if (error instanceof UnmetExpectation && error.what === "media.unused") return { code: "M_CANNOT_OVERWRITE_MEDIA" };
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (DISK_IS_FULL.has(code)) return noSpace;
  if (UPLOAD_BROKE.has(code)) return { code: "M_UNKNOWN", message: "The upload ended too early." };
  throw error;
}
