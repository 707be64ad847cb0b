import type { Clock } from "@causeway/base";
import { UnmetExpectation, type Database } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { addPending, findPending, removePending } from "./store-sign-on.ts";
import { hashToken } from "./tokens.ts";

/** What waits for an answer: kept as text. */
export interface Waiting {
  readonly kind: string;
  readonly ms: number;
  readonly body: string;
}

/** Things that wait minutes for a browser's answer, under an id that nobody can guess; each can be used once, by one node, after a restart too. */
export class Pending {
  #db: Database;
  #clock: Clock;

  constructor(parts: { readonly db: Database; readonly clock: Clock }) {
    this.#db = parts.db;
    this.#clock = parts.clock;
  }

  /** Keeps it; the id, unless one is given. */
  async put(waiting: Waiting, id: string = randomBytes(32).toString("base64url")): Promise<string> {
    const tx = this.#db.begin();
    addPending(tx, { ...waiting, id: hashToken(id), now: this.#clock.now() });
    await tx.commit();
    return id;
  }

  /** Takes it away; undefined when it is not there, has lapsed, or another request was first. */
  async take(kind: string, id: string): Promise<string | undefined> {
    const hashed = hashToken(id);
    const body = await findPending(this.#db, hashed, { kind, now: this.#clock.now() });
    if (body === undefined) return undefined;
    const tx = this.#db.begin();
    removePending(tx, hashed, kind);
    try {
      await tx.commit();
      return body;
    } catch (error) {
      if (error instanceof UnmetExpectation) return undefined;
      throw error;
    }
  }
}
