import type { Clock, GrantId } from "@causeway/base";
import type { Database, Tx } from "@causeway/platform";
import type { GrantUse, UsageCounts } from "../requests/ports.ts";
import { dateOf, dayOf, type CountRow, type DayCount } from "./counts.ts";
import { addCounts, addUses, countsSince, forgetCounts, hasCounts, usesOf } from "./store.ts";

/** What counting is made of. */
export interface CountingParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly utcOffsetMinutes: number;
  /** Counts are forgotten after so many days. */
  readonly keepDays: number;
}

/** So many grants are asked about with one statement. */
const AT_ONCE = 500;

/** Keeps what points count: services and numbers by day, uses by grant. Never persons or machines. */
export class Counting {
  #parts: CountingParts;
  #forgotten = 0;

  constructor(parts: CountingParts) {
    this.#parts = parts;
  }

  /** Collects what a point has counted since its last report. */
  collect(
    tx: Tx,
    counts: {
      readonly services: readonly CountRow[];
      readonly grants: readonly { readonly grant: string; readonly uses: number }[];
    },
  ): void {
    if (counts.services.length === 0 && counts.grants.length === 0) return;
    const day = this.today();
    // Rows that two reports touch are taken in one order, or they would wait for each other.
    addCounts(tx, day, counts.services.toSorted(byRow));
    addUses(
      tx,
      day,
      counts.grants.toSorted((left, right) => (left.grant < right.grant ? -1 : 1)),
    );
    if (this.#forgotten === day) return;
    forgetCounts(tx, day - this.#parts.keepDays);
    tx.onCommitted(() => void (this.#forgotten = day));
  }

  /** What was counted in the last days, today included. */
  since(days: number): Promise<readonly DayCount[]> {
    return countsSince(this.#parts.db, this.today() - days + 1);
  }

  /** Today, in the installation's own time. */
  today(): number {
    return dayOf(this.#parts.clock.now(), this.#parts.utcOffsetMinutes);
  }

  /** For requests and reviews: how much grants were used. */
  readonly uses: UsageCounts = async (grants) => {
    const { db } = this.#parts;
    if (!(await hasCounts(db))) return undefined;
    const known = new Map(grants.map((grant) => [String(grant), grant]));
    const uses = new Map<GrantId, GrantUse>();
    for (let at = 0; at < grants.length; at += AT_ONCE) {
      for (const row of await usesOf(db, grants.slice(at, at + AT_ONCE))) {
        const grant = known.get(row.grant_id);
        if (grant !== undefined) uses.set(grant, { count: Number(row.uses), lastDay: dateOf(Number(row.day)) });
      }
    }
    return uses;
  };
}

function byRow(left: CountRow, right: CountRow): number {
  const key = (row: CountRow): string => `${row.service}\n${row.department}\n${row.machineClass}`;
  return key(left) < key(right) ? -1 : 1;
}
