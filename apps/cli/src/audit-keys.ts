import { exported, keyPlaceOf, parseVkey, witnessesOf, type Verifier } from "@causeway/audit";
import { DataDirectoryError } from "@causeway/platform";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { textOf, type Context } from "./command.ts";

/** The public keys that a log or a proof is checked with, and whether they came from somewhere that the log's keeper has no hand in. */
export interface KnownKeys {
  readonly log: readonly Verifier[];
  readonly witnesses: readonly Verifier[];
  /** Said when the key came with what is checked. */
  readonly caution: string | undefined;
}

const MAX_KEY_BYTES = 100_000;

/** A file that somebody names, as text. @throws DataDirectoryError when it is none, or too large. */
export function textFile(path: string, maxBytes: number): string {
  if (!existsSync(path) || !statSync(path).isFile()) throw new DataDirectoryError(`there is no file ${path}`);
  if (statSync(path).size > maxBytes) throw new DataDirectoryError(`${path} is too large`);
  return readFileSync(path, "utf8");
}

/** Reads public keys: `--key` is one itself, or a file with one on each line. */
function keysIn(given: string): readonly Verifier[] {
  const single = parseVkey(given.trim());
  if (single !== undefined) return [single];
  const lines = textFile(given, MAX_KEY_BYTES)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.map((line) => {
    const key = parseVkey(line);
    if (key === undefined) throw new DataDirectoryError(`${given}: not a public key of the form name+id+key`);
    return key;
  });
}

/** The keys: those of `--key`; else those beside the data directory; else those in the exported directory. */
export function knownKeys(context: Context, embedded?: string): KnownKeys {
  const witnesses = witnessesOf(context.config.auditWitnesses);
  const given = textOf(context, "key");
  if (given !== undefined) {
    const keys = keysIn(given);
    const isLog = (key: Verifier): boolean => key.kind === "note";
    const others = keys.filter((key) => !isLog(key));
    return { log: keys.filter(isLog), witnesses: [...witnesses, ...others], caution: undefined };
  }
  const { place } = keyPlaceOf(context.config, context.places);
  const own = place.verifiers();
  if (own.length > 0) return { log: own, witnesses, caution: undefined };
  const file = join(context.places.path, exported.vkey);
  const inExport = embedded === undefined && existsSync(file) ? keysIn(file) : [];
  const inFile = embedded === undefined ? undefined : parseVkey(embedded);
  const log = inFile === undefined ? inExport : [inFile];
  const caution =
    log.length === 0
      ? undefined
      : "The public key came with what was checked: whoever made that could have made a key as well. Name one that you have from elsewhere with --key.";
  return { log, witnesses, caution };
}
