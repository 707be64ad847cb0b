import type { Instant, UserId } from "@causeway/base";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import type { ThumbnailSize } from "./limits.ts";
import { parseFileName, parseMediaId, type FileName, type MediaId } from "./media-id.ts";

/** A file as it is kept on disk. */
export interface StoredFile {
  readonly file: FileName;
  readonly length: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly type: string;
}

/** An address: its file, or that it still waits for one. */
export interface MediaRecord {
  readonly uploader: string;
  readonly expiresAt: number | undefined;
  readonly filename: string | undefined;
  readonly stored: StoredFile | undefined;
}

/** A file with the address it belongs to, for the check. */
export interface OwnedFile extends StoredFile {
  readonly mediaId: MediaId;
}

interface FileRow {
  readonly media_id: string;
  readonly file: string;
  readonly length: number;
  readonly sha256: string;
  readonly type: string;
}

interface RecordRow {
  readonly uploader: string;
  readonly expires_at: number | null;
  readonly filename: string | null;
  readonly file: string | null;
  readonly length: number | null;
  readonly sha256: string | null;
  readonly type: string | null;
}

const byId = statement<RecordRow>(
  "SELECT uploader, expires_at, filename, file, length, sha256, type FROM media_files WHERE media_id = ?",
);
const thumbnailOf = statement<FileRow>(
  "SELECT media_id, file, length, sha256, type FROM media_thumbnails WHERE media_id = ? AND width = ? AND height = ? AND method = ?",
);
const usage = statement<{ bytes: number }>("SELECT bytes FROM media_usage WHERE uploader = ?");
const firstUnused = statement<{ expires_at: number }>(
  "SELECT expires_at FROM media_files WHERE uploader = ? AND uploaded_at IS NULL AND expires_at > ? ORDER BY expires_at LIMIT 1",
);
const insertUploaded = statement(
  `INSERT INTO media_files (media_id, uploader, created_at, uploaded_at, file, length, sha256, type, filename)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
);
const insertReserved = statement(
  `INSERT INTO media_files (media_id, uploader, created_at, expires_at)
   SELECT CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS BIGINT), CAST(? AS BIGINT)
   WHERE (SELECT COUNT(*) FROM media_files WHERE uploader = ? AND uploaded_at IS NULL AND expires_at > ?) < CAST(? AS BIGINT)`,
);
const fill = statement(
  `UPDATE media_files SET uploaded_at = ?, file = ?, length = ?, sha256 = ?, type = ?, filename = ?
   WHERE media_id = ? AND uploaded_at IS NULL`,
);
const addUsage = statement(
  "INSERT INTO media_usage (uploader, bytes) VALUES (?, ?) ON CONFLICT (uploader) DO UPDATE SET bytes = media_usage.bytes + excluded.bytes",
);
const insertThumbnail = statement(
  `INSERT INTO media_thumbnails (media_id, width, height, method, file, length, sha256, type) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
);
const dropUnused = statement("DELETE FROM media_files WHERE uploaded_at IS NULL AND expires_at <= ?");
const pages = {
  files: statement<FileRow>(
    "SELECT media_id, file, length, sha256, type FROM media_files WHERE file > ? ORDER BY file LIMIT ?",
  ),
  thumbnails: statement<FileRow>(
    "SELECT media_id, file, length, sha256, type FROM media_thumbnails WHERE file > ? ORDER BY file LIMIT ?",
  ),
};

function ownedFile(row: FileRow): OwnedFile {
  const file = parseFileName(row.file);
  const mediaId = parseMediaId(row.media_id);
  if (file === undefined || mediaId === undefined)
    throw new Error("the database holds a file name that does not parse");
  return { mediaId, file, length: row.length, sha256: row.sha256, type: row.type };
}

function storedOf(row: RecordRow): StoredFile | undefined {
  const { file, length, sha256, type } = row;
  if (file === null || length === null || sha256 === null || type === null) return undefined;
  return ownedFile({ media_id: "a".repeat(32), file, length, sha256, type });
}

/** What is known of an address, expired ones included. */
export async function findMedia(db: ReadDb, id: MediaId): Promise<MediaRecord | undefined> {
  const row = await db.first(byId(id));
  if (row === undefined) return undefined;
  return {
    uploader: row.uploader,
    expiresAt: row.expires_at ?? undefined,
    filename: row.filename ?? undefined,
    stored: storedOf(row),
  };
}

/** A thumbnail made earlier. */
export async function findThumbnail(db: ReadDb, id: MediaId, size: ThumbnailSize): Promise<StoredFile | undefined> {
  const row = await db.first(thumbnailOf(id, size.width, size.height, size.method));
  return row === undefined ? undefined : ownedFile(row);
}

/** The bytes that a person's files take. */
export async function bytesOf(db: ReadDb, uploader: UserId): Promise<number> {
  return (await db.first(usage(uploader)))?.bytes ?? 0;
}

/** When the first of a person's unused addresses expires. */
export async function firstExpiry(db: ReadDb, uploader: UserId, now: Instant): Promise<number | undefined> {
  return (await db.first(firstUnused(uploader, now)))?.expires_at;
}

/** An upload that has arrived whole. */
export interface ArrivedUpload {
  readonly uploader: UserId;
  readonly stored: StoredFile;
  readonly filename: string | undefined;
  readonly at: Instant;
}

/** Keeps an upload under a new address. */
export function addUploaded(tx: Tx, id: MediaId, upload: ArrivedUpload): void {
  const { uploader, stored, filename, at } = upload;
  tx.add(
    insertUploaded(id, uploader, at, at, stored.file, stored.length, stored.sha256, stored.type, filename ?? null),
  );
  tx.add(addUsage(uploader, stored.length));
}

/** Gives a reserved address its file; the transaction fails with `media.unused` when it has one already or is gone. */
export function fillReserved(tx: Tx, id: MediaId, upload: ArrivedUpload): void {
  const { uploader, stored, filename, at } = upload;
  tx.add(fill(at, stored.file, stored.length, stored.sha256, stored.type, filename ?? null, id), {
    rows: 1,
    what: "media.unused",
  });
  tx.add(addUsage(uploader, stored.length));
}

/** Reserves an address; the transaction fails with `media.reserve` when the person has `max` unused ones already. */
export function reserve(
  tx: Tx,
  id: MediaId,
  by: { readonly uploader: UserId; readonly at: Instant; readonly expiresAt: number; readonly max: number },
): void {
  tx.add(insertReserved(id, by.uploader, by.at, by.expiresAt, by.uploader, by.at, by.max), {
    rows: 1,
    what: "media.reserve",
  });
}

/** Keeps a thumbnail. */
export function addThumbnail(
  tx: Tx,
  id: MediaId,
  made: { readonly size: ThumbnailSize; readonly stored: StoredFile },
): void {
  const { size, stored } = made;
  tx.add(
    insertThumbnail(id, size.width, size.height, size.method, stored.file, stored.length, stored.sha256, stored.type),
  );
}

/** Forgets addresses that were never used in time. */
export function expireUnused(tx: Tx, now: Instant): void {
  tx.add(dropUnused(now));
}

const PAGE = 500;

/** Every kept file, uploads first, then thumbnails. */
export async function* allFiles(db: ReadDb): AsyncGenerator<OwnedFile> {
  for (const page of [pages.files, pages.thumbnails]) {
    let after = "";
    for (;;) {
      const rows = await db.all(page(after, PAGE), { heavy: true });
      for (const row of rows) yield ownedFile(row);
      after = rows.at(-1)?.file ?? after;
      if (rows.length < PAGE) break;
    }
  }
}

/** Which of the given files are kept by some row. */
export async function knownFiles(db: ReadDb, files: readonly FileName[]): Promise<ReadonlySet<string>> {
  if (files.length === 0) return new Set();
  const marks = placeholders(files.length);
  const known = statement<{ file: string }>(
    `SELECT file FROM media_files WHERE file IN (${marks}) UNION ALL SELECT file FROM media_thumbnails WHERE file IN (${marks})`,
  );
  return new Set((await db.all(known(...files, ...files))).map((row) => row.file));
}
