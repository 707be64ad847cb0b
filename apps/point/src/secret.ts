import { writeDurably } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const BYTES = 32;

/** The secret of which the keys between this point and its name server are made: the same from start to start. */
export function zoneSecret(directory: string): Buffer {
  const path = join(directory, "zones.secret");
  if (!existsSync(path)) writeDurably(path, `${randomBytes(BYTES).toString("base64")}\n`);
  return Buffer.from(readFileSync(path, "utf8").trim(), "base64");
}
