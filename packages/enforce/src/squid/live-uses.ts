import type { Instant } from "@causeway/base";

/** A connection of a client through which something goes that was allowed. */
export interface LiveUse {
  readonly address: string;
  readonly port: number;
  readonly user: string | undefined;
  /** What was asked for, and the name in the TLS hello. */
  readonly hosts: readonly string[];
  /** When what allows it ends. */
  readonly ends: Instant | undefined;
}

/** So many connections are remembered; Squid has fewer open. */
const MOST = 200_000;

/** The connections through which something allowed goes, one for each client address and port; a port that is used again is another use. */
export class LiveUses {
  readonly #uses = new Map<string, LiveUse>();
  #soonest: Instant | undefined;

  /** Takes note of what a connection is used for from now on. */
  put(use: LiveUse): void {
    const key = `${use.address} ${use.port}`;
    this.#uses.delete(key);
    this.#uses.set(key, use);
    this.#consider(use.ends);
    if (this.#uses.size <= MOST) return;
    const [oldest] = this.#uses.keys();
    if (oldest !== undefined) this.#uses.delete(oldest);
  }

  /** A connection is used for nothing allowed any more. */
  drop({ address, port }: Pick<LiveUse, "address" | "port">): void {
    this.#uses.delete(`${address} ${port}`);
  }

  /** All of them. */
  all(): Iterable<LiveUse> {
    return this.#uses.values();
  }

  /** No later than the first of them ends; undefined when none does. */
  get soonest(): Instant | undefined {
    return this.#soonest;
  }

  /** Looks again when the first of them ends: what was dropped may have been it. */
  lookAgain(): void {
    this.#soonest = undefined;
    for (const { ends } of this.#uses.values()) this.#consider(ends);
  }

  #consider(ends: Instant | undefined): void {
    if (ends !== undefined && (this.#soonest === undefined || ends < this.#soonest)) this.#soonest = ends;
  }
}
