import { makeDirectoryDurably, writeDurably, type ReadDb } from "@causeway/platform";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AuditLogError } from "./key-place.ts";
import { TILE_WIDTH } from "./merkle/frontier.ts";
import { bytesOfHashes, leafHash } from "./merkle/hash.ts";
import { bundleOf, pathOfTile, type TileAt } from "./merkle/tile-path.ts";
import { parseCheckpoint } from "./note/checkpoint.ts";
import type { Verifier } from "./note/keys.ts";
import { openNote } from "./note/note.ts";
import { leavesBetween, treeRow } from "./store.ts";
import { TreeCheck } from "./tree-check.ts";

/** The names of files in an exported log beside its tiles. */
export const exported = { checkpoint: "checkpoint", vkey: "log.vkey", tiles: "tile" } as const;

/**
 * Writes the whole log as the files that it is served as (C2SP tlog-tiles), for anybody's tools: entries, tiles, checkpoint, and the
 * public key. The checkpoint comes last: a directory without one is no whole export. Salts and values stay where they are.
 */
export async function exportLog(
  db: ReadDb,
  keys: readonly Verifier[],
  directory: string,
): Promise<{ readonly entries: number }> {
  if (existsSync(directory) && readdirSync(directory).length > 0)
    throw new AuditLogError(`${directory} is not empty; name a new directory`);
  const { size, checkpoint } = await treeRow(db);
  const opened = openNote(checkpoint, keys);
  if (typeof opened === "string" || parseCheckpoint(opened.text)?.size !== size)
    throw new AuditLogError("the log has no checkpoint that its key has signed; start the server once");
  makeDirectoryDurably(directory);
  const write = async (at: TileAt, bytes: Uint8Array): Promise<void> => {
    const path = join(directory, exported.tiles, pathOfTile(at));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  const above: { readonly at: TileAt; readonly bytes: Uint8Array }[] = [];
  const tree = new TreeCheck([], (level, n, hashes) => {
    above.push({ at: { level, n, width: hashes.length }, bytes: bytesOfHashes(hashes) });
  });
  for (let start = 0; start < size; start += TILE_WIDTH) {
    const leaves = await leavesBetween(db, start, Math.min(size, start + TILE_WIDTH));
    const at = { n: start / TILE_WIDTH, width: leaves.length };
    for (const leaf of leaves) tree.add(leaf);
    await write({ level: "entries", ...at }, bundleOf(leaves.map((leaf) => Buffer.from(leaf))));
    await write({ level: 0, ...at }, bytesOfHashes(leaves.map((leaf) => leafHash(leaf))));
  }
  tree.end();
  for (const { at, bytes } of above) await write(at, bytes);
  const [key] = keys;
  if (key !== undefined) writeDurably(join(directory, exported.vkey), `${key.vkey}\n`);
  writeDurably(join(directory, exported.checkpoint), checkpoint);
  return { entries: size };
}
