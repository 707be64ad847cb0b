import { fault, type Fault } from "@causeway/base";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exported } from "./export.ts";
import { TILE_WIDTH } from "./merkle/frontier.ts";
import { bytesOfHashes, leafHash, type Hash } from "./merkle/hash.ts";
import { entriesIn, pathOfTile, type TileAt } from "./merkle/tile-path.ts";
import { parseCheckpoint } from "./note/checkpoint.ts";
import { openNote } from "./note/note.ts";
import { TreeCheck } from "./tree-check.ts";
import type { LogCheck, LogVerdict } from "./verify-database.ts";

/** Whether a directory holds a log as files. */
export function isExport(directory: string): boolean {
  return existsSync(join(directory, exported.checkpoint)) && !existsSync(join(directory, "causeway-data"));
}

/** Checks a whole log as files: every entry, every hash, and the checkpoint. */
export async function verifyExport(directory: string, { keys, trusted, witnesses }: LogCheck): Promise<LogVerdict> {
  const faults: Fault[] = [];
  const opened = openNote(readFileSync(join(directory, exported.checkpoint), "utf8"), [...keys, ...witnesses]);
  const checkpoint =
    typeof opened === "string" || !opened.signed.some(({ by }) => by.kind === "note")
      ? undefined
      : parseCheckpoint(opened.text);
  if (checkpoint === undefined)
    faults.push(fault("audit-checkpoint", { because: typeof opened === "string" ? opened : "malformed" }));
  const size = checkpoint?.size ?? 0;
  const own = checkpoint === undefined ? [] : [{ of: "own", checkpoint }];
  const above: Promise<void>[] = [];
  const expectTile = async (at: TileAt, hashes: readonly Hash[]): Promise<void> => {
    const bytes = await fileOf(directory, at);
    if (bytes === undefined || !bytes.equals(bytesOfHashes(hashes)))
      faults.push(fault(bytes === undefined ? "audit-file-missing" : "audit-tile", { tile: pathOfTile(at) }));
  };
  const tree = new TreeCheck([...trusted, ...own], (level, n, hashes) => {
    above.push(expectTile({ level, n, width: hashes.length }, hashes));
  });
  for (let start = 0; start < size; start += TILE_WIDTH) {
    const at = { n: start / TILE_WIDTH, width: Math.min(TILE_WIDTH, size - start) };
    const bundle = await fileOf(directory, { level: "entries", ...at });
    const entries = bundle === undefined ? undefined : entriesIn(bundle);
    if (entries?.length !== at.width) {
      const tile = pathOfTile({ level: "entries", ...at });
      faults.push(fault(bundle === undefined ? "audit-file-missing" : "audit-bundle", { tile }));
      break;
    }
    for (const entry of entries) tree.add(entry);
    await expectTile({ level: 0, ...at }, entries.map(leafHash));
  }
  if (faults.every(({ kind }) => kind !== "audit-bundle" && kind !== "audit-file-missing")) tree.end();
  await Promise.all(above);
  faults.push(...tree.faults);
  return { faults, entries: tree.size, root: tree.root(), checkpoint };
}

async function fileOf(directory: string, at: TileAt): Promise<Buffer | undefined> {
  const path = join(directory, exported.tiles, pathOfTile(at));
  return existsSync(path) ? await readFile(path) : undefined;
}
