import { z } from "zod";

/** The version of this layout; a program refuses one that it does not know. */
export const FORMAT = 1;
/** The names in a backup. */
export const names = {
  manifest: "manifest.json",
  tables: "tables",
  media: "media",
  mediaList: "media.jsonl",
  config: "causeway.yaml",
} as const;

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().min(0);
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
/** A name in the backup's own directory: no path leads out of it. */
const fileName = z.string().regex(/^(tables\/)?[a-z][a-z0-9_.-]{0,80}$/);
const fileEntry = z.strictObject({ file: fileName, bytes: count, sha256: digest });

/** What `manifest.json` says: everything that belongs to the backup, with digests. */
export const Manifest = z.strictObject({
  format: z.literal(FORMAT),
  createdAt: z.iso.datetime(),
  serverName: z.string(),
  engine: z.enum(["sqlite", "postgres"]),
  stream: z.strictObject({ epoch: count, head: count }),
  migrations: z.array(z.string()),
  tables: z.array(z.strictObject({ ...fileEntry.shape, name: identifier, columns: z.array(identifier), rows: count })),
  media: z.strictObject({ ...fileEntry.shape, files: count }),
  /** The signing key and other keys of the server, and the configuration when there was a file of it. */
  others: z.array(fileEntry),
  /** Files that rows name and that were not there, or not whole, when the backup was made. */
  damaged: z.array(z.string()),
});
export type Manifest = z.infer<typeof Manifest>;

/** A line of `media.jsonl`. */
export const MediaLine = z.strictObject({
  path: z.string().regex(/^files\/[a-z2-7]\/[a-z2-7]{2}\/[a-z2-7]{32}$/),
  bytes: count,
  sha256: digest,
});
export type MediaLine = z.infer<typeof MediaLine>;
