import type { UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import type { AccountsListener } from "./ports.ts";
import { accountsLeaving, markDeparted } from "./store.ts";

/** What follows a deactivation after its commit: announced until it has succeeded once, over restarts too. */
export class Departures {
  #db: Database;
  #listener: AccountsListener;
  #under = new Set<Promise<void>>();

  constructor(parts: { readonly db: Database; readonly listener: AccountsListener }) {
    this.#db = parts.db;
    this.#listener = parts.listener;
  }

  /** Announces one; does not wait. */
  begin(user: UserId): void {
    const departure = this.#announce(user)
      // The account has ended all the same: the mark stays, so that the next start tries again.
      .catch(() => undefined)
      .finally(() => this.#under.delete(departure));
    this.#under.add(departure);
  }

  async #announce(user: UserId): Promise<void> {
    await this.#listener.accountDeactivated(user);
    const tx = this.#db.begin();
    markDeparted(tx, user);
    await tx.commit();
  }

  /** Announces those that have not been, from before a restart. */
  async resume(): Promise<void> {
    for (const user of await accountsLeaving(this.#db)) this.begin(user);
  }

  /** Resolves when none is under way. */
  async ended(): Promise<void> {
    await Promise.all(this.#under);
  }
}
