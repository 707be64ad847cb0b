import type { AuditActor } from "@causeway/audit";
import { failure, ok, serverOf, type Result, type UserId } from "@causeway/base";
import type { Hold } from "@causeway/contract";
import { UnmetExpectation } from "@causeway/platform";
import type { AccountsCore, AccountsOptions } from "./accounts.ts";
import type { Sessions } from "./sessions.ts";
import { findAccount, setHold, type AccountRow } from "./store.ts";

const ACTS = {
  locked: { begun: "account.locked", ended: "account.unlocked" },
  suspended: { begun: "account.suspended", ended: "account.unsuspended" },
} as const;

/** What it needs of accounts. */
export interface HoldsParts {
  readonly options: Pick<AccountsOptions, "db" | "serverName" | "may" | "listener">;
  readonly record: AccountsCore["record"];
  readonly sessions: Sessions;
}

/** Accounts that administrators lock or suspend, and let go again: nothing of them is lost. */
export class Holds {
  #parts: HoldsParts;

  constructor(parts: HoldsParts) {
    this.#parts = parts;
  }

  /** The account that is asked about, when it is here and has not ended, and its person is no administrator. */
  async find(user: UserId): Promise<Result<AccountRow>> {
    const { db, serverName, may } = this.#parts.options;
    if (serverOf(user) !== serverName) return failure("M_INVALID_PARAM", "This user is of another server.");
    if (may(user, "accounts.hold")) return failure("M_FORBIDDEN", "The account of an administrator cannot be held.");
    const account = await findAccount(db, user);
    if (account === undefined || account.deactivated) return failure("M_NOT_FOUND", "There is no such account.");
    return ok(account);
  }

  /** Begins or ends a hold. From its commit on every request is measured by it. */
  async set(
    user: UserId,
    change: { readonly hold: Hold; readonly on: boolean; readonly by?: AuditActor },
  ): Promise<Result<object>> {
    const found = await this.find(user);
    if (!found.ok) return found;
    const { options, sessions } = this.#parts;
    return await sessions.turns.run(user, async () => {
      const tx = options.db.begin();
      setHold(tx, user, change);
      const act = ACTS[change.hold][change.on ? "begun" : "ended"];
      this.#parts.record(tx, { act, by: change.by ?? "operator", on: user });
      tx.onCommitted(() => {
        sessions.forget(user, "all");
        if (change.hold === "locked") options.listener.accountLocked?.(user, change.on);
      });
      try {
        await tx.commit();
      } catch (error) {
        if (error instanceof UnmetExpectation) return failure("M_NOT_FOUND", "There is no such account.");
        throw error;
      }
      return ok({});
    });
  }
}
