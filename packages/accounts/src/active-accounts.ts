import { serverOf, type UserId } from "@causeway/base";
import type { AccountsOptions } from "./accounts.ts";
import { findAccount } from "./store.ts";

/** Who has an account that is not deactivated: from memory after the first question. */
export class ActiveAccounts {
  #options: Pick<AccountsOptions, "db" | "limits" | "serverName">;
  #active = new Set<UserId>();
  #forgotten = 0;

  constructor(options: Pick<AccountsOptions, "db" | "limits" | "serverName">) {
    this.#options = options;
  }

  /** Whether somebody has one. */
  has(user: UserId): boolean | Promise<boolean> {
    if (this.#active.has(user)) return true;
    return serverOf(user) === this.#options.serverName ? this.#load(user) : false;
  }

  /** Somebody was deactivated. */
  forget(user: UserId): void {
    this.#forgotten += 1;
    this.#active.delete(user);
  }

  async #load(user: UserId): Promise<boolean> {
    const before = this.#forgotten;
    const account = await findAccount(this.#options.db, user);
    if (account === undefined || account.deactivated) return false;
    // What was read while somebody was deactivated may be out of date, so it is not kept.
    if (before === this.#forgotten) this.#remember(user);
    return true;
  }

  #remember(user: UserId): void {
    this.#active.add(user);
    for (const oldest of this.#active) {
      if (this.#active.size <= this.#options.limits.maxTokensInMemory) return;
      this.#active.delete(oldest);
    }
  }
}
