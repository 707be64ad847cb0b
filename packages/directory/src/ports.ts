import type { Decision, Instant, MachineId, PostId, Result, RoomId, UserId } from "@causeway/base";
import type { Action } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import type { DirectoryEvent } from "./events.ts";
import type { DirectoryEntry } from "./record.ts";

/** Who does something: somebody with the roles that they hold now, or an operator at the machine, whom only the invariants bind. */
export type Actor =
  | { readonly kind: "person"; readonly user: UserId; readonly roles: ReadonlySet<string> }
  | { readonly kind: "operator" };

/** The rules of access, asked again by every action about what it has found. */
export interface Rules {
  decide(action: Action, caller: { readonly roles: ReadonlySet<string> }): Decision;
  mayGrantRole(change: RoleChange): Decision;
  mayTakeRole(change: RoleChange): Decision;
}

/** A role that is to be given or taken. */
export interface RoleChange {
  readonly actor: { readonly roles: ReadonlySet<string> };
  readonly person: { readonly roles: ReadonlySet<string> };
  readonly isSelf: boolean;
  readonly role: string;
}

/** The accounts behind people. */
export interface DirectoryAccounts {
  /** The user id of a name in a file (a localpart, or a whole id of this server); undefined when it cannot be one here. */
  userOf(name: string): UserId | undefined;
  /** What there is of an account. */
  standingOf(user: UserId): Promise<"none" | "active" | "ended">;
  /** The same of many at once; those that are left out of the answer have none. */
  standingsOf(users: readonly UserId[]): Promise<ReadonlyMap<UserId, "active" | "ended">>;
  /** Collects a new account without a password: nobody can sign in until one is set. */
  collectNew(tx: Tx, user: UserId): void;
  /** Reads what the end of an account needs; the function collects it, and the transaction must be committed in the same turn. */
  prepareEnd(user: UserId): Promise<(tx: Tx) => void>;
}

/** The rooms of posts. */
export interface PostRooms {
  /** Whether somebody is in a room and has the power to invite. */
  mayInvite(user: UserId, room: RoomId): Promise<boolean>;
  /** Brings somebody into a room: invited by the first of `by` who may, and in at once where `enter` says so, with the power in the room of those in `heirTo`. Done already is done. */
  bringIn(
    room: RoomId,
    user: UserId,
    how: { readonly by: readonly UserId[]; readonly enter: boolean; readonly heirTo: readonly UserId[] },
  ): Promise<Result<object>>;
  /** Whether somebody is in a room, not only invited. */
  isIn(user: UserId, room: RoomId): Promise<boolean>;
  /** Takes somebody out of a room, or withdraws an invitation. */
  letGo(room: RoomId, user: UserId): Promise<void>;
}

/** Told of changes after their commit, in order. Must not throw. */
export interface DirectoryListener {
  changed(events: readonly DirectoryEvent[]): void;
}

/** Who loses what by a change. */
export interface EndedRights {
  /** Those who no longer have a post that they had. */
  readonly left: readonly { readonly user: UserId; readonly post: PostId }[];
  readonly abolished: readonly PostId[];
  readonly retired: readonly MachineId[];
  /** Undefined: an operator's command, or the server by itself. */
  readonly by: UserId | undefined;
  readonly at: Instant;
}

/** What ends elsewhere with posts and machines, in the transaction of the change. */
export interface RightsEnding {
  /** Reads what ends; the function collects it. What it expects to be unchanged it expects as `rights-ending`: the change is then decided again. */
  prepare(ended: EndedRights): Promise<(tx: Tx) => void>;
}

/** Keeps the record of a change in the change's own transaction. */
export type RecordAudit = (tx: Tx, entry: DirectoryEntry) => void;
