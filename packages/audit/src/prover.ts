import { failure, ok, type Clock, type Result } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { disclosedBy } from "./disclose.ts";
import type { AuditActor } from "./entry.ts";
import type { AuditLimits } from "./limits.ts";
import { pruning, type TreeSource } from "./merkle/tree.ts";
import { writeProof } from "./proof-file.ts";
import type { RecordAudit } from "./record.ts";
import { findEntries } from "./store.ts";
import type { Published } from "./sequencer.ts";

/** What proofs are made of. */
export interface ProverParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly tree: TreeSource;
  readonly limits: AuditLimits;
  readonly vkey: string;
  readonly record: RecordAudit;
  readonly published: () => Published;
  /** Has everything numbered that was committed before. */
  readonly settle: () => Promise<void>;
  /** The checkpoint that witnesses have signed when its tree is large enough, else the newest. */
  readonly best: (atLeast: number) => Promise<{ readonly size: number; readonly checkpoint: string }>;
}

/** What is to be proved, for whom. */
export interface ToProve {
  readonly things: readonly string[];
  /** With who and why. */
  readonly disclose: boolean;
  readonly by: AuditActor;
}

/** Makes the proof file of some things: every entry about them. What was committed a moment ago is in it: it waits for that. */
export async function prove(parts: ProverParts, wish: ToProve): Promise<Result<string>> {
  const { db, clock, limits, tree } = parts;
  await parts.settle();
  const { size } = parts.published();
  const found = await Promise.all(
    [...new Set(wish.things)].map((thing) => findEntries(db, { thing, size }, limits.maxProved + 1)),
  );
  const rows = found.flat().toSorted((left, right) => left.idx - right.idx);
  const last = rows.at(-1);
  if (last === undefined) return failure("M_NOT_FOUND", "The log has no entry about this.");
  if (rows.length > limits.maxProved) return failure("M_TOO_LARGE", "There are too many entries for one proof.");
  const disclosed = wish.disclose ? await disclosedBy(db, rows) : new Map<string, never>();
  const best = await parts.best(last.idx + 1);
  const indices = rows.map(({ idx }) => idx);
  const proof = writeProof({
    on: [...new Set(wish.things)],
    key: parts.vkey,
    checkpoint: best.checkpoint,
    entries: rows.map(({ idx, id, leaf }) => ({ index: idx, entry: leaf, disclosed: disclosed.get(id) ?? {} })),
    hashes: await pruning(tree, indices, best.size),
  });
  const tx = db.begin();
  for (const thing of new Set(wish.things)) {
    const facts = { entries: rows.length, disclosed: wish.disclose };
    parts.record(tx, { act: "audit.proved", by: wish.by, on: thing, at: clock.now(), facts });
  }
  await tx.commit();
  return ok(proof);
}
