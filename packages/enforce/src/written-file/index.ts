import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

const READABLE = 0o644;

/** Replaces a file that a program of another user reads: it is there whole, before or after. */
export function writeForOthers(path: string, text: string, mode: number = READABLE): void {
  // The name ends like no file that such programs read by themselves.
  const temporary = join(dirname(path), `.${process.pid}-${crypto.randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, "wx", mode);
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
}
