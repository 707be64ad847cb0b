import { failure, instant, ok, type Instant, type Result, type UserId } from "@causeway/base";
import type { RecordAudit } from "@causeway/audit";
import type { CustodyView, RecoveryView, SealingKey } from "@causeway/contract";
import { UnmetExpectation, type Caller, type Tx } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import type { CardsCore } from "../core.ts";
import type { Due } from "../due.ts";
import type { AlsoSaid, Posts } from "../posts.ts";
import { recoveryCard, stateOf } from "./custody-cards.ts";
import {
  addRecovery,
  custodyOf,
  endRecovery,
  findRecovery,
  giveShare,
  isCustodian,
  keyOf,
  markOpened,
  ONE_OPEN,
  putCustody,
  putKey,
  putSharesOf,
  recoveriesFor,
  recoveriesOf,
  sharesOf,
  STILL_WAITS,
  type RecoveryEnd,
  type RecoveryRow,
} from "./store-custody.ts";

/** What custody needs of the directory, access and the log. */
export interface CustodyParts {
  /** The department that somebody belongs to: that of the post that is theirs. */
  readonly departmentOf: (user: UserId) => { readonly id: string; readonly code: string } | undefined;
  /** The id of a department that is open. */
  readonly departmentId: (code: string) => string | undefined;
  readonly mayManageCustody: (user: UserId, department: string) => boolean;
  readonly nameOf: (user: UserId) => string | undefined;
  readonly custodyAudit: RecordAudit;
  readonly pageOf: (path: string) => string;
  readonly utcOffsetMinutes: number;
}

/** The kind of what is due when a recovery changes. */
export const RECOVERY = "recovery";

const OPEN_MS = 24 * 3_600_000;
const MOST_A_DAY = 5;

/**
 * Custodians of recovery keys: the server keeps shares that clients have sealed to two custodians, and passes each on only as its
 * custodian has sealed it to the device that asks. It never sees a key, and one custodian alone gives nothing.
 */
export class Custody {
  #core: CardsCore;
  #posts: Posts;
  #due: Due;
  #parts: CustodyParts;

  constructor(core: CardsCore, with_: { readonly posts: Posts; readonly due: Due; readonly parts: CustodyParts }) {
    this.#core = core;
    this.#posts = with_.posts;
    this.#due = with_.due;
    this.#parts = with_.parts;
  }

  /** Names a department's custodians, or switches custody off. */
  async set(
    by: UserId,
    code: string,
    wish: { readonly enabled: boolean; readonly custodians: readonly UserId[] },
  ): Promise<Result<CustodyView>> {
    const { db, clock, isActive } = this.#core.options;
    const managed = this.#managedBy(by, code);
    if (!managed.ok) return managed;
    const id = managed.value;
    const custodians = [...new Set(wish.custodians)];
    if (wish.enabled && custodians.length < 2)
      return failure("M_INVALID_PARAM", "body `custodians`: two people are needed at least");
    for (const user of custodians)
      if (this.#parts.nameOf(user) === undefined || !(await isActive(user)))
        return failure("M_INVALID_PARAM", "body `custodians`: somebody is not in the directory");
    const tx = db.begin();
    putCustody(tx, { department: id, enabled: wish.enabled, custodians }, by);
    this.#parts.custodyAudit(tx, {
      ...{ act: "custody.set", by, on: id, at: clock.now() },
      facts: { enabled: wish.enabled, custodians: custodians.length },
    });
    await tx.commit();
    return ok(await this.#view(by, { id, code }));
  }

  /** A department's custody, for those who name its custodians. */
  async ofDepartment(by: UserId, code: string): Promise<Result<CustodyView>> {
    const managed = this.#managedBy(by, code);
    return managed.ok ? ok(await this.#view(by, { id: managed.value, code })) : managed;
  }

  #managedBy(by: UserId, code: string): Result<string> {
    const id = this.#parts.departmentId(code);
    if (id === undefined) return failure("DIRECTORY_UNKNOWN", "There is no such department.");
    if (!this.#parts.mayManageCustody(by, id))
      return failure("NOT_PERMITTED", undefined, { reason: "other-department" });
    return ok(id);
  }

  /** The caller's department's custody. */
  async get(user: UserId): Promise<CustodyView> {
    return await this.#view(user, this.#parts.departmentOf(user));
  }

  async #view(
    user: UserId,
    department: { readonly id: string; readonly code: string } | undefined,
  ): Promise<CustodyView> {
    const { db } = this.#core.options;
    const duty = (await isCustodian(db, user)) ? { duty: keyed(await keyOf(db, user)) } : {};
    if (department === undefined) return { enabled: false, custodians: [], ...duty };
    const custody = await custodyOf(db, department.id);
    const custodians = await Promise.all(
      custody.custodians.map(async (one) => {
        const name = this.#parts.nameOf(one);
        const named = name === undefined ? {} : { display_name: name };
        return { user_id: one, ...named, ...keyed(await keyOf(db, one)) };
      }),
    );
    const kept = await sharesOf(db, user);
    const isCurrent = kept.every((share) => {
      const now = custodians.find((one) => one.user_id === share.custodian)?.key;
      return now !== undefined && JSON.stringify(now) === JSON.stringify(share.key);
    });
    return {
      ...{ department: department.code, enabled: custody.enabled, custodians },
      ...(kept[0] === undefined
        ? {}
        : {
            shares: {
              ...{ custodians: kept.map((one) => one.custodian), shared_at: kept[0].at },
              current: custody.enabled && isCurrent && kept.every((one) => one.department === department.id),
            },
          }),
      ...duty,
    };
  }

  /** Keeps a custodian's own key. */
  async putKey(user: UserId, key: SealingKey): Promise<Result<object>> {
    const { db } = this.#core.options;
    if (!(await isCustodian(db, user))) return failure("NOT_PERMITTED", undefined, { reason: "no-custodian" });
    const tx = db.begin();
    putKey(tx, user, key);
    await tx.commit();
    return ok({});
  }

  /** Keeps the two shares of somebody's recovery key. */
  async share(
    user: UserId,
    given: readonly { readonly custodian: UserId; readonly sealed: string }[],
  ): Promise<Result<CustodyView>> {
    const { db, clock } = this.#core.options;
    const department = this.#parts.departmentOf(user);
    const custody = department === undefined ? undefined : await custodyOf(db, department.id);
    if (department === undefined || custody?.enabled !== true) return off();
    if (new Set(given.map((one) => one.custodian)).size !== 2)
      return failure("M_INVALID_PARAM", "body `shares`: two different custodians are needed");
    const at = clock.now();
    const rows = [];
    for (const { custodian, sealed } of given) {
      const key = await keyOf(db, custodian);
      if (custodian === user || key === undefined || !custody.custodians.includes(custodian))
        return failure("M_INVALID_PARAM", "body `shares`: somebody is no custodian of yours, or has no key");
      rows.push({ user, custodian, department: department.id, key, sealed, at });
    }
    const tx = db.begin();
    putSharesOf(tx, user, rows);
    this.#parts.custodyAudit(tx, { act: "custody.shared", by: user, on: user, at });
    await tx.commit();
    return ok(await this.get(user));
  }

  /** Forgets somebody's shares. */
  async forget(user: UserId): Promise<Result<object>> {
    const tx = this.#core.options.db.begin();
    putSharesOf(tx, user, []);
    await tx.commit();
    return ok({});
  }

  /** Asks the two custodians for a device. The person is told on all their devices. */
  async ask(caller: Caller, key: SealingKey): Promise<Result<RecoveryView>> {
    const { db, clock } = this.#core.options;
    const now = clock.now();
    const [first, second] = await sharesOf(db, caller.user);
    if (first === undefined || second === undefined)
      return failure("M_NOT_FOUND", "There are no shares of your recovery key.");
    const { enabled, custodians } = await custodyOf(db, first.department);
    if (!enabled) return off();
    if (![first, second].every((one) => custodians.includes(one.custodian)))
      return failure("M_NOT_FOUND", "Somebody who holds a share of your recovery key is a custodian no more.");
    const lately = (await recoveriesOf(db, caller.user)).filter((one) => one.asked > now - OPEN_MS);
    const oldest = lately.at(MOST_A_DAY - 1);
    if (oldest !== undefined)
      return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: Math.max(1, oldest.asked + OPEN_MS - now) });
    const made: RecoveryRow = {
      ...{ id: `rc_${randomBytes(12).toString("base64url")}`, user: caller.user, device: caller.device },
      ...{ session: caller.session, key, department: first.department },
      ...{ custodians: [first.custodian, second.custodian], given: [undefined, undefined] },
      ...{ asked: now, expires: instant(now + OPEN_MS) },
      ...{ ended: undefined, endedBy: undefined, reason: undefined, opened: undefined },
    };
    const tx = db.begin();
    addRecovery(tx, made);
    this.#parts.custodyAudit(tx, auditOf("custody.asked", { by: caller.user, recovery: made, at: now }));
    this.#tell(tx, made, "asked");
    if (!(await committed(tx, ONE_OPEN)))
      return failure("M_BAD_STATE", "Another recovery of yours is open. Take it back first.");
    return ok(await this.#viewOf(caller, made));
  }

  /** A recovery, for the person and the custodians; to others it is not there. */
  async find(caller: Caller, id: string): Promise<Result<RecoveryView>> {
    const found = await this.#of(caller.user, id);
    return found.ok ? ok(await this.#viewOf(caller, found.value)) : found;
  }

  /** Somebody's own, or what waits for them as custodian. */
  async list(caller: Caller, list: "mine" | "to-decide"): Promise<Result<object>> {
    const { db, clock } = this.#core.options;
    const found =
      list === "mine" ? await recoveriesOf(db, caller.user) : await recoveriesFor(db, caller.user, clock.now());
    return ok({ recoveries: await Promise.all(found.map((one) => this.#viewOf(caller, one))) });
  }

  /** A custodian gives their share, sealed to the device that asked. */
  async agree(caller: Caller, id: string, share: string): Promise<Result<RecoveryView>> {
    const at = this.#core.options.clock.now();
    const found = await this.#of(caller.user, id);
    if (!found.ok) return found;
    const place = found.value.custodians.indexOf(caller.user);
    if (place < 0) return unknown();
    return await this.#change(caller, found.value, (tx) => {
      giveShare(tx, id, { share, at, place: place === 0 ? 0 : 1 });
      this.#parts.custodyAudit(tx, auditOf("custody.agreed", { by: caller.user, recovery: found.value, at }));
      return `agreed-${place}`;
    });
  }

  /** A custodian refuses. */
  async refuse(caller: Caller, id: string, reason: string): Promise<Result<RecoveryView>> {
    const found = await this.#of(caller.user, id);
    if (!found.ok) return found;
    if (!found.value.custodians.includes(caller.user)) return unknown();
    return await this.#end(caller, found.value, { ended: "refused", reason });
  }

  /** The person takes it back; what has ended already has ended. */
  async withdraw(caller: Caller, id: string): Promise<Result<RecoveryView>> {
    const found = await this.#of(caller.user, id);
    if (!found.ok) return found;
    if (found.value.user !== caller.user) return unknown();
    const done = await this.#end(caller, found.value, { ended: "withdrawn", reason: undefined });
    return done.ok || done.error.code !== "M_BAD_STATE" ? done : await this.find(caller, id);
  }

  #end(
    caller: Caller,
    recovery: RecoveryRow,
    how: { readonly ended: RecoveryEnd; readonly reason: string | undefined },
  ): Promise<Result<RecoveryView>> {
    const at = this.#core.options.clock.now();
    return this.#change(caller, recovery, (tx) => {
      endRecovery(tx, recovery.id, { ...how, by: caller.user, at });
      const act = how.ended === "refused" ? "custody.refused" : "custody.withdrawn";
      this.#parts.custodyAudit(tx, auditOf(act, { by: caller.user, recovery, at }));
      return how.ended;
    });
  }

  async #change(caller: Caller, recovery: RecoveryRow, collect: (tx: Tx) => string): Promise<Result<RecoveryView>> {
    const tx = this.#core.options.db.begin();
    const what = collect(tx);
    this.#tell(tx, recovery, what);
    if (!(await committed(tx, STILL_WAITS))) return failure("M_BAD_STATE", "It does not wait for this any more.");
    return await this.find(caller, recovery.id);
  }

  /** Has the person and both custodians see how it stands. */
  #tell(tx: Tx, recovery: RecoveryRow, what: string): void {
    for (const user of [recovery.user, ...recovery.custodians])
      this.#due.note(tx, {
        id: `${RECOVERY}:${recovery.id}:${what}:${user}`,
        kind: RECOVERY,
        user,
        data: { id: recovery.id },
      });
  }

  /** Says what is due of a recovery: its card, as it stands. */
  async say(user: UserId, id: string, done: AlsoSaid): Promise<void> {
    const recovery = await findRecovery(this.#core.options.db, id);
    if (recovery === undefined) return;
    const card = recoveryCard(recovery, {
      ...{ isOwn: user === recovery.user, name: this.#parts.nameOf(recovery.user) ?? recovery.user },
      ...{ now: this.#core.options.clock.now(), utcOffsetMinutes: this.#parts.utcOffsetMinutes },
      pageOf: this.#parts.pageOf,
    });
    const key = `${RECOVERY}:${id}`;
    const posted = await this.#posts.post({ key, user, card }, done);
    if (posted.ok) await this.#posts.update(key, user, () => ({ card }));
  }

  async #of(user: UserId, id: string): Promise<Result<RecoveryRow>> {
    const found = await findRecovery(this.#core.options.db, id);
    const isTheirs = found !== undefined && (found.user === user || found.custodians.includes(user));
    return isTheirs ? ok(found) : unknown();
  }

  async #viewOf(caller: Caller, recovery: RecoveryRow): Promise<RecoveryView> {
    const { db, clock } = this.#core.options;
    const state = stateOf(recovery, clock.now());
    const name = this.#parts.nameOf(recovery.user);
    const place = recovery.custodians.indexOf(caller.user);
    const isWaiting = state === "asked" && place >= 0 && recovery.given[place] === undefined;
    const mine = isWaiting
      ? (await sharesOf(db, recovery.user)).find((one) => one.custodian === caller.user)
      : undefined;
    // The very session that asked, and no other of the person's: the shares are sealed to it alone.
    const isAsking = caller.user === recovery.user && caller.session === recovery.session;
    const shares = state === "open" && isAsking ? await this.#opened(recovery) : undefined;
    return {
      ...{ recovery_id: recovery.id, state, device: recovery.device, key: recovery.key },
      person: { user_id: recovery.user, ...(name === undefined ? {} : { display_name: name }) },
      ...{ asked_at: recovery.asked, expires_at: recovery.expires },
      custodians: recovery.custodians.map((one, index) => {
        const at = recovery.given[index]?.at;
        return { user_id: one, ...(at === undefined ? {} : { agreed_at: at }) };
      }),
      ...(recovery.ended === "refused"
        ? { refused: { by: String(recovery.endedBy), reason: recovery.reason ?? "" } }
        : {}),
      ...(mine === undefined ? {} : { my_share: mine.sealed }),
      ...(shares === undefined ? {} : { shares }),
    };
  }

  /** What both have given; that it was opened is recorded before it is answered. */
  async #opened(recovery: RecoveryRow): Promise<string[]> {
    if (recovery.opened === undefined) {
      const at = this.#core.options.clock.now();
      const tx = this.#core.options.db.begin();
      markOpened(tx, recovery.id, at);
      this.#parts.custodyAudit(tx, auditOf("custody.opened", { by: recovery.user, recovery, at }));
      await committed(tx, STILL_WAITS);
    }
    return recovery.given.flatMap((one) => one?.share ?? []);
  }
}

type RecoveryAct = "custody.asked" | "custody.agreed" | "custody.refused" | "custody.opened" | "custody.withdrawn";

function auditOf<Act extends RecoveryAct>(
  act: Act,
  of: { readonly by: UserId; readonly recovery: RecoveryRow; readonly at: Instant },
) {
  const { by, recovery, at } = of;
  return { act, by, on: recovery.id, at, facts: { person: recovery.user } } as const;
}

function keyed(key: SealingKey | undefined): { readonly key?: SealingKey } {
  return key === undefined ? {} : { key };
}

function unknown(): Result<never> {
  return failure("M_NOT_FOUND", "There is no such recovery for you.");
}

function off(): Result<never> {
  return failure("CUSTODY_OFF");
}

/** Commits; false when what is named was not as expected. */
async function committed(tx: Tx, what: string): Promise<boolean> {
  try {
    await tx.commit();
    return true;
  } catch (error) {
    if (error instanceof UnmetExpectation && error.what === what) return false;
    throw error;
  }
}
