import { HttpReply } from "@causeway/platform";
import type { Readable } from "node:stream";
import { contentDisposition } from "./disposition.ts";
import type { DurableFiles } from "./durable-files.ts";
import { chooseRange, matchesTag, rangeStillHolds, type ByteRange } from "./range.ts";
import { isInlineType } from "./served-type.ts";
import type { StoredFile } from "./store.ts";

/** A file to be served, under the name it is saved as. */
export interface ServedFile {
  readonly stored: StoredFile;
  readonly filename: string | undefined;
}

/** What a reply depends on in its request. */
export interface Reader {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What every answer with a file's content says to browsers: do not guess, do not run, do not let others keep it. */
const GUARDS: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "sandbox; default-src 'none'; script-src 'none'; object-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
  "referrer-policy": "no-referrer",
  "cache-control": "private, max-age=31536000, immutable",
};

/** Answers a file: whole, one range of it, "not modified", or "no such range" (RFC 9110, 13 and 14). */
export async function fileReply(files: DurableFiles, served: ServedFile, reader: Reader): Promise<HttpReply> {
  const { stored, filename } = served;
  const { headers } = reader;
  const tag = `"${stored.sha256}"`;
  const common = { ...GUARDS, etag: tag, "accept-ranges": "bytes" };
  if (matchesTag(headers["if-none-match"], tag)) return new HttpReply({ status: 304, headers: common });
  const described = {
    ...common,
    "content-type": stored.type,
    "content-disposition": contentDisposition(isInlineType(stored.type) ? "inline" : "attachment", filename),
  };
  const choice = chooseRange(rangeStillHolds(headers["if-range"], tag) ? headers["range"] : undefined, stored.length);
  if (choice.kind === "unsatisfiable") {
    return new HttpReply({ status: 416, headers: { ...common, "content-range": `bytes */${stored.length}` } });
  }
  const range = choice.kind === "part" ? choice.range : { start: 0, end: stored.length - 1 };
  const partial =
    choice.kind === "part" ? { "content-range": `bytes ${range.start}-${range.end}/${stored.length}` } : {};
  return new HttpReply({
    status: choice.kind === "part" ? 206 : 200,
    headers: { ...described, ...partial, "content-length": String(range.end - range.start + 1) },
    body: stored.length === 0 ? new Uint8Array() : await bytesIn(files, stored, { range, signal: reader.signal }),
  });
}

async function bytesIn(
  files: DurableFiles,
  stored: StoredFile,
  part: { readonly range: ByteRange; readonly signal: AbortSignal },
): Promise<Readable> {
  const handle = await files.open(stored.file);
  const bytes = handle.createReadStream({ start: part.range.start, end: part.range.end });
  // A reader who leaves before the first byte would otherwise leave the file open.
  part.signal.addEventListener("abort", () => bytes.destroy(), { once: true });
  return bytes;
}
