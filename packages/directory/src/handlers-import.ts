import { failure, ok, type Result } from "@causeway/base";
import { importDirectory } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { Readable } from "node:stream";
import type { DirectoryCore } from "./core.ts";
import type { CsvFault } from "./csv.ts";
import { readCsv } from "./csv.ts";
import { listChanges, type ChangeEntry } from "./import-diff.ts";
import { planImport } from "./import-plan.ts";
import { readImport, type ImportFile } from "./import-rows.ts";
import type { Touched } from "./live-state.ts";

/** What an import has done, or would do. */
export interface ImportOutcome {
  readonly dry_run: boolean;
  readonly rows: number;
  readonly changes: readonly ChangeEntry[];
}

/** How an import is to be done. */
export interface ImportOptions {
  readonly dryRun: boolean;
  readonly absent: "keep" | "leave";
}

/** Ends an import's planning without a change: what a dry run found. */
const DRY = "dry-run";

/** Brings the directory to what a file says, for a caller whose right is asked again; or for the server itself. */
export async function importFile(
  core: DirectoryCore,
  by: Parameters<DirectoryCore["run"]>[0],
  given: { readonly bytes: Uint8Array; readonly options: ImportOptions },
): Promise<Result<ImportOutcome>> {
  const { limits, accounts, rules } = core.options;
  const file = await readFile(core, given.bytes);
  // Rows that can be read are looked at beside those that cannot, so that every fault is listed in one run.
  if (file.rows.length === 0 && file.faults.length > 0) return refused(file.faults, limits.maxFaults);
  const { dryRun, absent } = given.options;
  let found: Result<ImportOutcome> = refused([], limits.maxFaults);
  const done = await core.run(by, { act: "directory.imported", on: "directory" }, async (planning) => {
    const { actor, draft } = planning;
    if (actor.kind === "person") {
      const decision = rules.decide("directory.write", actor);
      if (!decision.allowed) return failure("NOT_PERMITTED", undefined, { reason: decision.reason });
    }
    const users = new Set(file.rows.flatMap((row) => row.user ?? []));
    const standings = await accounts.standingsOf([...users]);
    const planned = await planImport(planning, { file, absent, standings, maxAbsentShare: limits.maxAbsentShare });
    const faults = [...file.faults, ...planned.faults];
    if (faults.length > 0) return (found = refused(faults, limits.maxFaults));
    const touched: readonly Touched[] = draft.touched();
    const changes = listChanges({ draft, touched, lines: planned.lines, now: planning.now });
    found = ok({ dry_run: dryRun, rows: file.rows.length, changes });
    return dryRun ? failure("M_BAD_STATE", DRY) : found;
  });
  // A dry run leaves its planning by a refusal, so that nothing of it can be committed.
  return !done.ok && done.error.message !== DRY ? done : found;
}

async function readFile(core: DirectoryCore, bytes: Uint8Array): Promise<ImportFile> {
  const { limits, accounts } = core.options;
  const csv = readCsv(bytes, limits.maxImportRows + 1);
  const { utcOffsetMinutes } = limits;
  if (csv.faults.length > 0 && csv.records.length === 0) return { columns: new Set(), rows: [], faults: csv.faults };
  const file = await readImport(csv.records, { userOf: (name) => accounts.userOf(name), utcOffsetMinutes });
  return { ...file, faults: [...csv.faults, ...file.faults] };
}

function refused(faults: readonly CsvFault[], max: number): Result<never> {
  const sorted = faults.toSorted((left, right) => left.line - right.line || (left.fault < right.fault ? -1 : 1));
  const unique = sorted.filter((one, index) => JSON.stringify(one) !== JSON.stringify(sorted[index - 1]));
  return failure("IMPORT_REFUSED", undefined, { faults: unique.slice(0, max), fault_count: unique.length });
}

/** Reads a body as bytes, or refuses it as soon as it is longer than allowed. */
async function readBytes(stream: Readable, max: number): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new Error("a body arrives as bytes");
    length += chunk.length;
    if (length > max) return failure("M_TOO_LARGE", `A file may be at most ${max} bytes.`);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}

/** The import. */
export function importRoutes(core: DirectoryCore): readonly Route[] {
  return [
    serve(importDirectory, async ({ caller, query, stream, headers }) => {
      const encoding = headers["content-encoding"];
      if (encoding !== undefined && encoding !== "identity")
        return failure("M_INVALID_PARAM", "Compressed bodies are not accepted; send the file as it is.");
      const bytes = await readBytes(stream, core.options.limits.maxImportBytes);
      if (!bytes.ok) return bytes;
      const options = { dryRun: query.dry_run, absent: query.absent };
      return await importFile(core, caller.user, { bytes: bytes.value, options });
    }),
  ];
}
