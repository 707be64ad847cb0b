import { recordAudit } from "@causeway/audit";
import { instant, parseServerName, type ServerName } from "@causeway/base";
import { distrustRestored } from "@causeway/matrix-keys";
import {
  loadDatabase,
  signingKeyFile,
  syncDirectory,
  writeDurably,
  type DataDirectory,
  type LoadedTable,
  type Statement,
} from "@causeway/platform";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { Manifest, MediaLine, names } from "./backup-format.ts";
import { BackupError, makeWithin } from "./backup.ts";
import { allMigrations } from "./migrations.ts";
import { Pace } from "./pace.ts";
import { copyPaced } from "./paced-file.ts";
import { linesIn, rowsIn } from "./rows.ts";

/** What is restored, and where to. */
export interface RestoreOptions {
  readonly source: string;
  /** Empty but for a configuration, and locked. */
  readonly directory: DataDirectory;
  readonly location: string;
  readonly now: Date;
  readonly signal: AbortSignal;
}

/** What a restore has begun. */
export interface Restored {
  readonly manifest: Manifest;
  readonly serverName: ServerName;
  readonly stream: { readonly epoch: number; readonly head: number };
}

/** Positions between two epochs: more than a server gives out in its life. */
const POSITIONS_APART = 1_000_000_000_000;

/**
 * Makes a server from a backup. It goes on in a new epoch of the stream, far beyond every position that can have been given out
 * since, and believes in no one-time key. The directory is a server's only at the very end; a failure leaves it as empty as it was.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { source, directory, location, now } = options;
  if (!directory.isNew) throw new BackupError(`${directory.path} is not empty; a restore never overwrites`);
  const manifest = readManifest(source);
  const serverName = parseServerName(manifest.serverName);
  if (serverName === undefined) throw new BackupError("the backup names no server");
  await verifyFiles(source, manifest);
  const before = new Set(readdirSync(directory.path));
  const stream = nextStream(manifest, now);
  try {
    await copyMedia(options, manifest);
    restoreOthers(source, directory.path, manifest);
    await loadDatabase({
      location,
      migrations: allMigrations,
      applied: manifest.migrations,
      tables: tablesOf(source, manifest),
      stream,
      after: statementsAfter(options, manifest, stream),
    });
  } catch (error) {
    for (const name of readdirSync(directory.path))
      if (!before.has(name)) rmSync(join(directory.path, name), { recursive: true, force: true });
    throw options.signal.aborted ? new BackupError("the restore was broken off; nothing is left of it") : error;
  }
  noteRestore(options, manifest, stream);
  directory.claim(serverName);
  return { manifest, serverName, stream };
}

/** Reads what a backup says of itself. @throws BackupError when it is none, or of another format. */
export function readManifest(source: string): Manifest {
  const file = join(source, names.manifest);
  if (!existsSync(file)) throw new BackupError(`${source} is no backup: it has no ${names.manifest}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new BackupError(`${file} is damaged`);
  }
  const manifest = Manifest.safeParse(parsed);
  if (manifest.success) return manifest.data;
  const issue = manifest.error.issues[0];
  throw new BackupError(`${file}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not a manifest"}`);
}

/** Compares every file of the backup but the media with its digest; those are compared as they are copied. */
async function verifyFiles(source: string, manifest: Manifest): Promise<void> {
  const faults: string[] = [];
  for (const { file, bytes, sha256 } of [...manifest.tables, manifest.media, ...manifest.others]) {
    const path = join(source, file);
    if (!existsSync(path)) faults.push(`${file} is missing`);
    else if (statSync(path).size !== bytes || (await digestOf(path)) !== sha256) faults.push(`${file} is damaged`);
  }
  if (!manifest.others.some(({ file }) => file === signingKeyFile)) faults.push(`${signingKeyFile} is missing`);
  if (faults.length > 0) throw new BackupError(`the backup cannot be used: ${faults.join(", ")}`);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(Buffer.from(chunk));
  return hash.digest("hex");
}

async function copyMedia({ source, directory, signal }: RestoreOptions, manifest: Manifest): Promise<void> {
  if (manifest.media.files === 0) return;
  const pace = new Pace(Infinity, signal);
  const made = new Set<string>();
  for await (const line of linesIn(join(source, manifest.media.file))) {
    const { path, bytes, sha256 } = MediaLine.parse(JSON.parse(line));
    const from = join(source, names.media, path);
    const to = join(directory.media, path);
    makeWithin(directory.path, dirname(to), made);
    const copied = existsSync(from) ? await copyPaced(from, to, pace) : undefined;
    if (copied?.sha256 !== sha256 || copied.bytes !== bytes)
      throw new BackupError(
        `the backup cannot be used: media/${path} is ${copied === undefined ? "missing" : "damaged"}`,
      );
  }
  for (const one of made) syncDirectory(one);
}

function restoreOthers(source: string, path: string, manifest: Manifest): void {
  for (const { file } of manifest.others) {
    // A configuration that the operator has put there is meant for this machine.
    if (!existsSync(join(path, file))) writeDurably(join(path, file), readFileSync(join(source, file), "utf8"));
  }
}

/** Tables as the backup has them; the record of migrations is written by applying them. */
function tablesOf(source: string, manifest: Manifest): readonly LoadedTable[] {
  return manifest.tables
    .filter(({ name }) => name !== "migrations")
    .map(({ name, columns, file }) => ({
      shape: { name, columns },
      rows: () => rowsIn(join(source, file), columns.length),
    }));
}

/**
 * The epoch is the time, so that restoring one backup twice makes two epochs; positions begin anew at the next multiple of a number
 * that no server comes to.
 */
function nextStream(manifest: Manifest, now: Date): Restored["stream"] {
  const { epoch, head } = manifest.stream;
  return {
    epoch: Math.max(epoch + 1, Math.floor(now.getTime() / 1000)),
    head: (Math.floor(head / POSITIONS_APART) + 1) * POSITIONS_APART,
  };
}

/** What changes in the rows themselves: no one-time key is believed, and the audit log says that this server was made from a backup. */
function statementsAfter(
  { now, source }: RestoreOptions,
  manifest: Manifest,
  { epoch }: Restored["stream"],
): readonly Statement[] {
  const statements: Statement[] = [];
  const tx = { add: (query: Statement) => void statements.push(query) };
  distrustRestored(tx);
  const facts = { backup: digestOfManifest(source), made: Date.parse(manifest.createdAt), epoch };
  recordAudit(tx, { act: "server.restored", by: "operator", on: "server", at: instant(now.getTime()), facts });
  return statements;
}

function digestOfManifest(source: string): string {
  return createHash("sha256")
    .update(readFileSync(join(source, names.manifest)))
    .digest("hex");
}

/** Which backup, when, and where the stream went on; the audit log says so too. */
function noteRestore({ directory, now, source }: RestoreOptions, manifest: Manifest, stream: Restored["stream"]): void {
  const note = {
    restoredAt: now.toISOString(),
    backup: {
      createdAt: manifest.createdAt,
      sha256: digestOfManifest(source),
      ...manifest.stream,
    },
    ...stream,
  };
  writeDurably(join(directory.path, "restored.json"), `${JSON.stringify(note, null, 2)}\n`);
}
