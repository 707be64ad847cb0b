import { verifyAccounts } from "@causeway/accounts";
import { verifyBeside, verifyLog, type LogCheck } from "@causeway/audit";
import { fault, type Fault } from "@causeway/base";
import { verifyKeys } from "@causeway/matrix-keys";
import { verifyMedia } from "@causeway/matrix-media";
import { verifyRooms } from "@causeway/matrix-rooms";
import {
  compareMigrations,
  factsOfError,
  verifyFile,
  verifySignature,
  verifyStream,
  type ServerSigner,
  type Snapshot,
} from "@causeway/platform";
import { statSync } from "node:fs";
import { join } from "node:path";
import { allMigrations } from "./migrations.ts";

/** What is checked. */
export interface Checked {
  readonly db: Snapshot;
  readonly media: string;
  readonly signer: ServerSigner;
  /** Whether a server works on it meanwhile: a file of this moment may then belong to an upload that is not finished. */
  readonly isRunning: boolean;
  /** What the audit log is checked with; left out where it has no key yet. */
  readonly audit?: LogCheck | undefined;
}

/**
 * Compares everything that a server keeps with everything else that it keeps. Each part is looked at even when another cannot be
 * read; a database of another version is not looked at at all, because its tables mean something else.
 */
export async function* checkEverything(checked: Checked): AsyncGenerator<Fault> {
  const { db, signer } = checked;
  const started = Date.now();
  const versions = await compareMigrations(db, allMigrations);
  for (const name of versions.missing) yield fault("migration-missing", { name });
  for (const name of versions.unknown) yield fault("migration-unknown", { name });
  if (versions.missing.length + versions.unknown.length > 0) return;
  const verifier = {
    verify: verifySignature,
    sha256: (text: string) => signer.sha256(text),
    keyOf: (entity: string, keyId: string) =>
      entity === signer.serverName && keyId === signer.keyId ? signer.publicKey : undefined,
  };
  yield* guarded("file", verifyFile(db));
  yield* guarded("stream", verifyStream(db));
  yield* guarded("accounts", verifyAccounts(db));
  yield* guarded("rooms", verifyRooms(db, verifier));
  yield* guarded("keys", verifyKeys(db));
  yield* guarded("media", mediaFaults(checked, started));
  if (checked.audit !== undefined) yield* guarded("audit", auditFaults(db, checked.audit));
}

/** What is damaged badly enough cannot be read: a fault as well. */
async function* guarded(part: string, faults: AsyncIterable<Fault>): AsyncGenerator<Fault> {
  try {
    yield* faults;
  } catch (error) {
    const { code, error: kind } = factsOfError(error);
    yield fault("unreadable", {
      part,
      error: String(code ?? kind),
      message: error instanceof Error ? error.message : "",
    });
  }
}

async function* auditFaults(db: Snapshot, check: LogCheck): AsyncGenerator<Fault> {
  yield* (await verifyLog(db, check)).faults;
  yield* (await verifyBeside(db)).faults;
}

async function* mediaFaults(checked: Checked, started: number): AsyncGenerator<Fault> {
  const { db, media, isRunning } = checked;
  for (const found of (await verifyMedia({ db, directory: media })).faults) {
    const { kind, file, mediaId } = found;
    if (isRunning && kind === "file-without-row" && isNewerThan(media, file, started)) continue;
    yield fault(kind, { file, ...(mediaId === undefined ? {} : { media: mediaId }) });
  }
}

/** How long an upload may take from its file to its row. */
const UPLOADING_MS = 60_000;

function isNewerThan(media: string, file: string, started: number): boolean {
  const stats = statSync(join(media, "files", file.slice(0, 1), file.slice(1, 3), file), { throwIfNoEntry: false });
  return stats === undefined || stats.ctimeMs > started - UPLOADING_MS;
}
