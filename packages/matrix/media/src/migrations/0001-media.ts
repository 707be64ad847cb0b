import type { Migration } from "@causeway/platform";

/** Uploaded files, their thumbnails, and what each person uses. */
export const media0001: Migration = {
  name: "0001-media",
  statements: (t) => [
    // NOTE `uploaded_at` is NULL while an address is only reserved; then `file`, `length`, `sha256` and `type` are NULL as well.
    `CREATE TABLE media_files (
       media_id ${t.text} PRIMARY KEY, uploader ${t.text} NOT NULL, created_at ${t.int} NOT NULL, expires_at ${t.int},
       uploaded_at ${t.int}, file ${t.text}, length ${t.int}, sha256 ${t.text}, type ${t.text}, filename ${t.text})`,
    `CREATE UNIQUE INDEX media_files_by_file ON media_files (file)`,
    `CREATE INDEX media_files_unused ON media_files (uploader, expires_at) WHERE uploaded_at IS NULL`,
    `CREATE TABLE media_thumbnails (
       media_id ${t.text} NOT NULL, width ${t.int} NOT NULL, height ${t.int} NOT NULL, method ${t.text} NOT NULL,
       file ${t.text} NOT NULL, length ${t.int} NOT NULL, sha256 ${t.text} NOT NULL, type ${t.text} NOT NULL,
       PRIMARY KEY (media_id, width, height, method))`,
    `CREATE INDEX media_thumbnails_by_file ON media_thumbnails (file)`,
    `CREATE TABLE media_usage (uploader ${t.text} PRIMARY KEY, bytes ${t.int} NOT NULL)`,
  ],
};
