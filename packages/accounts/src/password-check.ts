import { ok, type Clock, type Result, type UserId } from "@causeway/base";
import type { Database } from "@causeway/platform";
import type { AccountsLimits } from "./limits.ts";
import type { PasswordHasher } from "./password.ts";
import { findAccount, type AccountRow } from "./store.ts";
import { Throttle, type Counted } from "./throttle.ts";

/** Whether passwords are right, with a limit on being wrong. */
export class PasswordCheck {
  #db: Database;
  #hasher: PasswordHasher;
  #limits: AccountsLimits;
  #throttle: Throttle | undefined;

  constructor(parts: {
    readonly db: Database;
    readonly clock: Clock;
    readonly limits: AccountsLimits;
    readonly hasher: PasswordHasher;
    readonly throttled: boolean;
  }) {
    this.#db = parts.db;
    this.#hasher = parts.hasher;
    this.#limits = parts.limits;
    this.#throttle = parts.throttled ? new Throttle(parts.clock, parts.limits.wrongPasswordsPerMs) : undefined;
  }

  /** The account, when the password is its own. Somebody unknown or deactivated takes as long and counts as much. */
  async check(who: {
    readonly user: UserId | undefined;
    readonly password: string;
    readonly ip: string;
  }): Promise<Result<AccountRow | undefined>> {
    const names = this.#names(who.user ?? "", who.ip);
    const within = this.#throttle?.attempt(names);
    if (within !== undefined && !within.ok) return within;
    // An empty id is nobody's, and asked for all the same, so that the time tells nothing.
    const account = await findAccount(this.#db, who.user ?? "");
    const matches = await this.#hasher.matches(who.password, account?.password);
    if (!matches.ok) {
      this.#throttle?.forgive(names);
      return matches;
    }
    if (!matches.value || account?.deactivated !== false) return ok(undefined);
    this.#throttle?.forgive(names);
    return ok(account);
  }

  #names(user: string, ip: string): readonly Counted[] {
    const { wrongPasswords, wrongPasswordsPerAccount, wrongPasswordsPerAddress } = this.#limits;
    return [
      { name: `pair ${ip} ${user}`, max: wrongPasswords },
      { name: `account ${user}`, max: wrongPasswordsPerAccount },
      { name: `address ${ip}`, max: wrongPasswordsPerAddress },
    ];
  }
}
