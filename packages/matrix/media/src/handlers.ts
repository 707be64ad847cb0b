import { failure, ok, type Clock, type Result, type ServerName } from "@causeway/base";
import {
  createMediaId,
  downloadMedia,
  getMediaConfig,
  getThumbnail,
  previewUrl,
  unauthenticatedMedia,
  uploadMedia,
  uploadToMediaId,
} from "@causeway/contract";
import { serve, UnmetExpectation, type Answer, type Database, type Request, type Route } from "@causeway/platform";
import type { DurableFiles } from "./durable-files.ts";
import { fileReply } from "./file-reply.ts";
import type { MediaLimits } from "./limits.ts";
import { mxcOf, newMediaId, parseMediaId, type MediaId } from "./media-id.ts";
import {
  addUploaded,
  fillReserved,
  findMedia,
  firstExpiry,
  reserve,
  type MediaRecord,
  type StoredFile,
} from "./store.ts";
import { cannotThumbnail, type Thumbnails } from "./thumbnails.ts";
import type { Upload, Uploads } from "./uploads.ts";
import type { WaitingDownloads } from "./waiting.ts";

/** What the handlers work with. */
export interface HandlerParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly server: ServerName;
  readonly limits: MediaLimits;
  readonly files: DurableFiles;
  readonly uploads: Uploads;
  readonly thumbnails: Thumbnails;
  readonly waiting: WaitingDownloads;
}

/** Every endpoint of the content repository (client-server API, "Content repository"). */
export function mediaRoutes(parts: HandlerParts): readonly Route[] {
  return [
    serve(uploadMedia, (request) => upload(parts, request)),
    serve(createMediaId, (request) => create(parts, request)),
    serve(uploadToMediaId, (request) => uploadTo(parts, request)),
    serve(downloadMedia, (request) => download(parts, request)),
    serve(getThumbnail, (request) => thumbnail(parts, request)),
    serve(getMediaConfig, () => ok({ "m.upload.size": parts.limits.maxBytes })),
    serve(previewUrl, () =>
      failure("M_NOT_FOUND", "This server makes no previews: it opens no outside page on anybody's behalf."),
    ),
    serve(unauthenticatedMedia, () => failure("M_NOT_FOUND", "Files are served to signed-in readers only.")),
  ];
}

function uploadOf(request: Request<typeof uploadMedia>): Upload {
  const length = Number(request.headers["content-length"]);
  return {
    uploader: request.caller.user,
    stream: request.stream,
    claimedType: request.headers["content-type"],
    claimedLength: Number.isSafeInteger(length) ? length : undefined,
    filename: request.query.filename,
  };
}

async function upload(parts: HandlerParts, request: Request<typeof uploadMedia>): Promise<Answer> {
  const id = newMediaId();
  const received = await parts.uploads.receive(uploadOf(request), (tx, arrived) => addUploaded(tx, id, arrived));
  return received.ok ? ok({ content_uri: mxcOf(parts.server, id) }) : received;
}

async function create(parts: HandlerParts, request: Request<typeof createMediaId>): Promise<Answer> {
  const { db, limits, server } = parts;
  const uploader = request.caller.user;
  const id = newMediaId();
  const expiresAt = request.now + limits.unusedLifetimeMs;
  const tx = db.begin();
  reserve(tx, id, { uploader, at: request.now, expiresAt, max: limits.maxUnusedPerUser });
  try {
    await tx.commit();
  } catch (error) {
    if (!(error instanceof UnmetExpectation)) throw error;
    const first = (await firstExpiry(db, uploader, request.now)) ?? request.now;
    const retryAfterMs = Math.max(1000, first - request.now);
    return failure("M_LIMIT_EXCEEDED", "Too many reserved addresses wait for their file.", {
      retry_after_ms: retryAfterMs,
    });
  }
  return ok({ content_uri: mxcOf(server, id), unused_expires_at: expiresAt });
}

async function uploadTo(parts: HandlerParts, request: Request<typeof uploadToMediaId>): Promise<Answer> {
  const { db, uploads, waiting } = parts;
  const id = ownId(parts, request.params);
  if (id === undefined) return unknownMedia;
  const record = await findMedia(db, id);
  if (record === undefined) return unknownMedia;
  if (record.uploader !== request.caller.user) return failure("M_FORBIDDEN", "Somebody else reserved this address.");
  if (record.stored !== undefined) return failure("M_CANNOT_OVERWRITE_MEDIA");
  if (hasExpired(record, request.now)) return unknownMedia;
  const received = await uploads.receive(uploadOf(request), (tx, arrived) => fillReserved(tx, id, arrived));
  if (!received.ok) return received;
  waiting.arrived(id);
  return ok({});
}

async function download(parts: HandlerParts, request: Request<typeof downloadMedia>): Promise<Answer> {
  const found = await arrivedMedia(parts, request);
  if (!found.ok) return found;
  const { stored, filename } = found.value;
  return ok(await fileReply(parts.files, { stored, filename: request.params.fileName ?? filename }, request));
}

async function thumbnail(parts: HandlerParts, request: Request<typeof getThumbnail>): Promise<Answer> {
  const found = await arrivedMedia(parts, request);
  if (!found.ok) return found;
  const { width, height, method } = request.query;
  const made = await parts.thumbnails.find(found.value.id, found.value.stored, { width, height, method });
  if (!made.ok) return made.error === "cannot-thumbnail" ? ok(cannotThumbnail()) : { ok: false, error: made.error };
  const filename = `thumbnail.${made.value.type.slice("image/".length)}`;
  return ok(await fileReply(parts.files, { stored: made.value, filename }, request));
}

interface Arrived {
  readonly id: MediaId;
  readonly stored: StoredFile;
  readonly filename: string | undefined;
}

type Asked = Pick<Request<typeof downloadMedia>, "params" | "query" | "signal">;

/** The file that a path names, waited for if it is still to come. */
async function arrivedMedia(parts: HandlerParts, request: Asked): Promise<Result<Arrived>> {
  const id = ownId(parts, request.params);
  if (id === undefined) return unknownMedia;
  const patience = { ms: Math.min(request.query.timeout_ms, parts.limits.maxWaitMs), signal: request.signal };
  const look = async (): Promise<Result<Arrived> | undefined> => {
    const record = await findMedia(parts.db, id);
    if (record === undefined || hasExpired(record, parts.clock.now())) return unknownMedia;
    const { stored, filename } = record;
    return stored === undefined ? undefined : ok({ id, stored, filename });
  };
  return (await parts.waiting.until(id, look, patience)) ?? failure("M_NOT_YET_UPLOADED");
}

/** Other servers' files are not fetched here, so they are as unknown as a malformed id. */
function ownId(
  parts: HandlerParts,
  params: { readonly serverName: string; readonly mediaId: string },
): MediaId | undefined {
  return params.serverName === parts.server ? parseMediaId(params.mediaId) : undefined;
}

function hasExpired(record: MediaRecord, now: number): boolean {
  return record.stored === undefined && record.expiresAt !== undefined && record.expiresAt <= now;
}

const unknownMedia = failure("M_NOT_FOUND", "No such file.");
