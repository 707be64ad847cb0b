import type { Instant, UnitId, UserId } from "@causeway/base";
import type { Role } from "@causeway/contract";
import { isInForce, isOpen, type LiveState } from "./live-state.ts";
import type { Appointment, Delegation, Post } from "./types.ts";

/** Who has a post. */
export interface Holding {
  /** Whose post it is. */
  readonly holder: Appointment | undefined;
  /** Who acts in it at the moment. */
  readonly acting: Appointment | undefined;
  /** Who has its duties: whoever acts, else the holder; undefined for a vacant post. */
  readonly current: UserId | undefined;
}

/** Who has a post at a time. */
export function holdingOf(state: LiveState, post: Post, now: Instant): Holding {
  const inForce = state.appointments.by("byPost", post.id).filter((one) => isInForce(one, now));
  const holder = inForce.find((one) => one.kind === "substantive");
  const acting = inForce.find((one) => one.kind === "acting");
  return { holder, acting, current: (acting ?? holder)?.userId };
}

/** The Head of a department: its post, and who has it. Without a post, or with a vacant one, nobody is. */
export function headOf(
  state: LiveState,
  department: UnitId,
  now: Instant,
): (Holding & { readonly post: Post }) | undefined {
  const post = state.headPost(department);
  return post === undefined ? undefined : { post, ...holdingOf(state, post, now) };
}

/** Something that somebody is to the government, and for which department. */
export interface Duty {
  readonly role: Role;
  /** Undefined for a role of the whole government. */
  readonly department: UnitId | undefined;
}

/** What somebody is at a time, and until when this holds if nothing is changed. */
export interface Duties {
  readonly duties: readonly Duty[];
  readonly until: Instant | undefined;
}

/** Works out what somebody is: by being in the directory, by the posts held, by what was given and delegated. */
export function dutiesOf(state: LiveState, user: UserId, now: Instant): Duties {
  const boundaries: Instant[] = [];
  const note = (one: { readonly begins: Instant; readonly ends: Instant | undefined }): void => {
    boundaries.push(one.begins);
    if (one.ends !== undefined) boundaries.push(one.ends);
  };
  const person = state.people.get(user);
  const duties: Duty[] = [];
  if (person !== undefined && person.left === undefined) duties.push({ role: "officer", department: undefined });
  for (const appointment of state.openAppointmentsOf(user, now)) {
    const post = state.posts.get(appointment.post);
    if (post === undefined || post.ended !== undefined) continue;
    for (const other of state.openAppointmentsTo(post.id, now)) note(other);
    if (isInForce(appointment, now) && holdingOf(state, post, now).current === user) duties.push(...dutiesOfPost(post));
  }
  for (const grant of state.openRolesOf(user, now)) {
    note(grant);
    if (isInForce(grant, now)) duties.push({ role: grant.role, department: grant.department });
  }
  for (const delegation of openDelegationsOf(state, user, now)) {
    note(delegation);
    if (isInForce(delegation, now)) duties.push({ role: "delegate", department: delegation.department });
  }
  const next = Math.min(...boundaries.filter((at) => at > now));
  return { duties, until: boundaries.find((at) => at === next) };
}

function dutiesOfPost(post: Post): readonly Duty[] {
  const head: readonly Duty[] = post.isHead ? [{ role: "head", department: post.department }] : [];
  return [...head, ...post.roles.map((role) => ({ role, department: post.department }))];
}

/** Delegations to somebody that are in force, or will be. */
export function openDelegationsOf(state: LiveState, user: UserId, now: Instant): readonly Delegation[] {
  return state.delegations.by("byUser", user).filter((one) => one.revoked === undefined && isOpen(one, now));
}

/** Whether a delegation counts for requests from a post: one of a department that was merged counts for what came from there. */
export function delegationCovers(delegation: Delegation, post: Post): boolean {
  if (post.department !== delegation.department) return false;
  const only = delegation.limits.from_department;
  return only === undefined || post.former.some((address) => address.department === only);
}

interface Remembered extends Duties {
  readonly roles: ReadonlySet<Role>;
  readonly since: Instant;
}

/** The roles of those who ask for something, from memory: worked out once, and again when a change or the time could have changed them. */
export class RolesInMemory {
  #state: LiveState;
  #max: number;
  #known = new Map<UserId, Remembered>();
  #revision = 0;

  constructor(state: LiveState, max: number) {
    this.#state = state;
    this.#max = max;
  }

  /** The roles that somebody holds at a time. */
  of(user: UserId, now: Instant): ReadonlySet<Role> {
    if (this.#revision !== this.#state.revision) {
      this.#known.clear();
      this.#revision = this.#state.revision;
    }
    const known = this.#known.get(user);
    if (known !== undefined && known.since <= now && (known.until === undefined || now < known.until))
      return known.roles;
    const found = dutiesOf(this.#state, user, now);
    const roles = new Set(found.duties.map((duty) => duty.role));
    if (this.#known.size >= this.#max) this.#known.clear();
    this.#known.set(user, { ...found, roles, since: now });
    return roles;
  }
}
