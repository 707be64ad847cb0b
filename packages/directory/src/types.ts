import type {
  AppointmentId,
  DelegationId,
  Instant,
  MachineId,
  PostId,
  ReorganisationId,
  RoleGrantId,
  RoomId,
  UnitId,
  UserId,
} from "@causeway/base";
import type { DelegationLimits, GrantableRole, MachineClass, PostRole, ReorganisationPlan } from "@causeway/contract";
import type { BothNames } from "./person-entry.ts";

/** A code that something had before, in the department that it was in then. */
export interface FormerAddress {
  /** The code of the department. */
  readonly department: string;
  readonly code: string;
  readonly until: Instant;
}

/** A bureau or department, a division in one, or a section in a division. */
export interface Unit extends BothNames {
  readonly id: UnitId;
  readonly kind: "department" | "division" | "section";
  /** The department that it is in; its own id for a department. */
  readonly department: UnitId;
  /** The division of a section. */
  readonly parent: UnitId | undefined;
  readonly code: string;
  readonly begun: Instant;
  readonly ended: Instant | undefined;
  /** What a department that merged or was split became; the first one is its main successor. */
  readonly successors: readonly UnitId[];
  readonly former: readonly FormerAddress[];
}

/** A position; it outlives whoever holds it. */
export interface Post {
  readonly id: PostId;
  readonly department: UnitId;
  /** The division or section; undefined for a post directly under its department. */
  readonly unit: UnitId | undefined;
  readonly code: string;
  readonly titleEn: string;
  readonly titleZh: string;
  /** The post of the Head of its department. */
  readonly isHead: boolean;
  /** The roles of whoever holds it. */
  readonly roles: readonly PostRole[];
  readonly begun: Instant;
  readonly ended: Instant | undefined;
  readonly former: readonly FormerAddress[];
}

/** Somebody whom the directory knows. */
export interface Person extends BothNames {
  readonly userId: UserId;
  readonly joined: Instant;
  readonly left: Instant | undefined;
  /** Whether the rooms have been told of the present name. */
  readonly isTold: boolean;
}

/** How somebody has a post. */
export type AppointmentKind = "substantive" | "acting";

/** That somebody has a post, from one instant until before another. */
export interface Appointment {
  readonly id: AppointmentId;
  readonly post: PostId;
  readonly userId: UserId;
  readonly kind: AppointmentKind;
  readonly begins: Instant;
  readonly ends: Instant | undefined;
}

/** A role given to a person. */
export interface RoleGrant {
  readonly id: RoleGrantId;
  readonly userId: UserId;
  readonly role: GrantableRole;
  /** The department that it is held for; undefined for a role of the whole government. */
  readonly department: UnitId | undefined;
  /** Who gave it; undefined for an operator's command. */
  readonly by: UserId | undefined;
  readonly begins: Instant;
  readonly ends: Instant | undefined;
  /** Whether it can never be in force again: it was taken away, or its end has been noticed. */
  readonly isOver: boolean;
}

/** That somebody may decide in the place of a Head. */
export interface Delegation {
  readonly id: DelegationId;
  readonly department: UnitId;
  readonly userId: UserId;
  readonly by: UserId;
  readonly begins: Instant;
  readonly ends: Instant;
  readonly limits: DelegationLimits;
  readonly revoked: Instant | undefined;
}

/** A computer that is registered. One that is not counts as an internal desktop. */
export interface Machine {
  readonly id: MachineId;
  readonly name: string;
  readonly class: MachineClass;
  readonly department: UnitId;
  /** Addresses in their one normal form. */
  readonly addresses: readonly string[];
  readonly retired: Instant | undefined;
}

/** A secret that a machine or a person proves itself with to the enforcement points; only its hash is kept. */
export interface Credential {
  readonly hash: string;
  readonly kind: "point" | "proxy";
  /** The id of a machine, or of a person. */
  readonly owner: MachineId | UserId;
  readonly created: Instant;
  readonly ends: Instant | undefined;
}

/** That a room belongs to a post: whoever holds the post is in it. */
export interface PostRoom {
  readonly post: PostId;
  readonly roomId: RoomId;
  readonly by: UserId;
  readonly ended: Instant | undefined;
  /** Whether somebody has been in the room for the post: from then on successors are brought in, not only invited. */
  readonly isAccepted: boolean;
  /** Those who are in the room, or invited to it, for the post. */
  readonly members: readonly UserId[];
}

/** A merger or split, done or to be done at its time. */
export interface Reorganisation {
  readonly id: ReorganisationId;
  readonly at: Instant;
  readonly plan: ReorganisationPlan;
  readonly status: "scheduled" | "done" | "failed" | "cancelled";
  /** The code of what stood in its way. */
  readonly fault: string | undefined;
  readonly by: UserId;
}

/** All kinds of rows that the directory consists of. */
export interface Rows {
  readonly units: Unit;
  readonly posts: Post;
  readonly people: Person;
  readonly appointments: Appointment;
  readonly roles: RoleGrant;
  readonly delegations: Delegation;
  readonly machines: Machine;
  readonly credentials: Credential;
  readonly postRooms: PostRoom;
  readonly reorganisations: Reorganisation;
}

/** A change of the directory: rows in their new form, each there once. */
export type RowChanges = { readonly [Kind in keyof Rows]?: readonly Rows[Kind][] };
