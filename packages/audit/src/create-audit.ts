import type { Clock, ServerName, UserId } from "@causeway/base";
import type { Database, Operations, Route } from "@causeway/platform";
import { beginLog, type Begun } from "./begin.ts";
import { logRoutes } from "./handlers-log.ts";
import { readingRoutes } from "./handlers-reading.ts";
import type { KeyPlace } from "./key-place.ts";
import { defaultAuditLimits, type AuditLimits } from "./limits.ts";
import type { Verifier } from "./note/keys.ts";
import { operationsOf } from "./operations.ts";
import { noLooks, noParties, type MayLookAt, type MayProve, type MayRead } from "./ports.ts";
import type { ProverParts } from "./prover.ts";
import { recordAudit, type RecordAudit } from "./record.ts";
import { Sequencer, type Published } from "./sequencer.ts";
import { Witnesses } from "./witnesses.ts";

/** What the log is made of. */
export interface AuditOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly serverName: ServerName;
  /** Where the log's key is, outside the data directory. */
  readonly place: KeyPlace;
  /** Whether the operator has said where that is: then the key must be there. */
  readonly isPlaceNamed: boolean;
  /** Whether a log that has entries may go on under a new key where there is none. */
  readonly mayMakeKey: boolean;
  /** Whether the data directory is a new one. */
  readonly isNew: boolean;
  readonly limits?: Partial<AuditLimits>;
  /** Outside witnesses whose signatures are taken. */
  readonly witnesses: readonly Verifier[];
  readonly mayRead: MayRead;
  readonly mayLookAt?: MayLookAt;
  readonly mayProve?: MayProve;
  readonly accounts: {
    userOf(name: string): UserId | undefined;
    standingOf(user: UserId): Promise<"none" | "active" | "ended">;
  };
  /** Told of what an operator should know. */
  readonly warn: (message: string) => void;
  /** Told of work that failed; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** The log of a running server. */
export interface Audit {
  /** Collects an entry into the transaction of the change that it records; it is numbered and signed within a second of the commit. */
  readonly record: RecordAudit;
  /** The checkpoint that everybody may see. */
  readonly published: Published;
  readonly routes: readonly Route[];
  /** What operators do with it, by the names of their commands. */
  readonly operations: Operations;
  /** Resolves when everything that was committed before is numbered, signed and published. */
  settle(): Promise<void>;
  /** Numbers and signs what waits, and ends. */
  close(): Promise<void>;
}

/**
 * Opens the log of this server: finds its key, compares the log with the checkpoint beside it, and numbers what was left.
 * @throws AuditLogError when the log is shorter than it was, or another one.
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  const { db, place, clock, failed } = options;
  const limits = { ...defaultAuditLimits, ...options.limits };
  const begun = await beginLog({ ...options, limits });
  const { signer } = begun;
  const sequencer = new Sequencer({ db, limits, signer, failed, keep: (checkpoint) => place.keep(checkpoint) });
  await recordNewKey(db, begun, clock);
  await sequencer.start();
  const { tree } = sequencer;
  const published = (): Published => sequencer.published;
  const witnesses = new Witnesses({ db, tree, signer, published, witnesses: options.witnesses });
  const record: RecordAudit = (tx, entry) => {
    tx.onCommitted(() => sequencer.wake());
    return recordAudit(tx, entry);
  };
  const prover: ProverParts = {
    ...{ db, clock, tree, limits, record, published, vkey: signer.vkey },
    settle: () => sequencer.settle(),
    best: (atLeast) => witnesses.best(atLeast),
  };
  return {
    record,
    get published() {
      return published();
    },
    routes: [
      ...logRoutes({
        ...{ db, tree, published, vkey: signer.vkey },
        checkpoint: () => witnesses.checkpoint(),
        witnessed: () => witnesses.witnessed(),
      }),
      ...readingRoutes({
        ...prover,
        witnesses,
        mayRead: options.mayRead,
        mayLookAt: options.mayLookAt ?? noLooks,
        mayProve: options.mayProve ?? noParties,
      }),
    ],
    operations: operationsOf({ db, clock, record, prover, witnesses, ...options.accounts }),
    settle: () => sequencer.settle(),
    close: () => sequencer.close(),
  };
}

/** A log that has entries says of itself that it goes on under another key. */
async function recordNewKey(db: Database, { signer, isNewKeyAt }: Begun, clock: Clock): Promise<void> {
  if (isNewKeyAt === undefined) return;
  const tx = db.begin();
  const facts = { key: signer.id, size: isNewKeyAt };
  recordAudit(tx, { act: "log.key-begun", by: "system", on: "log", at: clock.now(), facts });
  await tx.commit();
}
