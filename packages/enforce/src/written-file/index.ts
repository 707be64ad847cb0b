import {
  closeSync,
  existsSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

const READABLE = 0o644;

/** Replaces a file that a program of another user reads: it is there whole, before or after. It stays its owner's and its group's; a new one is the folder's. */
export function writeForOthers(path: string, text: string, mode: number = READABLE): void {
  const { uid, gid } = statSync(existsSync(path) ? path : dirname(path));
  // The name ends like no file that such programs read by themselves.
  const temporary = join(dirname(path), `.${process.pid}-${crypto.randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      give(file, { uid, gid });
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

/** Only a superuser may give files away; others may give them to a group that they are in, or leave them as they are. */
function give(file: number, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  for (const owner of [uid, process.getuid?.() ?? uid]) {
    try {
      fchownSync(file, owner, gid);
      return;
    } catch {
      // The next, or as it is.
    }
  }
}
