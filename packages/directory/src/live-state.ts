import type { Instant, MachineId, PostId, UnitId, UserId } from "@causeway/base";
import { Index } from "./row-index.ts";
import { rowId, rowKinds, type RowKind } from "./store.ts";
import type {
  Appointment,
  Credential,
  Delegation,
  Machine,
  Person,
  Post,
  PostRoom,
  Reorganisation,
  RoleGrant,
  RowChanges,
  Rows,
  Unit,
} from "./types.ts";

/** A row that has changed: what it was, if it was there, and what it is. */
export type Touched = {
  readonly [Kind in RowKind]: {
    readonly kind: Kind;
    readonly before: Rows[Kind] | undefined;
    readonly now: Rows[Kind];
  };
}[RowKind];

const byPost = (row: { readonly post: PostId }): readonly string[] => [row.post];
const byUser = (row: { readonly userId: UserId }): readonly string[] => [row.userId];
const byDepartment = (row: { readonly department: UnitId }): readonly string[] => [row.department];

const byFormer = (row: Post): readonly string[] => row.former.map((one) => `${one.department}/${one.code}`);
const byAddress = (row: Machine): readonly string[] => (row.retired === undefined ? row.addresses : []);
const ofDepartment = (row: RoleGrant): readonly string[] => [row.department ?? ""];

type Indices = { readonly [Kind in RowKind]: Index<Rows[Kind]> };

function indexOf<Kind extends RowKind>(indices: Indices, kind: Kind): Index<Rows[Kind]> {
  return indices[kind];
}

/** The whole directory in memory, as of one revision. What is over stays: history is asked about too. */
export class LiveState implements Indices {
  readonly units: Index<Unit>;
  readonly posts: Index<Post>;
  readonly people: Index<Person>;
  readonly appointments: Index<Appointment>;
  readonly roles: Index<RoleGrant>;
  readonly delegations: Index<Delegation>;
  readonly machines: Index<Machine>;
  readonly credentials: Index<Credential>;
  readonly postRooms: Index<PostRoom>;
  readonly reorganisations: Index<Reorganisation>;
  #base: LiveState | undefined;
  #revision = 0;

  constructor(base?: LiveState) {
    this.#base = base;
    this.#revision = base?.revision ?? 0;
    const byCode = (row: Unit): readonly string[] => [row.kind === "department" ? row.code : ""];
    this.units = new Index<Unit>({ byDepartment, byCode }, base?.units);
    this.posts = new Index<Post>({ byDepartment, byFormer }, base?.posts);
    this.people = new Index<Person>({}, base?.people);
    this.appointments = new Index<Appointment>({ byPost, byUser }, base?.appointments);
    this.roles = new Index<RoleGrant>({ byUser, byDepartment: ofDepartment }, base?.roles);
    this.delegations = new Index<Delegation>({ byUser, byDepartment }, base?.delegations);
    this.machines = new Index<Machine>({ byDepartment, byAddress }, base?.machines);
    this.credentials = new Index<Credential>({ byOwner: (row) => [row.owner] }, base?.credentials);
    this.postRooms = new Index<PostRoom>({ byPost, byRoom: (row) => [row.roomId] }, base?.postRooms);
    this.reorganisations = new Index<Reorganisation>({}, base?.reorganisations);
  }

  /** A copy to try changes on: reads see them, this stays as it is. */
  draft(): LiveState {
    return new LiveState(this);
  }

  /** Puts a row into a draft. */
  put<Kind extends RowKind>(kind: Kind, row: Rows[Kind]): void {
    indexOf(this, kind).put(rowId(kind, row), row);
  }

  /** The rows by which a draft differs from what it was made of. */
  changes(): RowChanges {
    return Object.fromEntries(rowKinds.map((kind) => [kind, this.#differing(kind)]));
  }

  /** The same with what each row was. */
  touched(): readonly Touched[] {
    return rowKinds.flatMap((kind) => this.#touchedOf(kind));
  }

  #touchedOf<Kind extends RowKind>(kind: Kind): readonly Touched[] {
    const base = this.#base === undefined ? undefined : indexOf(this.#base, kind);
    return this.#differing(kind).map((now) => touched(kind, base?.get(rowId(kind, now)), now));
  }

  #differing<Kind extends RowKind>(kind: Kind): readonly Rows[Kind][] {
    const base = this.#base === undefined ? undefined : indexOf(this.#base, kind);
    return [...indexOf(this, kind).own()]
      .filter(([id, row]) => {
        const before = base?.get(id);
        return before === undefined || JSON.stringify(row) !== JSON.stringify(before);
      })
      .map(([, row]) => row);
  }

  /** How often the directory had been changed when this was true. */
  get revision(): number {
    return this.#revision;
  }

  /** Takes up changed rows, and tells what they were. */
  apply(changes: RowChanges, revision: number): readonly Touched[] {
    this.#revision = revision;
    return rowKinds.flatMap((kind) => this.#applyKind(kind, changes));
  }

  #applyKind<Kind extends RowKind>(kind: Kind, changes: RowChanges): readonly Touched[] {
    const rows: readonly Rows[Kind][] = changes[kind] ?? [];
    const index = indexOf(this, kind);
    return rows.map((now) => touched(kind, index.put(rowId(kind, now), now), now));
  }

  /** The department of a code, ended ones too. */
  departmentOf(code: string): Unit | undefined {
    return this.units.by("byCode", code)[0];
  }

  /** An open department of a code. */
  openDepartment(code: string): Unit | undefined {
    const found = this.departmentOf(code);
    return found?.ended === undefined ? found : undefined;
  }

  /** What departments have become: the open ones at the end of every line of successors. */
  successorsOf(department: Unit): readonly Unit[] {
    const found = new Map<UnitId, Unit>();
    const seen = new Set<UnitId>();
    const follow = (one: Unit): void => {
      if (seen.has(one.id)) return;
      seen.add(one.id);
      if (one.ended === undefined) found.set(one.id, one);
      for (const next of one.successors) {
        const successor = this.units.get(next);
        if (successor !== undefined) follow(successor);
      }
    };
    follow(department);
    return [...found.values()];
  }

  /** The divisions and sections of a department that have not ended, in the order of their codes. */
  openUnits(department: UnitId): readonly Unit[] {
    return sortedByCode(
      this.units.by("byDepartment", department).filter((one) => one.kind !== "department" && one.ended === undefined),
    );
  }

  /** The posts of a department that have not been abolished, in the order of their codes. */
  openPosts(department: UnitId): readonly Post[] {
    return sortedByCode(this.posts.by("byDepartment", department).filter((one) => one.ended === undefined));
  }

  /** The post of the Head of a department; undefined when it has none. */
  headPost(department: UnitId): Post | undefined {
    return this.posts.by("byDepartment", department).find((one) => one.isHead && one.ended === undefined);
  }

  /** Appointments to a post that are in force, or will be. */
  openAppointmentsTo(post: PostId, now: Instant): readonly Appointment[] {
    return this.appointments.by("byPost", post).filter((one) => isOpen(one, now) && one.ends !== one.begins);
  }

  /** Appointments of somebody that are in force, or will be. */
  openAppointmentsOf(user: UserId, now: Instant): readonly Appointment[] {
    return this.appointments.by("byUser", user).filter((one) => isOpen(one, now) && one.ends !== one.begins);
  }

  /** The roles given to somebody that are in force, or will be. */
  openRolesOf(user: UserId, now: Instant): readonly RoleGrant[] {
    return this.roles.by("byUser", user).filter((one) => !one.isOver && isOpen(one, now));
  }

  /** Credentials of a machine or person that are good. */
  openCredentialsOf(owner: MachineId | UserId, now: Instant): readonly Credential[] {
    return this.credentials.by("byOwner", owner).filter((one) => one.ends === undefined || one.ends > now);
  }
}

function touched<Kind extends RowKind>(kind: Kind, before: Rows[Kind] | undefined, now: Rows[Kind]): Touched {
  return { kind, before, now } as Touched; // one row type for each kind, by the table it came from
}

/** Whether something with dates is in force, or will be. */
export function isOpen(one: { readonly ends: Instant | undefined }, now: Instant): boolean {
  return one.ends === undefined || one.ends > now;
}

/** Whether something with dates is in force. */
export function isInForce(
  one: { readonly begins: Instant; readonly ends: Instant | undefined },
  now: Instant,
): boolean {
  return one.begins <= now && isOpen(one, now);
}

/** In the order of codes, the same on every machine. */
export function sortedByCode<Row extends { readonly code: string }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((left, right) => (left.code < right.code ? -1 : left.code > right.code ? 1 : 0));
}
