import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

/** Makes a directory and those above it, each with a name that survives a power cut. */
export function makeDirectoryDurably(path: string): void {
  if (existsSync(path)) return;
  makeDirectoryDurably(dirname(path));
  mkdirSync(path, { recursive: true, mode: PRIVATE_DIRECTORY });
  syncDirectory(dirname(path));
}

/** Whether a name is that of a file which `writeDurably` had not finished when the power went. */
export function isUnfinished(name: string): boolean {
  return /^\.[0-9]+-[0-9a-f-]{36}\.tmp$/.test(name);
}

/** Writes a small file, mode 600, that after a power cut is there whole or not at all. Replaces one of the same name. */
export function writeDurably(path: string, text: string): void {
  const temporary = join(dirname(path), `.${process.pid}-${crypto.randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, "wx", PRIVATE_FILE);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** The same without keeping the event loop waiting for the disk. Two of the same name must not be written at once. */
export async function writeDurablyLater(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}-${crypto.randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", PRIVATE_FILE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  if (process.platform === "win32") return;
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Makes the names in a directory durable. */
export function syncDirectory(path: string): void {
  if (process.platform === "win32") return; // NTFS journals names; a directory cannot be opened there
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
