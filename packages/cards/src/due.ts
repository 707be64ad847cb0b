import type { UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import type { CardsCore } from "./core.ts";
import type { AlsoSaid } from "./posts.ts";
import { addDue, dueRows, removeDue, type DueRow } from "./store.ts";

/** Something that is to be said to somebody; the id makes it once. */
export interface DueCard {
  readonly id: string;
  readonly kind: string;
  readonly user: UserId;
  readonly data: object;
}

/** Says what is due; it keeps `done` in the transaction that says it, or resolves without when there is nothing to say. */
export type SayDue = (
  due: { readonly kind: string; readonly user: UserId; readonly data: unknown },
  done: AlsoSaid,
) => Promise<void>;

const BATCH = 100;
const RETRY_MS = 10_000;

/**
 * What is to be said because of something that other packages keep: noted in the transaction of the thing itself, said soon after its
 * commit, at the next start when the server ended in between.
 */
export class Due {
  #core: CardsCore;
  #say: SayDue;
  #working: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(core: CardsCore, say: SayDue) {
    this.#core = core;
    this.#say = say;
  }

  /** Notes that something is to be said, in somebody else's transaction. */
  note(tx: Tx, due: DueCard): void {
    const { id, kind, user, data } = due;
    addDue(tx, { id, kind, user, data: JSON.stringify(data) }, this.#core.options.clock.now());
    tx.onCommitted(() => this.wake());
  }

  /** Says what is due, soon. */
  wake(): void {
    this.#isWanted = true;
    if (this.#isClosed || this.#working !== undefined) return;
    clearTimeout(this.#timer);
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#core.options.failed(error);
        this.#again();
      })
      .then(() => {
        this.#working = undefined;
        if (this.#isWanted) this.wake();
      });
  }

  async #work(): Promise<void> {
    // What cannot be said does not keep the rest from being said.
    const failing = new Set<string>();
    while (!this.#isClosed) {
      this.#isWanted = false;
      const rows = await dueRows(this.#core.options.db, BATCH + failing.size);
      const next = rows.filter((row) => !failing.has(row.id));
      if (next.length === 0) break;
      for (const row of next) {
        if (this.#isClosed) return;
        try {
          await this.#sayOne(row);
        } catch (error) {
          failing.add(row.id);
          this.#core.options.failed(error);
        }
      }
    }
    if (failing.size > 0) this.#again();
  }

  #again(): void {
    this.#timer = setTimeout(() => this.wake(), RETRY_MS);
    this.#timer.unref();
  }

  async #sayOne(row: DueRow): Promise<void> {
    let isDone = false;
    const done: AlsoSaid = (tx) => {
      isDone = true;
      removeDue(tx, row.id);
    };
    await this.#say({ kind: row.kind, user: row.user, data: JSON.parse(row.data) }, done);
    if (isDone) return;
    const tx = this.#core.options.db.begin();
    removeDue(tx, row.id);
    await tx.commit();
  }

  /** Resolves when everything that was noted up to now has been said, or has failed and waits. */
  async settle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  /** Stops after what is being said. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.settle();
  }
}
