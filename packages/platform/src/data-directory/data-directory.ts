import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ServerName } from "@causeway/base";
import { isUnfinished, makeDirectoryDurably, writeDurably } from "./durable-file.ts";

/** A data directory that cannot be used, with what to do about it. */
export class DataDirectoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DataDirectoryError";
  }
}

/** A running program has the data directory: the server, or an operator's command. */
export class DataDirectoryInUse extends DataDirectoryError {
  constructor(owner: string) {
    super(`another process (${owner}) uses this data directory; stop it first`);
    this.name = "DataDirectoryInUse";
  }
}

const MARKER = "causeway-data";
const LOCK_FILE = "server.lock";
const OWNER_FILE = "server.pid";
/** What may lie in a directory that is still new: the operator's configuration, and what a start that failed has left. */
const HARMLESS = new Set(["causeway.yaml", LOCK_FILE, `${LOCK_FILE}-journal`, OWNER_FILE, "lost+found"]);

/** Where everything is that a server keeps. */
export interface DataPlaces {
  readonly path: string;
  readonly database: string;
  readonly media: string;
  readonly config: string;
  /** Where a running server takes operators' commands. */
  readonly adminSocket: string;
}

/** A data directory that this process has to itself. */
export interface DataDirectory extends DataPlaces {
  /** Whether the directory was empty before this. */
  readonly isNew: boolean;
  /** Writes down that the directory is Causeway's, and whose: what `openDataDirectory` does at once and a restore at its end. */
  claim(serverName: ServerName): void;
  /** Gives the directory to the next process. */
  release(): void;
}

/** Where things are in a data directory. */
export function placesIn(path: string): DataPlaces {
  return {
    path,
    database: join(path, "causeway.db"),
    media: join(path, "media"),
    config: join(path, "causeway.yaml"),
    adminSocket: join(path, "admin.sock"),
  };
}

/**
 * Prepares a directory, mode 700, for this process alone. Refuses one that holds other things, and one that belongs to a server
 * of another name: every id in it ends in that name.
 */
export function openDataDirectory(path: string, serverName: ServerName): DataDirectory {
  const directory = lockDataDirectory(path);
  try {
    if (!directory.isNew && readMarker(path) === undefined) {
      throw new DataDirectoryError(
        `${path} holds files that Causeway did not make; name an empty directory with --data`,
      );
    }
    checkName(path, serverName);
    directory.claim(serverName);
    return directory;
  } catch (error) {
    directory.release();
    throw error;
  }
}

/** Takes a directory for this process alone, whatever is in it. Made, mode 700, when it is not there. */
export function lockDataDirectory(path: string): DataDirectory {
  makeDirectoryDurably(path);
  const isNew = readdirSync(path).every((name) => HARMLESS.has(name) || isUnfinished(name));
  const release = lock(path);
  return {
    ...placesIn(path),
    isNew,
    claim: (serverName) => {
      if (nameIn(readMarker(path)) === undefined) writeDurably(join(path, MARKER), markerFor(serverName));
    },
    release,
  };
}

/** Reads where things are in a directory that a server made, without taking it. @throws DataDirectoryError when it is none. */
export function existingDataDirectory(path: string, serverName: ServerName): DataPlaces {
  if (!existsSync(path) || !statSync(path).isDirectory())
    throw new DataDirectoryError(`there is no data directory ${path}`);
  if (readMarker(path) === undefined) throw new DataDirectoryError(`${path} is not a data directory of Causeway`);
  checkName(path, serverName);
  return placesIn(path);
}

function markerFor(serverName: ServerName): string {
  return `This directory belongs to Causeway. Back it up with \`causeway backup\`.\nserver name: ${serverName}\n`;
}

function readMarker(path: string): string | undefined {
  const file = join(path, MARKER);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function nameIn(marker: string | undefined): string | undefined {
  return marker === undefined ? undefined : /^server name: (\S+)$/m.exec(marker)?.[1];
}

function checkName(path: string, serverName: ServerName): void {
  const known = nameIn(readMarker(path));
  if (known === undefined || known === serverName) return;
  throw new DataDirectoryError(
    `${path} belongs to the server \`${known}\`, and the configuration says \`${serverName}\`: a server's name can never change; set \`serverName\` (CAUSEWAY_SERVER_NAME)`,
  );
}

/**
 * The operating system's lock, by way of SQLite: it goes with the process, however that ends, and is no other's by a number that
 * was given out again (a crash, or another container on the same volume).
 */
function lock(path: string): () => void {
  const held = new DatabaseSync(join(path, LOCK_FILE), { timeout: 0 });
  try {
    held.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    held.close();
    if (Reflect.get(Object(error), "errcode") === 5) throw new DataDirectoryInUse(ownerOf(path));
    throw error;
  }
  writeFileSync(join(path, OWNER_FILE), String(process.pid), { mode: 0o600 });
  return () => {
    rmSync(join(path, OWNER_FILE), { force: true });
    if (held.isOpen) held.close();
  };
}

function ownerOf(path: string): string {
  const file = join(path, OWNER_FILE);
  const pid = existsSync(file) ? readFileSync(file, "utf8") : "";
  return /^[0-9]+$/.test(pid) ? pid : "not known which";
}
