import type { Clock } from "@causeway/base";
import type { Database } from "@causeway/platform";
import { touchSession } from "./store.ts";

const FLUSH_EVERY_MS = 60_000;
const MAX_PENDING = 1000;

/** When sessions were last seen: written behind, many at once. Only a time for display, so one that is lost costs nothing. */
export class LastSeen {
  #db: Database;
  #clock: Clock;
  #pending = new Map<string, number>();
  #since = 0;

  constructor(parts: { readonly db: Database; readonly clock: Clock }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
  }

  /** Takes note; writes when enough has been noted, or the first note is a minute old. */
  note(session: string): void {
    const now = this.#clock.now();
    if (this.#pending.size === 0) this.#since = now;
    this.#pending.set(session, now);
    // A failed write is made up for by the next note of that session.
    if (this.#pending.size >= MAX_PENDING || now - this.#since >= FLUSH_EVERY_MS) this.flush().catch(() => undefined);
  }

  /** The time that is noted and not yet written. */
  of(session: string): number | undefined {
    return this.#pending.get(session);
  }

  /** Writes what is noted. */
  async flush(): Promise<void> {
    if (this.#pending.size === 0) return;
    const tx = this.#db.begin();
    for (const [session, at] of this.#pending) touchSession(tx, session, at);
    this.#pending.clear();
    await tx.commit();
  }
}
