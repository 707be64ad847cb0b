import { failure, isStrictLocalpart, ok, parseUserId, userIdOf, type Clock, type DeviceId, type Result, type ServerName, type UserId } from "@causeway/base";
import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import { InteractiveAuth } from "./interactive.ts";
import type { AccountsLimits } from "./limits.ts";
import { PasswordHasher } from "./password.ts";
import type { AccountsListener, SessionsEnding } from "./ports.ts";
import { Sessions } from "./sessions.ts";
import { addAccount, findAccount, listAccounts, markDeactivated, sessionsOf, setManaged, setPassword, type SessionRow } from "./store.ts";
import { Throttle } from "./throttle.ts";

/** What accounts are made of. */
export interface AccountsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly serverName: ServerName;
  readonly limits: AccountsLimits;
  readonly registration: "open" | "closed";
  readonly sharedSecret: string | undefined;
  readonly publicUrl: string;
  /** False: failures are not counted (for tests). */
  readonly throttled: boolean;
  readonly ending: SessionsEnding;
  readonly listener: AccountsListener;
}

/** Identities and their passwords, and what follows from them. */
export class AccountsCore {
  readonly options: AccountsOptions;
  readonly sessions: Sessions;
  readonly interactive: InteractiveAuth;
  #hasher: PasswordHasher;
  #throttle: Throttle;
  #active = new Map<UserId, boolean>();

  constructor(options: AccountsOptions) {
    const { limits, clock } = options;
    this.options = options;
    this.sessions = new Sessions(options);
    this.#hasher = new PasswordHasher(limits);
    this.#throttle = new Throttle({ max: limits.wrongPasswords, windowMs: limits.wrongPasswordsPerMs, clock });
    this.interactive = new InteractiveAuth({ clock, limits, checkPassword: (user, password, ip) => this.checkPassword(user, password, ip) });
  }

  /** Whether an account exists and is not deactivated; from memory after the first question. */
  async isActive(user: UserId): Promise<boolean> {
    const known = this.#active.get(user);
    if (known !== undefined) return known;
    const account = await findAccount(this.options.db, user);
    const isActive = account !== undefined && !account.deactivated;
    if (isActive) this.#remember(user);
    return isActive;
  }

  #remember(user: UserId): void {
    this.#active.set(user, true);
    for (const oldest of this.#active.keys()) {
      if (this.#active.size <= this.options.limits.maxTokensInMemory) return;
      this.#active.delete(oldest);
    }
  }

  /** Reads what a client calls a user: a localpart or a whole id of this server. */
  userOf(name: string): UserId | undefined {
    const user = name.startsWith("@") ? parseUserId(name) : parseUserId(`@${name.toLowerCase()}:${this.options.serverName}`);
    return user?.endsWith(`:${this.options.serverName}`) === true ? user : undefined;
  }

  /** Whether a password is a user's. Takes as long for nobody's; counts failures by account and address. */
  async checkPassword(user: UserId, password: string, ip: string): Promise<Result<boolean>> {
    const names = [`account ${user}`, `address ${ip}`];
    for (const name of this.options.throttled ? names : []) {
      const free = this.#throttle.check(name);
      if (!free.ok) return free;
    }
    const account = await findAccount(this.options.db, user);
    const matches = await this.#hasher.matches(password, account?.password);
    if (!matches.ok) return matches;
    const good = matches.value && account?.deactivated === false;
    for (const name of names) {
      if (!good) this.#throttle.failed(name);
      else if (name.startsWith("account")) this.#throttle.succeeded(name);
    }
    return ok(good);
  }

  /** `M_WEAK_PASSWORD` for one that is too short. */
  passwordFault(password: string): Result<never> | undefined {
    const least = this.options.limits.minPasswordLength;
    return [...password].length >= least ? undefined : failure("M_WEAK_PASSWORD", `A password needs at least ${least} characters.`);
  }

  /** The id of a new account, or why a name cannot be one. */
  async newUser(localpart: string): Promise<Result<UserId>> {
    if (!isStrictLocalpart(localpart) || localpart.startsWith("_")) return failure("M_INVALID_USERNAME");
    const user = userIdOf(localpart, this.options.serverName);
    if (parseUserId(user) === undefined) return failure("M_INVALID_USERNAME");
    return (await findAccount(this.options.db, user)) === undefined ? ok(user) : failure("M_USER_IN_USE");
  }

  /** Makes an account. */
  async create(localpart: string, password: string): Promise<Result<UserId>> {
    const user = await this.newUser(localpart);
    if (!user.ok) return user;
    const hashed = await this.#hasher.hash(password);
    if (!hashed.ok) return hashed;
    const tx = this.options.db.begin();
    addAccount(tx, user.value, { password: hashed.value, at: this.options.clock.now() });
    try {
      await tx.commit();
    } catch (error) {
      if (error instanceof UnmetExpectation) return failure("M_USER_IN_USE");
      throw error;
    }
    this.#remember(user.value);
    return user;
  }

  /** Sets a password; the sessions end, except the one named. */
  async setPassword(user: UserId, password: string, options: { readonly endSessions: boolean; readonly except?: DeviceId }): Promise<Result<object>> {
    const weak = this.passwordFault(password);
    if (weak !== undefined) return weak;
    if (!(await this.isActive(user))) return failure("M_NOT_FOUND", "There is no such account.");
    const hashed = await this.#hasher.hash(password);
    if (!hashed.ok) return hashed;
    const tx = this.options.db.begin();
    setPassword(tx, user, hashed.value);
    const { except } = options;
    const ended = options.endSessions
      ? await this.sessions.collectEnd(tx, user, { devices: "all", ...(except === undefined ? {} : { except }) })
      : [];
    this.#endDevices(tx, user, ended);
    await tx.commit();
    return ok({});
  }

  #endDevices(tx: Tx, user: UserId, ended: readonly SessionRow[]): void {
    if (ended.length > 0) this.options.ending.endDevices(tx, user, ended.map((one) => one.device));
  }

  /** Ends an account for good: no password, no session, no key is left. */
  async deactivate(user: UserId): Promise<Result<object>> {
    if ((await findAccount(this.options.db, user)) === undefined) return failure("M_NOT_FOUND", "There is no such account.");
    const tx = this.options.db.begin();
    markDeactivated(tx, user);
    const ended = await this.sessions.collectEnd(tx, user, { devices: "all" });
    tx.onCommitted(() => this.#active.delete(user));
    this.#endDevices(tx, user, ended);
    await tx.commit();
    this.options.listener.accountDeactivated(user);
    return ok({});
  }

  /** Collects the end of all of somebody's sessions into a transaction, for a leaver. Nothing may come between this and the commit. */
  async endAllSessions(tx: Tx, user: UserId): Promise<void> {
    this.#endDevices(tx, user, await this.sessions.collectEnd(tx, user, { devices: "all" }));
  }

  /** Says whether a device is managed by the government. */
  async setDeviceClass(user: UserId, device: DeviceId, isManaged: boolean): Promise<Result<object>> {
    const tx = this.options.db.begin();
    setManaged(tx, user, device, isManaged);
    try {
      await tx.commit();
    } catch (error) {
      if (error instanceof UnmetExpectation) return failure("M_NOT_FOUND", "There is no such device.");
      throw error;
    }
    this.sessions.forgetDevice(user, device);
    return ok({});
  }

  /** The devices of an account. */
  devicesOf(user: UserId): Promise<readonly SessionRow[]> {
    return sessionsOf(this.options.db, user);
  }

  /** All active accounts. */
  async list(): Promise<readonly UserId[]> {
    return (await listAccounts(this.options.db)).filter((one) => !one.deactivated).map((one) => one.userId);
  }
}
