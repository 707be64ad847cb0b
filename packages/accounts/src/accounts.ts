import type { AuditActor, AuditEntry, RecordAudit } from "@causeway/audit";
import {
  failure,
  isStrictLocalpart,
  localpartOf,
  ok,
  parseUserId,
  serverOf,
  SYSTEM_LOCALPART,
  systemUserOf,
  userIdOf,
  type Clock,
  type Decision,
  type DeviceId,
  type Result,
  type ServerName,
  type UserId,
} from "@causeway/base";
import type { AuditAct } from "@causeway/contract";
import { UnmetExpectation, type Caller, type Database, type Tx } from "@causeway/platform";
import { ActiveAccounts } from "./active-accounts.ts";
import { Departures } from "./departures.ts";
import { InteractiveAuth, type InteractiveAnswer, type Stage } from "./interactive.ts";
import type { AccountsLimits } from "./limits.ts";
import { PasswordCheck } from "./password-check.ts";
import { PasswordHasher } from "./password.ts";
import { Holds } from "./holds.ts";
import { LoginTokens } from "./login-tokens.ts";
import { passwordStage } from "./password-stage.ts";
import { Passkeys } from "./passkeys/passkeys.ts";
import { passkeyStage } from "./passkeys/stage.ts";
import { Pending } from "./pending.ts";
import type { AccountsListener, SessionsBeginning, SessionsEnding, SignOnParts } from "./ports.ts";
import { Sessions } from "./sessions.ts";
import { deviceClassRecords, recordDeviceClass, type DeviceClassRecord } from "./store-device-classes.ts";
import { SignOn, ssoStage } from "./sign-on/sign-on.ts";
import { removePasskeysOf, stepUpsOf, type StepUpRow } from "./store-passkeys.ts";
import { removeLoginTokensOf } from "./store-sign-on.ts";
import {
  accountsAfter,
  addAccount,
  findAccount,
  findAccounts,
  markDeactivated,
  renameSession,
  sessionsOf,
  setManaged,
  setPassword,
  type AccountRow,
  type SessionRow,
} from "./store.ts";

/** What accounts are made of. */
export interface AccountsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly serverName: ServerName;
  readonly limits: AccountsLimits;
  readonly registration: "open" | "closed";
  readonly sharedSecret: string | undefined;
  /** Where clients reach the server; asked when somebody wants to know. */
  readonly publicUrl: string;
  /** The version of new rooms, for the capabilities. */
  readonly defaultRoomVersion: string;
  /** Capabilities of other packages. */
  readonly capabilities?: Readonly<Record<string, object>>;
  /** False: failures are not counted (for tests). */
  readonly throttled: boolean;
  readonly signOn: SignOnParts;
  /** Whether a device that signs in from an address is managed: one of an office's network. */
  readonly isManagedAddress: (ip: string) => boolean;
  /** Whether there are personal devices here at all; if not, every one is the government's, whatever its class. */
  readonly hasPersonalDevices: boolean;
  /** Whether somebody's roles let them see or hold accounts. */
  readonly may: (user: UserId, action: "accounts.read" | "accounts.hold") => boolean;
  /** Whether somebody may set another's password, and so become them. */
  readonly mayResetPassword: (actor: UserId, person: UserId) => Decision;
  readonly beginning?: SessionsBeginning | undefined;
  readonly ending: SessionsEnding;
  readonly listener: AccountsListener;
  /** Keeps the record of what happens to accounts, in the transaction of it. */
  readonly audit?: RecordAudit;
}

/** An account in a listing. */
export interface AccountView {
  readonly userId: UserId;
  readonly deactivated: boolean;
  readonly locked: boolean;
  readonly suspended: boolean;
}

/** Identities and their passwords, and what follows from them. */
export class AccountsCore {
  readonly options: AccountsOptions;
  readonly sessions: Sessions;
  readonly interactive: InteractiveAuth;
  readonly pending: Pending;
  readonly loginTokens: LoginTokens;
  readonly signOn: SignOn;
  readonly passkeys: Passkeys;
  readonly holds: Holds;
  #hasher: PasswordHasher;
  #passwords: PasswordCheck;
  #departures: Departures;
  #active: ActiveAccounts;

  constructor(options: AccountsOptions) {
    const { limits, clock } = options;
    this.options = options;
    this.sessions = new Sessions(options);
    this.#hasher = new PasswordHasher(limits);
    this.#passwords = new PasswordCheck({ ...options, hasher: this.#hasher });
    this.#departures = new Departures(options);
    this.#active = new ActiveAccounts(options);
    this.pending = new Pending(options);
    this.loginTokens = new LoginTokens(options);
    this.signOn = new SignOn(this);
    this.passkeys = new Passkeys(this);
    this.holds = new Holds(this);
    this.interactive = new InteractiveAuth({
      clock,
      limits,
      checks: {
        "m.login.password": passwordStage(this),
        "m.login.sso": ssoStage,
        "org.causeway.passkey": passkeyStage({ db: options.db, passkeys: this.passkeys, core: this }),
      },
    });
  }

  /** Port `Authenticate` of the HTTP server: who an access token belongs to. From memory after its first use. */
  authenticate(token: string): Result<Caller> | Promise<Result<Caller>> {
    return this.sessions.authenticate(token);
  }

  /** Whether an account exists and is not deactivated; from memory after the first question. */
  isActive(user: UserId): boolean | Promise<boolean> {
    return this.#active.has(user);
  }

  /** What there is of an account. */
  async standingOf(user: UserId): Promise<"none" | "active" | "ended"> {
    const account = await findAccount(this.options.db, user);
    if (account === undefined) return "none";
    return account.deactivated ? "ended" : "active";
  }

  /** What there is of many accounts; those without one are left out. */
  async standingsOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, "active" | "ended">> {
    const found = await findAccounts(this.options.db, users);
    return new Map(found.map((account) => [account.userId, account.deactivated ? "ended" : "active"]));
  }

  /** Collects a new account that nobody can sign in to until a password is set; the transaction fails as `account-free` when the name is taken. */
  collectNewAccount(tx: Tx, user: UserId): void {
    addAccount(tx, user, { password: undefined, at: this.options.clock.now() });
    this.record(tx, { act: "account.made", by: "system", on: user, facts: { how: "directory" } });
  }

  /** Collects what is recorded of something that happens now. */
  record<Act extends AuditAct>(tx: Tx, entry: Omit<AuditEntry<Act>, "at">): void {
    this.options.audit?.(tx, { ...entry, at: this.options.clock.now() } as AuditEntry<Act>); // the entry, with its time
  }

  /** Reads what a client calls a user: a localpart or a whole id of this server; the user that the server speaks as is nobody. */
  userOf(name: string): UserId | undefined {
    const { serverName } = this.options;
    const user = name.startsWith("@") ? parseUserId(name) : parseUserId(`@${name.toLowerCase()}:${serverName}`);
    return user !== undefined && serverOf(user) === serverName && !isReserved(user) ? user : undefined;
  }

  /** The account, when the password is its own. Takes as long for nobody's; failures are counted by account and address. */
  checkPassword(who: {
    readonly user: UserId | undefined;
    readonly password: string;
    readonly ip: string;
  }): Promise<Result<AccountRow | undefined>> {
    return this.#passwords.check(who);
  }

  /**
   * User-interactive authentication by what the account has, for other packages' sensitive calls: done, or the reply that asks for it.
   * `operation` names what is done and to what; a session begun for one operation, or by somebody else, does not finish another.
   */
  async check(caller: Caller, operation: string, auth: unknown, ip: string): Promise<InteractiveAnswer> {
    const stages = await this.#stagesOf(caller.user);
    return await this.interactive.check({ name: operation, user: caller.user, stages, auth, ip });
  }

  /** The same with a passkey and nothing else, for what is of high risk; the answer names what is kept of it. */
  stepUp(
    caller: Caller,
    operation: string,
    given: { readonly auth: unknown; readonly ip: string },
  ): Promise<InteractiveAnswer> {
    const stages = ["org.causeway.passkey"] as const;
    return this.interactive.check({ name: operation, user: caller.user, stages, ...given });
  }

  /** What somebody has confirmed with a passkey, oldest first. */
  confirmationsOf(user: UserId): Promise<readonly StepUpRow[]> {
    return stepUpsOf(this.options.db, user);
  }

  async #stagesOf(user: UserId): Promise<readonly Stage[]> {
    const stages: Stage[] = [];
    if ((await findAccount(this.options.db, user))?.password !== undefined) stages.push("m.login.password");
    if (await this.signOn.isKnown(user)) stages.push("m.login.sso");
    if (await this.passkeys.has(user)) stages.push("org.causeway.passkey");
    // An account that has nothing is asked for the password that it does not have.
    return stages.length === 0 ? ["m.login.password"] : stages;
  }

  /** `M_WEAK_PASSWORD` for one that is too short. */
  passwordFault(password: string): Result<never> | undefined {
    const least = this.options.limits.minPasswordLength;
    return [...password].length >= least
      ? undefined
      : failure("M_WEAK_PASSWORD", `A password needs at least ${least} characters.`);
  }

  /** The id of a new account, or why a name cannot be one. */
  async newUser(localpart: string): Promise<Result<UserId>> {
    if (!isStrictLocalpart(localpart) || localpart.startsWith("_")) return failure("M_INVALID_USERNAME");
    const user = userIdOf(localpart, this.options.serverName);
    if (parseUserId(user) === undefined) return failure("M_INVALID_USERNAME");
    if (isReserved(user)) return failure("M_USER_IN_USE", "This name is the server's own.");
    return (await findAccount(this.options.db, user)) === undefined ? ok(user) : failure("M_USER_IN_USE");
  }

  /** Makes an account; its password must be long enough unless `anyPassword`. */
  async createUser(wish: {
    readonly localpart: string;
    readonly password: string;
    readonly anyPassword?: boolean;
    /** For the record: an operator's command unless something else is said. */
    readonly made?: { readonly by: AuditActor | "self"; readonly how: string };
  }): Promise<Result<UserId>> {
    const user = await this.newUser(wish.localpart);
    if (!user.ok) return user;
    const weak = wish.anyPassword === true ? undefined : this.passwordFault(wish.password);
    if (weak !== undefined) return weak;
    const hashed = await this.#hasher.hash(wish.password);
    if (!hashed.ok) return hashed;
    const tx = this.options.db.begin();
    addAccount(tx, user.value, { password: hashed.value, at: this.options.clock.now() });
    const { by, how } = wish.made ?? { by: "operator", how: "operator" };
    const actor = by === "self" ? user.value : by;
    this.record(tx, { act: "account.made", by: actor, on: user.value, facts: { how } });
    const made = await committedOr(tx, failure("M_USER_IN_USE"));
    return made.ok ? user : made;
  }

  /** Sets a password; the sessions end where that is asked for, except that of one device. */
  async setPassword(
    user: UserId,
    password: string,
    options: {
      readonly endSessions: boolean;
      readonly except?: DeviceId;
      readonly endPasskeys?: boolean;
      /** For the record: an operator's command unless somebody is named. */
      readonly by?: AuditActor;
    },
  ): Promise<Result<object>> {
    const weak = this.passwordFault(password);
    if (weak !== undefined) return weak;
    if (!(await this.isActive(user))) return failure("M_NOT_FOUND", "There is no such account.");
    const hashed = await this.#hasher.hash(password);
    if (!hashed.ok) return hashed;
    const { by = "operator" } = options;
    return await this.sessions.turns.run(user, async () => {
      const collect = options.endSessions
        ? await this.sessions.prepareEnd(user, { devices: "all", except: options.except, by })
        : undefined;
      const tx = this.options.db.begin();
      setPassword(tx, user, hashed.value);
      const facts = { own: by === user, sessionsEnded: options.endSessions };
      this.record(tx, { act: "password.changed", by, on: user, facts });
      if (options.endPasskeys === true) removePasskeysOf(tx, user);
      collect?.(tx);
      return await committedOr(tx, failure("M_NOT_FOUND", "There is no such account."));
    });
  }

  /** Sets somebody's password and ends their sessions and passkeys: whoever had got in is out. */
  resetPassword(user: UserId, password: string, by: AuditActor = "operator"): Promise<Result<object>> {
    return this.setPassword(user, password, { endSessions: true, endPasskeys: true, by });
  }

  /** Ends an account for good: no password, no session, no key is left. The person leaves their rooms afterwards. */
  async deactivate(user: UserId, by: AuditActor = "operator"): Promise<Result<object>> {
    if ((await findAccount(this.options.db, user)) === undefined)
      return failure("M_NOT_FOUND", "There is no such account.");
    await this.sessions.turns.run(user, async () => {
      const collect = await this.prepareDeactivation(user, by);
      const tx = this.options.db.begin();
      collect(tx);
      await tx.commit();
    });
    await this.#departures.ended();
    return ok({});
  }

  /**
   * Reads what a deactivation needs; the function collects it into a transaction of somebody else's (a leaver in the directory). The
   * transaction must be committed in the same turn, because ending keys reserves positions.
   */
  async prepareDeactivation(user: UserId, by: AuditActor = "system"): Promise<(tx: Tx) => void> {
    const collectEnd = await this.sessions.prepareEnd(user, { devices: "all", by });
    return (tx) => {
      markDeactivated(tx, user);
      this.record(tx, { act: "account.deactivated", by, on: user });
      removeLoginTokensOf(tx, user);
      removePasskeysOf(tx, user);
      collectEnd(tx);
      tx.onCommitted(() => {
        this.#active.forget(user);
        this.#departures.begin(user);
      });
    };
  }

  /** Reads all sessions of a user; the function collects their end into a transaction, which must be committed in the same turn. */
  prepareEndOfSessions(user: UserId): Promise<(tx: Tx) => void> {
    return this.sessions.prepareEnd(user, { devices: "all" });
  }

  /** Collects the end of all of somebody's sessions. Nothing may be awaited between this and the commit. */
  async endAllSessions(tx: Tx, user: UserId): Promise<void> {
    (await this.prepareEndOfSessions(user))(tx);
  }

  /** Says whether a device is managed by the government; what is asked with its tokens from now on is judged by that. Who said so is recorded. */
  async setDeviceClass(
    user: UserId,
    device: DeviceId,
    said: { readonly managed: boolean; readonly by: UserId },
  ): Promise<Result<object>> {
    const tx = this.options.db.begin();
    setManaged(tx, user, device, said.managed);
    const facts = { device, managed: said.managed };
    this.record(tx, { act: "device.classified", by: said.by, on: user, facts });
    recordDeviceClass(tx, { user, device }, { ...said, at: this.options.clock.now() });
    tx.onCommitted(() => this.sessions.forget(user, [device]));
    return await committedOr(tx, failure("M_NOT_FOUND", "There is no such device."));
  }

  /** Who said what somebody's devices are, the oldest first. */
  deviceClassesOf(user: UserId): Promise<readonly DeviceClassRecord[]> {
    return deviceClassRecords(this.options.db, user);
  }

  /** Names a device. */
  async renameDevice(user: UserId, device: DeviceId, name: string): Promise<Result<object>> {
    const tx = this.options.db.begin();
    renameSession(tx, user, device, name.replaceAll("\0", ""));
    return await committedOr(tx, failure("M_NOT_FOUND", "You have no such device."));
  }

  /** The devices of an account, oldest first. */
  async devicesOf(user: UserId): Promise<readonly SessionRow[]> {
    const rows = await sessionsOf(this.options.db, user);
    return rows.map((row) => ({ ...row, lastSeen: this.sessions.lastSeen.of(row.session) ?? row.lastSeen }));
  }

  /** Accounts after a user id (an empty one: from the start), in the order of ids. */
  async list(after: string, limit: number): Promise<readonly AccountView[]> {
    return (await accountsAfter(this.options.db, after, limit)).map(({ userId, deactivated, locked, suspended }) => ({
      userId,
      deactivated,
      locked,
      suspended,
    }));
  }

  /**
   * At a start: announces deactivations again whose followers a crash kept from finishing. An account under the server's own name,
   * from the time before it was kept free, ends: nobody signs in as the server.
   */
  async resume(): Promise<void> {
    await this.#departures.resume();
    const own = systemUserOf(this.options.serverName);
    if ((await this.standingOf(own)) === "active") await this.deactivate(own);
  }

  /** Before the end: writes what is written behind, and waits for departures under way. */
  async settle(): Promise<void> {
    this.signOn.close();
    await this.sessions.lastSeen.flush();
    await this.#departures.ended();
  }
}

/** Whether a name is the server's own, in whatever case it is written. */
function isReserved(user: UserId): boolean {
  return localpartOf(user).toLowerCase() === SYSTEM_LOCALPART;
}

/** Commits; the refusal when somebody else was first. */
async function committedOr(tx: Tx, refusal: Result<never>): Promise<Result<object>> {
  try {
    await tx.commit();
    return ok({});
  } catch (error) {
    if (error instanceof UnmetExpectation) return refusal;
    throw error;
  }
}
