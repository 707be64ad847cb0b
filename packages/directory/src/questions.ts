import {
  parseMachineId,
  parseUserId,
  type Instant,
  type MachineId,
  type PostId,
  type UnitId,
  type UserId,
} from "@causeway/base";
import type { GrantableRole, MachineClass, Role } from "@causeway/contract";
import type { Tx } from "@causeway/platform";
import { normalAddress } from "./addresses.ts";
import type { DirectoryCore } from "./core.ts";
import { dutiesOf, headOf, holdingOf, openDelegationsOf, type Duty, type Holding } from "./duties.ts";
import { holdersOf, postsIn, tenureOf } from "./holders.ts";
import { isInForce, type LiveState } from "./live-state.ts";
import { displayNameOf, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
import { hashCredential } from "./plan-machines.ts";
import { expectRevision } from "./store.ts";
import type { Delegation, Machine, Post, Unit } from "./types.ts";

/** What the rest of the server may ask of the directory; answered from memory, as of now. */
export interface DirectoryQuestions {
  /** The roles that somebody holds. */
  rolesOf(user: UserId): ReadonlySet<Role>;
  /** What somebody is, and for which departments. */
  dutiesOf(user: UserId): readonly Duty[];
  /** `陳大文 · CHAN Tai-man`; undefined for somebody whom the directory does not know. */
  displayNameOf(user: UserId): string | undefined;
  /** What a search finds somebody by; undefined for leavers and strangers. */
  entryOf(user: UserId): PersonEntry | undefined;
  /** Everybody who has not left. */
  entries(): Iterable<PersonEntry>;
  /** The department of a code, ended ones too. */
  department(code: string): Unit | undefined;
  /** The post of a code in a department, by codes that are used or were. */
  postAt(department: string, code: string): Post | undefined;
  /** What a department has become: itself while it is open. */
  successorsOf(department: UnitId): readonly Unit[];
  /** The Head of a department: the post and who has its duties; undefined when there is no such post. */
  headOf(department: UnitId): (Holding & { readonly post: Post }) | undefined;
  /** Who has a post. */
  holdingOf(post: Post): Holding;
  /** The posts that somebody holds or acts in. */
  postsOf(user: UserId): readonly Post[];
  /** The delegations of a department that are in force. */
  delegationsOf(department: UnitId): readonly Delegation[];
  /** A department, division or section by its id, ended ones too. */
  unit(id: UnitId): Unit | undefined;
  /** A post by its id, abolished ones too. */
  post(id: PostId): Post | undefined;
  /** The posts of a department, or of a division or section with everything in it. */
  postsIn(unit: UnitId): readonly Post[];
  /** Until when somebody has a post, if nothing is changed; undefined when they do not have it now. */
  tenureOf(user: UserId, post: PostId): { readonly until: Instant | undefined } | undefined;
  /** Those who hold a role for a department: by their posts, or because it was given to them. */
  holdersOf(role: GrantableRole, department: UnitId): readonly UserId[];
  /** The machines that are registered now. */
  machines(): Iterable<Machine>;
  /** Takes up what other processes have changed. */
  refresh(): Promise<void>;
  /** Collects that all of these answers still hold when the transaction is committed; fails as `directory-revision`: refresh, and ask again. */
  restOn(tx: Tx): void;
  /** A machine by its id, retired ones too. */
  machine(id: MachineId): Machine | undefined;
  /** The machine of an address, or of a point token; undefined when it is not registered. */
  machineOfAddress(address: string): Machine | undefined;
  machineOfToken(token: string): Machine | undefined;
  /** What is blocked is decided by this; an address that is not registered is an internal desktop. */
  machineClassOf(address: string): MachineClass;
  /** The person of a secret for the proxy. */
  userOfProxySecret(secret: string): UserId | undefined;
}

function entryUnit(unit: Unit): EntryUnit {
  return { code: unit.code, nameEn: unit.nameEn, nameZh: unit.nameZh };
}

function unitsOf(state: LiveState, post: Post): readonly EntryUnit[] {
  const unit = post.unit === undefined ? undefined : state.units.get(post.unit);
  if (unit === undefined) return [];
  const parent = unit.parent === undefined ? undefined : state.units.get(unit.parent);
  return parent === undefined ? [entryUnit(unit)] : [entryUnit(parent), entryUnit(unit)];
}

/** The post that has a code in a department, else the last one that had it there. */
export function postAt(state: LiveState, department: string, code: string): Post | undefined {
  const unit = state.departmentOf(department);
  const now = unit === undefined ? undefined : state.openPosts(unit.id).find((post) => post.code === code);
  if (now !== undefined) return now;
  const until = (post: Post): number =>
    Math.max(
      ...post.former.filter((one) => one.department === department && one.code === code).map((one) => one.until),
    );
  const former = state.posts.by("byFormer", `${department}/${code}`);
  return former.toSorted((left, right) => until(right) - until(left))[0];
}

/** What a search finds somebody by; undefined for leavers and strangers. */
export function entryOf(core: DirectoryCore, user: UserId): PersonEntry | undefined {
  const { state } = core;
  const person = state.people.get(user);
  if (person === undefined || person.left !== undefined) return undefined;
  const now = core.now();
  const posts = state.openAppointmentsOf(user, now).flatMap((appointment): readonly EntryPost[] => {
    const post = state.posts.get(appointment.post);
    const department = post === undefined ? undefined : state.units.get(post.department);
    if (post === undefined || department === undefined || !isInForce(appointment, now)) return [];
    const { id: postId, code, titleEn, titleZh } = post;
    const isActing = appointment.kind === "acting";
    return [
      { postId, code, titleEn, titleZh, isActing, department: entryUnit(department), units: unitsOf(state, post) },
    ];
  });
  return { userId: user, nameEn: person.nameEn, nameZh: person.nameZh, posts };
}

function* entriesOf(core: DirectoryCore): Iterable<PersonEntry> {
  for (const person of core.state.people.all()) {
    const entry = entryOf(core, person.userId);
    if (entry !== undefined) yield entry;
  }
}

/** Answers questions about people, departments and posts. */
export function questionsOf(core: DirectoryCore): DirectoryQuestions {
  const { state } = core;
  return {
    rolesOf: (user) => core.rolesOf(user),
    dutiesOf: (user) => dutiesOf(state, user, core.now()).duties,
    displayNameOf: (user) => {
      const person = state.people.get(user);
      return person === undefined ? undefined : displayNameOf(person);
    },
    entryOf: (user) => entryOf(core, user),
    entries: () => entriesOf(core),
    department: (code) => state.departmentOf(code),
    postAt: (department, code) => postAt(state, department, code),
    successorsOf: (id) => {
      const unit = state.units.get(id);
      return unit === undefined ? [] : state.successorsOf(unit);
    },
    headOf: (department) => headOf(state, department, core.now()),
    holdingOf: (post) => holdingOf(state, post, core.now()),
    postsOf: (user) => {
      const inForce = state.openAppointmentsOf(user, core.now()).filter((one) => isInForce(one, core.now()));
      return inForce.flatMap((one) => state.posts.get(one.post) ?? []);
    },
    delegationsOf: (department) => {
      const now = core.now();
      const open = state.delegations.by("byDepartment", department);
      return open.filter((one) => openDelegationsOf(state, one.userId, now).includes(one) && isInForce(one, now));
    },
    unit: (id) => state.units.get(id),
    post: (id) => state.posts.get(id),
    postsIn: (id) => postsIn(state, id),
    tenureOf: (user, post) => tenureOf(state, { user, post, now: core.now() }),
    holdersOf: (role, department) => holdersOf(state, { role, department, now: core.now() }),
    machine: (id) => state.machines.get(id),
    refresh: () => core.changes.refresh(),
    restOn: (tx) => expectRevision(tx, state.revision),
    ...machineQuestions(core),
  };
}

function* registeredMachines(state: LiveState): Iterable<Machine> {
  for (const machine of state.machines.all()) if (machine.retired === undefined) yield machine;
}

function machineQuestions(
  core: DirectoryCore,
): Pick<
  DirectoryQuestions,
  "machines" | "machineOfAddress" | "machineOfToken" | "machineClassOf" | "userOfProxySecret"
> {
  const { state } = core;
  const ownerOf = (secret: string, kind: "point" | "proxy"): string | undefined => {
    const credential = state.credentials.get(hashCredential(secret));
    if (credential?.kind !== kind) return undefined;
    return credential.ends === undefined || credential.ends > core.now() ? credential.owner : undefined;
  };
  const machineOfAddress = (address: string): Machine | undefined => {
    const normal = normalAddress(address);
    return normal === undefined ? undefined : state.machines.by("byAddress", normal)[0];
  };
  return {
    machines: () => registeredMachines(state),
    machineOfAddress,
    machineOfToken: (token) => {
      const id = parseMachineId(ownerOf(token, "point") ?? "");
      const machine = id === undefined ? undefined : state.machines.get(id);
      return machine?.retired === undefined ? machine : undefined;
    },
    machineClassOf: (address) => machineOfAddress(address)?.class ?? "internal-desktop",
    userOfProxySecret: (secret) => parseUserId(ownerOf(secret, "proxy") ?? ""),
  };
}
