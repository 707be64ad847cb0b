import { UnmetExpectation, type Database } from "@causeway/platform";
import { DbTree } from "./db-tree.ts";
import { GrowingLog } from "./growing-log.ts";
import type { AuditLimits } from "./limits.ts";
import type { Tree } from "./merkle/tree.ts";
import { signCheckpoint } from "./note/checkpoint.ts";
import type { NoteSigner } from "./note/keys.ts";
import { pendingRows, putCheckpoint, putNumbering, treeRow } from "./store.ts";

/** What the sequencer works with. */
export interface SequencerParts {
  readonly db: Database;
  readonly limits: AuditLimits;
  readonly signer: NoteSigner;
  /** Keeps a checkpoint beside the key; nobody sees it before that is done. */
  readonly keep: (checkpoint: string) => Promise<void>;
  /** Told of what failed; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** A checkpoint that is published, and the tree that it speaks of. */
export interface Published extends Tree {
  readonly checkpoint: string;
}

/**
 * Gives entries their indices, in the order of their commits, and signs what the log has become. It works in transactions of its own,
 * after those of the changes: nobody waits for it, and what a crash breaks off is done by the next start. A second sequencer on the same
 * database is told by the size that it expected that it was too late, and begins again from what is there.
 *
 * A checkpoint is durable in the database and beside the key before anybody can see it: so nothing that was seen is ever lost.
 */
export class Sequencer {
  readonly tree: DbTree;
  #parts: SequencerParts;
  #log: GrowingLog | undefined;
  #published: Published | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.tree = new DbTree(parts.db, parts.limits.maxTilesInMemory);
  }

  /** What everybody may see. @throws before the start. */
  get published(): Published {
    if (this.#published === undefined) throw new Error("the audit log has not been started");
    return this.#published;
  }

  /** Numbers what waits, signs, and goes on by itself from then on. */
  async start(): Promise<void> {
    await this.settle();
    this.#looking = setInterval(() => this.wake(), this.#parts.limits.lookMs);
    this.#looking.unref();
  }

  /** Something has been committed: it is numbered soon, together with what comes meanwhile. */
  wake(): void {
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.settle().catch(this.#parts.failed);
    }, this.#parts.limits.gatherMs);
    this.#timer.unref();
  }

  /** Resolves when everything that had been committed before is numbered, signed and published. */
  async settle(): Promise<void> {
    if (this.#running !== undefined) {
      // What runs may have looked before the caller's commit.
      this.#again = true;
      return await this.#running;
    }
    this.#running = this.#runAll();
    await this.#running;
  }

  /** Numbers what waits, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#looking);
    await this.settle().catch(this.#parts.failed);
  }

  async #runAll(): Promise<void> {
    try {
      do {
        this.#again = false;
        await this.#run();
      } while (this.#again);
    } finally {
      this.#running = undefined; // in the same turn as the last look at `again`
    }
  }

  async #run(): Promise<void> {
    for (;;) {
      const log = (this.#log ??= await this.#open());
      const pending = await pendingRows(this.#parts.db, this.#parts.limits.maxBatch);
      const last = pending.at(-1);
      if (last === undefined) return await this.#sign(log);
      const growth = log.grow(pending.map(({ leaf }) => leaf));
      const checkpoint = signCheckpoint(growth, this.#parts.signer);
      const tx = this.#parts.db.begin();
      putNumbering(tx, { from: growth.from, count: pending.length, last, checkpoint, tiles: growth.tiles });
      if (!(await this.#isKept(() => tx.commit()))) continue;
      growth.accept();
      await this.#publish({ size: growth.size, root: growth.root, checkpoint });
    }
  }

  /** The checkpoint of a log to which nothing was added: the first one, one under a new key, or one that could not be kept beside the key. */
  async #sign(log: GrowingLog): Promise<void> {
    const checkpoint = signCheckpoint(log.tree, this.#parts.signer);
    if (checkpoint === this.#published?.checkpoint) return;
    if ((await treeRow(this.#parts.db)).checkpoint !== checkpoint) {
      const tx = this.#parts.db.begin();
      putCheckpoint(tx, log.tree.size, checkpoint);
      if (!(await this.#isKept(() => tx.commit()))) return void (this.#again = true);
    }
    await this.#publish({ ...log.tree, checkpoint });
  }

  async #open(): Promise<GrowingLog> {
    this.tree.forget();
    return await GrowingLog.open(this.tree, (await treeRow(this.#parts.db)).size);
  }

  /** Whether a transaction was kept; when another sequencer was faster, this one begins again from what that left. */
  async #isKept(commit: () => Promise<void>): Promise<boolean> {
    try {
      await commit();
      return true;
    } catch (error) {
      // Whatever it was, what is in memory may no longer be what is on the disk.
      this.#log = undefined;
      if (error instanceof UnmetExpectation) return false;
      throw error;
    }
  }

  async #publish(next: Published): Promise<void> {
    await this.#parts.keep(next.checkpoint);
    this.#published = next;
  }
}
