import { failure, type Clock, type Instant, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import { dutiesOf } from "./duties.ts";
import { conflict } from "./errors.ts";
import { eventsOf, type DirectoryEvent } from "./events.ts";
import { isOpen, LiveState, type Touched } from "./live-state.ts";
import { endedRights } from "./ended-rights.ts";
import type { Actor, DirectoryAccounts, RecordAudit, RightsEnding } from "./ports.ts";
import { entryOf, type DirectoryAct, type DirectoryEntry } from "./record.ts";
import { changedRows, directoryRevision, putChange } from "./store.ts";
import type { Appointment, RowChanges } from "./types.ts";

/** What a plan works on: a draft of the directory that it may change, and who wants the change. */
export interface Planning {
  readonly draft: LiveState;
  readonly actor: Actor;
  readonly now: Instant;
  /** Accounts that are to be made, or to end, with the change. */
  readonly newAccounts: Set<UserId>;
  readonly endingAccounts: Set<UserId>;
}

/** What a change is called in the record, and what it is about. */
export interface ChangeName {
  readonly act: DirectoryAct;
  readonly on: string;
}

/** Decides a change: puts rows into the draft and says what came of it, or refuses. Nothing else; it may be run again. */
export type Plan<T> = (planning: Planning) => Result<T> | Promise<Result<T>>;

/** What changes need. */
export interface ChangesParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly accounts: Pick<DirectoryAccounts, "collectNew" | "prepareEnd">;
  readonly audit: RecordAudit | undefined;
  readonly ending?: RightsEnding | undefined;
  /** Told of rows that have become true, and what they mean; in order. */
  readonly changed: (touched: readonly Touched[], events: readonly DirectoryEvent[]) => void;
}

/** Who wants a change: somebody, an operator at the machine, or the server itself. */
export type Who = UserId | "operator" | "system";

/** Who acts, with the roles that they hold in exactly the directory that a change is decided on. */
export function actorOf(state: LiveState, who: Who, now: Instant): Actor {
  if (who === "operator" || who === "system") return { kind: "operator" };
  const roles = new Set(dutiesOf(state, who, now).duties.map((duty) => duty.role));
  return { kind: "person", user: who, roles };
}

const ATTEMPTS = 20;

/**
 * The directory in memory and the one way to change it: one change after another, each resting on exactly the revision that it was
 * decided on, by whichever process.
 */
export class Changes {
  readonly state: LiveState = new LiveState();
  #parts: ChangesParts;
  #last: Promise<unknown> = Promise.resolve();
  #refreshing: Promise<void> | undefined;
  /** Appointments that begin or end later. */
  #pending = new Map<string, { readonly appointment: Appointment; hasBegun: boolean }>();
  #isLoaded = false;

  constructor(parts: ChangesParts) {
    this.#parts = parts;
  }

  /** Decides and makes a change, after those that were asked for before. */
  run<T>(who: Who, name: ChangeName, plan: Plan<T>): Promise<Result<T>> {
    const mine = this.#last.then(() => this.#run(who, name, plan));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #run<T>(who: Who, name: ChangeName, plan: Plan<T>): Promise<Result<T>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await this.refresh();
      const basedOn = this.state.revision;
      const draft = this.state.draft();
      const now = this.#parts.clock.now();
      const actor = actorOf(draft, who, now);
      const planning = { draft, actor, now, newAccounts: new Set<UserId>(), endingAccounts: new Set<UserId>() };
      const planned = await plan(planning);
      if (!planned.ok) return planned;
      const changes = draft.changes();
      if (isEmpty(changes)) return planned;
      const record = entryOf({ act: name.act, on: name.on, by: who, at: now }, changes);
      const done = await this.#commit({ changes, basedOn, planning, record });
      if (done === "done") return planned;
      if (done === "account-taken") return conflict("account-taken", "An account of this name has just been made.");
    }
    return failure("M_LIMIT_EXCEEDED", "The directory is being changed too fast.", { retry_after_ms: 1000 });
  }

  async #commit(of: {
    readonly changes: RowChanges;
    readonly basedOn: number;
    readonly planning: Planning;
    readonly record: DirectoryEntry;
  }): Promise<"done" | "overtaken" | "account-taken"> {
    const { db, accounts, audit, ending } = this.#parts;
    const collectEnds: ((tx: Tx) => void)[] = [];
    const ended = ending === undefined ? undefined : endedRights(of.planning);
    if (ending !== undefined && ended !== undefined) collectEnds.push(await ending.prepare(ended));
    for (const user of of.planning.endingAccounts) collectEnds.push(await accounts.prepareEnd(user));
    const tx = db.begin();
    putChange(tx, of.changes, of.basedOn);
    for (const user of of.planning.newAccounts) accounts.collectNew(tx, user);
    audit?.(tx, of.record);
    tx.onCommitted(() => this.#takeUp(of.changes, of.basedOn + 1));
    // Last, and without waiting before the commit: the end of keys reserves positions.
    for (const collect of collectEnds) collect(tx);
    try {
      await tx.commit();
      return "done";
    } catch (error) {
      if (!(error instanceof UnmetExpectation)) throw error;
      if (error.what === "account-free") return "account-taken";
      if (error.what === "directory-revision" || error.what === "rights-ending") return "overtaken";
      throw error;
    }
  }

  #takeUp(changes: RowChanges, revision: number): void {
    if (this.state.revision >= revision) return;
    const touched = this.state.apply(changes, revision);
    const now = this.#parts.clock.now();
    for (const one of touched) if (one.kind === "appointments") this.#await(one.now, now);
    // What was there before this process began is no news.
    this.#parts.changed(touched, this.#isLoaded ? eventsOf(touched, now) : []);
  }

  #await(appointment: Appointment, now: Instant): void {
    const { id, begins, ends } = appointment;
    const hasBegun = begins <= now;
    if (isOpen(appointment, now) && (!hasBegun || ends !== undefined)) this.#pending.set(id, { appointment, hasBegun });
    else this.#pending.delete(id);
  }

  /** Takes up what other processes have changed. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    for (;;) {
      const known = this.state.revision;
      const upTo = await directoryRevision(this.#parts.db);
      if (upTo <= known) break;
      const changes = await changedRows(this.#parts.db, known, upTo);
      // Somebody's own change may have become true while this was being read.
      if (this.state.revision === known) this.#takeUp(changes, upTo);
    }
    this.#isLoaded = true;
  }

  /** Announces appointments that have begun or ended by the clock alone since the last time. */
  passTime(): void {
    const now = this.#parts.clock.now();
    const events: DirectoryEvent[] = [];
    for (const [id, one] of this.#pending) {
      const { userId: user, post, kind, begins, ends } = one.appointment;
      const acting = kind === "acting";
      if (ends !== undefined && ends <= now) {
        this.#pending.delete(id);
        if (one.hasBegun) events.push({ kind: "holder-left", user, post, acting });
      } else if (!one.hasBegun && begins <= now) {
        one.hasBegun = true;
        if (ends === undefined) this.#pending.delete(id);
        events.push({ kind: "appointed", user, post, acting });
      }
    }
    if (events.length > 0) this.#parts.changed([], events);
  }
}

function isEmpty(changes: RowChanges): boolean {
  return Object.values(changes).every((rows) => rows.length === 0);
}
