import { keptFiles } from "@causeway/matrix-media";
import {
  openSnapshot,
  readSigner,
  signingKeyFile,
  standingOf,
  syncDirectory,
  type DataPlaces,
  type Snapshot,
  type TableShape,
} from "@causeway/platform";
import type { ServerName } from "@causeway/base";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { FORMAT, names, type Manifest, type MediaLine } from "./backup-format.ts";
import { Pace } from "./pace.ts";
import { copyPaced, PacedFile, type Written } from "./paced-file.ts";
import { lineOfRow } from "./rows.ts";

/** What is copied, and how. */
export interface BackupOptions {
  readonly places: DataPlaces;
  readonly location: string;
  readonly serverName: ServerName;
  /** The new directory of the backup. */
  readonly target: string;
  readonly bytesPerSecond: number;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** What was made. */
export interface Backup {
  readonly manifest: Manifest;
  readonly bytes: number;
}

/** A backup cannot be made or used, with what to do about it. */
export class BackupError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BackupError";
  }
}

/**
 * Copies everything that a server keeps while it runs: the rows of one moment, then the files that they name (which are there since
 * before their row, and never change), the signing key and the configuration. The directory has its name only when it is whole and on
 * the disk; what goes wrong before leaves nothing.
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  const { target, places } = options;
  if (existsSync(target)) throw new BackupError(`${target} is there already; a backup is never overwritten`);
  if (`${target}/`.startsWith(`${places.path}/`))
    throw new BackupError("a backup inside the data directory would be lost with it");
  readSigner(join(places.path, signingKeyFile), options.serverName);
  await using db = await openSnapshot(options.location);
  mkdirSync(dirname(target), { recursive: true });
  const partial = `${target}.partial-${randomBytes(4).toString("hex")}`;
  mkdirSync(partial, { mode: 0o700 });
  try {
    const manifest = await new Copying(options, db, partial).run();
    renameSync(partial, target);
    syncDirectory(dirname(target));
    const parts = [...manifest.tables, manifest.media, ...manifest.others];
    return { manifest, bytes: parts.reduce((sum, part) => sum + part.bytes, 0) };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw options.signal.aborted ? new BackupError("the backup was broken off; nothing is left of it") : error;
  }
}

/** Makes a directory and those above it under `top`, and remembers all of them. */
export function makeWithin(top: string, directory: string, made: Set<string>): void {
  if (made.has(directory) || directory === top) return;
  makeWithin(top, dirname(directory), made);
  mkdirSync(directory);
  made.add(directory);
}

class Copying {
  #options: BackupOptions;
  #db: Snapshot;
  #directory: string;
  #pace: Pace;

  constructor(options: BackupOptions, db: Snapshot, directory: string) {
    this.#options = options;
    this.#db = db;
    this.#directory = directory;
    this.#pace = new Pace(options.bytesPerSecond, options.signal);
  }

  async run(): Promise<Manifest> {
    const { serverName, now } = this.#options;
    const { epoch, head, migrations } = await standingOf(this.#db);
    mkdirSync(join(this.#directory, names.tables));
    const tables: Manifest["tables"] = [];
    for (const table of await this.#db.tables()) tables.push(await this.#table(table));
    const { media, damaged } = await this.#media();
    const manifest: Manifest = {
      format: FORMAT,
      createdAt: now.toISOString(),
      serverName,
      engine: this.#db.engine,
      stream: { epoch, head },
      migrations: [...migrations],
      tables,
      media,
      others: await this.#others(),
      damaged: [...damaged],
    };
    await this.#manifest(manifest);
    return manifest;
  }

  async #table(shape: TableShape): Promise<Manifest["tables"][number]> {
    const file = `${names.tables}/${shape.name}.jsonl`;
    await using written = await PacedFile.create(join(this.#directory, file), this.#pace);
    let rows = 0;
    for await (const batch of this.#db.rows(shape)) {
      rows += batch.length;
      await written.write(Buffer.from(batch.map(lineOfRow).join("")));
    }
    return { name: shape.name, columns: [...shape.columns], rows, file, ...(await written.finish()) };
  }

  async #media(): Promise<{ readonly media: Manifest["media"]; readonly damaged: readonly string[] }> {
    const list = await PacedFile.create(join(this.#directory, names.mediaList), this.#pace);
    await using _list = list;
    const damaged: string[] = [];
    const made = new Set<string>();
    let files = 0;
    for await (const { path, length, sha256 } of keptFiles(this.#db)) {
      const to = join(this.#directory, names.media, path);
      if (existsSync(to)) continue; // a thumbnail that several sizes share
      makeWithin(this.#directory, dirname(to), made);
      const copied = await this.#file(join(this.#options.places.media, path), to);
      if (copied?.sha256 !== sha256 || copied.bytes !== length) {
        damaged.push(path);
        rmSync(to, { force: true });
        continue;
      }
      files += 1;
      const line: MediaLine = { path, bytes: length, sha256 };
      await list.write(Buffer.from(`${JSON.stringify(line)}\n`));
    }
    for (const directory of made) syncDirectory(directory);
    return { media: { file: names.mediaList, files, ...(await list.finish()) }, damaged };
  }

  /** Copies a file; undefined when it is not there. */
  async #file(from: string, to: string): Promise<Written | undefined> {
    return existsSync(from) ? await copyPaced(from, to, this.#pace) : undefined;
  }

  async #others(): Promise<Manifest["others"]> {
    const { path, config } = this.#options.places;
    const others: Manifest["others"] = [];
    // The server's identity, and whatever else it has made a key for.
    const keys = readdirSync(path).filter((name) => /^[a-z][a-z-]{0,60}\.key$/.test(name));
    const files = [signingKeyFile, ...keys.filter((name) => name !== signingKeyFile)];
    const found = files.map((file) => [file, join(path, file)] as const);
    for (const [file, from] of [...found, [names.config, config] as const]) {
      const copied = await this.#file(from, join(this.#directory, file));
      if (copied !== undefined) others.push({ file, ...copied });
    }
    return others;
  }

  async #manifest(manifest: Manifest): Promise<void> {
    const file = await PacedFile.create(join(this.#directory, names.manifest), this.#pace);
    await using _file = file;
    await file.write(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    await file.finish();
    for (const name of [join(this.#directory, names.tables), this.#directory]) syncDirectory(name);
  }
}
