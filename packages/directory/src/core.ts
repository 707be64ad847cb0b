import type { Clock, Instant, Result, UserId } from "@causeway/base";
import type { Action, Role } from "@causeway/contract";
import type { Caller, Database } from "@causeway/platform";
import { Changes, type ChangeName, type Plan, type Who } from "./changes.ts";
import { RolesInMemory } from "./duties.ts";
import { notPermitted } from "./errors.ts";
import type { DirectoryEvent } from "./events.ts";
import type { DirectoryLimits } from "./limits.ts";
import type { LiveState, Touched } from "./live-state.ts";
import type { DirectoryAccounts, DirectoryListener, PostRooms, RecordAudit, RightsEnding, Rules } from "./ports.ts";

/** What the directory is made of. */
export interface DirectoryOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: DirectoryLimits;
  readonly accounts: DirectoryAccounts;
  readonly rules: Rules;
  readonly rooms: PostRooms;
  readonly listener: DirectoryListener;
  /** Writes somebody's present name into their rooms. */
  readonly tellRooms: (user: UserId) => Promise<void>;
  /** Told of work that failed after its answer was given; it is tried again. */
  readonly failed: (error: unknown) => void;
  readonly audit?: RecordAudit;
  /** What ends elsewhere with posts and machines. */
  readonly ending?: RightsEnding;
}

/** Something that a caller wants to do: the action that their roles must allow, and what it is called in the record. */
export interface Act extends ChangeName {
  readonly caller: Pick<Caller, "user">;
  readonly action: Action;
}

/** What every part of this package shares. */
export class DirectoryCore {
  readonly options: DirectoryOptions;
  readonly changes: Changes;
  readonly roles: RolesInMemory;
  #followers: ((touched: readonly Touched[], events: readonly DirectoryEvent[]) => void)[] = [];

  constructor(options: DirectoryOptions) {
    this.options = options;
    this.changes = new Changes({
      db: options.db,
      clock: options.clock,
      accounts: options.accounts,
      audit: options.audit,
      ending: options.ending,
      changed: (touched, events) => {
        for (const follow of this.#followers) follow(touched, events);
        if (events.length > 0) options.listener.changed(events);
      },
    });
    this.roles = new RolesInMemory(this.changes.state, options.limits.maxPeopleInMemory);
  }

  /** The directory in memory. */
  get state(): LiveState {
    return this.changes.state;
  }

  /** The time. */
  now(): Instant {
    return this.options.clock.now();
  }

  /** Has a part of this package told of everything that changes. */
  follow(follower: (touched: readonly Touched[], events: readonly DirectoryEvent[]) => void): void {
    this.#followers.push(follower);
  }

  /** The roles that somebody holds now. */
  rolesOf(user: UserId): ReadonlySet<Role> {
    return this.roles.of(user, this.now());
  }

  /** Whether somebody's roles allow an action now. */
  may(user: UserId, action: Action): boolean {
    return this.options.rules.decide(action, { roles: this.rolesOf(user) }).allowed;
  }

  /** Makes a change for a caller, whose right to it is asked again of the directory that it is decided on. */
  act<T>(wish: Act, plan: Plan<T>): Promise<Result<T>> {
    return this.changes.run(wish.caller.user, wish, (planning) => {
      const { actor } = planning;
      if (actor.kind === "person") {
        const decision = this.options.rules.decide(wish.action, actor);
        if (!decision.allowed) return notPermitted(decision.reason);
      }
      return plan(planning);
    });
  }

  /** Makes a change for an operator or for the server itself. */
  run<T>(who: Who, name: ChangeName, plan: Plan<T>): Promise<Result<T>> {
    return this.changes.run(who, name, plan);
  }
}
