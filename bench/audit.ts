import { instant, parseServerName, parseUserId, systemClock } from "@causeway/base";
import {
  auditMigrations,
  exportLog,
  KeyPlace,
  openAudit,
  verifyBeside,
  verifyExport,
  verifyLog,
  type Audit,
} from "@causeway/audit";
import { openDatabase, type Database } from "@causeway/platform";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BenchPart } from "./parts.ts";

const CALLERS = 200;

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** So many a second, of which `count` took from `started` until now. */
function rate(count: number, started: number): number {
  return Math.round((count / (performance.now() - started)) * 1000);
}

async function openLog(db: Database, directory: string): Promise<Audit> {
  const serverName = parseServerName("localhost");
  if (serverName === undefined) throw new Error("not a server name");
  return await openAudit({
    ...{ db, clock: systemClock, serverName, place: new KeyPlace(join(directory, "keys")), witnesses: [] },
    ...{ isPlaceNamed: true, mayMakeKey: false, isNew: true, mayRead: () => false },
    accounts: { userOf: () => undefined, standingOf: () => Promise.resolve("none") },
    warn: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
}

/** `count` changes, each with its entry in a transaction of its own, by callers who wait for their commit; until all is signed and published. */
async function recordAll(db: Database, audit: Audit, count: number): Promise<void> {
  const by = parseUserId("@somebody:localhost");
  if (by === undefined) throw new Error("not a user id");
  let left = count;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const tx = db.begin();
      const facts = { reason: "no longer needed", cause: "review" };
      audit.record(tx, { act: "grant.revoked", by, on: `gr_${left % 5000}`, at: instant(Date.now()), facts });
      await tx.commit();
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await audit.settle();
}

/** How many entries a second are durable, numbered and signed; and checked, in the database and as files. */
export const auditPart: BenchPart = {
  name: "audit",
  run: async ({ isQuick }) => {
    const directory = mkdtempSync(join(tmpdir(), "causeway-bench-audit-"));
    const perRound = isQuick ? 20_000 : 50_000;
    const rounds = isQuick ? 3 : 5;
    try {
      await using db = await openDatabase({ location: join(directory, "bench.db"), migrations: [auditMigrations] });
      const audit = await openLog(db, directory);
      await recordAll(db, audit, 2000);
      const recorded: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const started = performance.now();
        await recordAll(db, audit, perRound);
        recorded.push(rate(perRound, started));
      }
      const entries = audit.published.size;
      await audit.close();
      const keys = new KeyPlace(join(directory, "keys")).verifiers();
      await exportLog(db, keys, join(directory, "export"));
      const check = { keys, trusted: [], witnesses: [] };
      const inDatabase: number[] = [];
      const beside: number[] = [];
      const asFiles: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        let started = performance.now();
        if ((await verifyLog(db, check)).faults.length > 0) throw new Error("the log is not right");
        inDatabase.push(rate(entries, started));
        started = performance.now();
        const { faults, values } = await verifyBeside(db);
        if (faults.length > 0) throw new Error("what is beside the log is not right");
        beside.push(rate(values, started));
        started = performance.now();
        if ((await verifyExport(join(directory, "export"), check)).faults.length > 0)
          throw new Error("the exported log is not right");
        asFiles.push(rate(entries, started));
      }
      const line = {
        what: `audit log of ${entries} entries`,
        recordedPerSecond: median(recorded),
        verifiedInDatabasePerSecond: median(inDatabase),
        verifiedAsFilesPerSecond: median(asFiles),
        valuesVerifiedPerSecond: median(beside),
      };
      const text = [
        `audit: entries durable, numbered, signed ${String(line.recordedPerSecond).padStart(9)}/s by ${CALLERS} callers, each in its own transaction`,
        `audit: entries verified, as files        ${String(line.verifiedAsFilesPerSecond).padStart(9)}/s`,
        `audit: entries verified, in the database ${String(line.verifiedInDatabasePerSecond).padStart(9)}/s`,
        `audit: salted values verified beside it  ${String(line.valuesVerifiedPerSecond).padStart(9)}/s`,
      ].join("\n");
      return { text, line };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
