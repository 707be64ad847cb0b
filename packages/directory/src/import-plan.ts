import { instant, type Failure, type Instant, type PostId, type UserId } from "@causeway/base";
import type { Planning } from "./changes.ts";
import type { CsvFault } from "./csv.ts";
import { consistencyFaults } from "./import-consistency.ts";
import type { ImportFile, ImportRow } from "./import-rows.ts";
import { eachInTurns } from "./in-turns.ts";
import { ImportUnits } from "./import-units.ts";
import { endAppointment, planAppointment, settleRights } from "./plan-appointments.ts";
import { planDeparture, planPerson, planRename, type Standing } from "./plan-people.ts";
import type { Appointment, Post } from "./types.ts";

/** How a file is to be taken. */
export interface ImportWish {
  readonly file: ImportFile;
  /** `leave`: who holds a post in a department of the file, and is not in the file, has left. */
  readonly absent: "keep" | "leave";
  /** What there is of the accounts of those whom the file names. */
  readonly standings: ReadonlyMap<UserId, Standing>;
  /** The largest share of the holders of the file's departments that may be absent, so that half a file is noticed. */
  readonly maxAbsentShare: number;
}

/** Fewer than so many may always be absent. */
const FEW = 20;

/**
 * Brings the draft to what a file says. What the file says of a post or of a person is all that there is: whoever holds a post that
 * the file gives to somebody else, or to nobody, has it no more, and somebody whom the file names has the posts that it names.
 */
export async function planImport(planning: Planning, wish: ImportWish): Promise<ImportPlanner> {
  const planner = new ImportPlanner(planning, wish);
  await planner.run();
  return planner;
}

/** An import under way: the draft is changed as it goes, and must be thrown away when there is a fault. */
class ImportPlanner {
  readonly faults: CsvFault[] = [];
  /** The first line that speaks of a row, by the row's id. */
  readonly lines: Map<string, number> = new Map();
  #planning: Planning;
  #wish: ImportWish;
  #units: ImportUnits;
  #posts = new Map<ImportRow, Post>();
  #postIds = new Set<PostId>();
  #ended: Appointment[] = [];

  constructor(planning: Planning, wish: ImportWish) {
    this.#planning = planning;
    this.#wish = wish;
    this.#units = new ImportUnits(planning, wish.file.columns, {
      fault: (line, fault) => this.#fault(line, fault),
      line: (id, line) => this.#line(id, line),
    });
  }

  #fault(line: number, fault: string): void {
    this.faults.push({ line, fault });
  }

  #line(id: string, line: number): void {
    if (!this.lines.has(id)) this.lines.set(id, line);
  }

  #refused(line: number, failed: Failure): void {
    const reason = failed.extra?.["reason"];
    const named = typeof reason === "string" ? ` (${reason})` : "";
    this.#fault(line, `${failed.message ?? "this may not be done by you"}${named}`);
  }

  async run(): Promise<void> {
    const { rows } = this.#wish.file;
    this.faults.push(...(await consistencyFaults(rows)));
    await eachInTurns(rows, (row) => this.#place(row));
    for (const { line, fault } of this.#units.headFaults()) this.#fault(line, fault);
    await eachInTurns(rows, (row) => this.#person(row));
    await eachInTurns(this.#leavers(), ([user, line]) => this.#leave(user, line));
    this.#endOthers();
    await eachInTurns(rows, (row) => this.#appoint(row));
    for (const ended of this.#ended) settleRights(this.#planning, ended);
  }

  #place(row: ImportRow): void {
    if (row.hasLeft) return;
    const post = this.#units.place(row);
    if (post === undefined) return;
    this.#posts.set(row, post);
    this.#postIds.add(post.id);
  }

  #person(row: ImportRow): void {
    const { draft } = this.#planning;
    const { user, names } = row;
    if (user === undefined || row.hasLeft) return;
    this.#line(user, row.line);
    const known = draft.people.get(user);
    if (known !== undefined && known.left === undefined) {
      const nameEn = names.nameEn === "" ? known.nameEn : names.nameEn;
      const nameZh = names.nameZh === "" ? known.nameZh : names.nameZh;
      planRename(this.#planning, user, { nameEn, nameZh });
      return;
    }
    if (names.nameEn === "" && names.nameZh === "") {
      this.#fault(row.line, "the directory does not know this person, and there is no name");
      return;
    }
    const standing = this.#wish.standings.get(user) ?? "none";
    const made = planPerson(this.#planning, { userId: user, ...names }, standing);
    if (!made.ok)
      this.#refused(
        row.line,
        made.error.message === undefined
          ? { ...made.error, message: "this user name cannot be a new account's" }
          : made.error,
      );
  }

  /** Who leaves, with the line that says so; 0 for those who are absent. */
  #leavers(): readonly (readonly [UserId, number])[] {
    const { rows } = this.#wish.file;
    const said = rows.flatMap((row) => (row.hasLeft && row.user !== undefined ? [[row.user, row.line] as const] : []));
    if (this.#wish.absent === "keep") return said;
    const named = new Set(rows.flatMap((row) => row.user ?? []));
    const holders = this.#holdersOfFilesDepartments();
    const absent = holders.filter((user) => !named.has(user));
    if (absent.length > Math.max(FEW, holders.length * this.#wish.maxAbsentShare)) {
      this.#fault(
        1,
        `${absent.length} of ${holders.length} holders of posts are absent; this looks like a part of a file`,
      );
      return said;
    }
    return [...said, ...absent.map((user) => [user, 0] as const)];
  }

  #holdersOfFilesDepartments(): readonly UserId[] {
    const { draft, now } = this.#planning;
    const posts = this.#units.departments().flatMap((department) => draft.openPosts(department));
    const holders = posts.flatMap((post) => draft.openAppointmentsTo(post.id, now));
    return [...new Set(holders.filter((one) => one.kind === "substantive").map((one) => one.userId))];
  }

  #leave(user: UserId, line: number): void {
    const known = this.#planning.draft.people.get(user);
    if (known === undefined) this.#fault(line, "the directory does not know this person");
    // Who has left already may stand in the file for as long as it likes.
    if (known === undefined || known.left !== undefined) return;
    this.#line(user, line);
    const left = planDeparture(this.#planning, user, this.#wish.standings.get(user) ?? "active");
    if (!left.ok) this.#refused(line, { ...left.error, message: "nobody makes themselves leave" });
  }

  /** Ends what the file says is no more. */
  #endOthers(): void {
    const { draft, now } = this.#planning;
    const wanted = new Map<PostId, ImportRow[]>();
    for (const [row, post] of this.#posts) wanted.set(post.id, [...(wanted.get(post.id) ?? []), row]);
    for (const [post, rows] of wanted) {
      const holder = rows.find((row) => row.kind === "substantive");
      const saysActing = this.#wish.file.columns.has("appointment");
      for (const open of draft.openAppointmentsTo(post, now)) {
        const isSaid = rows.some(
          (row) => row.user === open.userId && row.kind === open.kind && this.#isSame(row, open),
        );
        const saysSo = open.kind === "acting" ? saysActing : holder !== undefined;
        const at = open.kind === "acting" ? undefined : holder?.from;
        if (!isSaid && saysSo) this.#end(open, { line: rows[0]?.line ?? 0, at });
      }
    }
    for (const [user, rows] of this.#rowsByUser()) {
      const [first] = rows;
      const at = rows.some((row) => row.from === undefined) ? undefined : Math.min(...rows.map((row) => row.from ?? 0));
      for (const open of draft.openAppointmentsOf(user, now)) {
        const isElsewhere = open.kind === "substantive" && !this.#postIds.has(open.post);
        if (isElsewhere) this.#end(open, { line: first?.line ?? 0, at: at === undefined ? undefined : instant(at) });
      }
    }
  }

  #rowsByUser(): ReadonlyMap<UserId, readonly ImportRow[]> {
    const found = new Map<UserId, ImportRow[]>();
    for (const row of this.#wish.file.rows) {
      if (row.user === undefined || row.hasLeft || row.kind === "acting") continue;
      found.set(row.user, [...(found.get(row.user) ?? []), row]);
    }
    return found;
  }

  /** Ends an appointment when its successor's begins, now at the earliest. */
  #end(open: Appointment, how: { readonly line: number; readonly at: Instant | undefined }): void {
    const { actor, now } = this.#planning;
    const at = instant(Math.max(how.at ?? now, now));
    if (open.ends !== undefined && open.ends <= at) return;
    if (actor.kind === "person" && actor.user === open.userId)
      this.#fault(how.line, "nobody ends their own appointment (own-post)");
    this.#line(open.id, how.line);
    this.#ended.push(endAppointment(this.#planning, open, at));
  }

  /** Whether a row means an appointment that is there: dates that it does not give are not looked at. */
  #isSame(row: ImportRow, open: Appointment): boolean {
    const { now } = this.#planning;
    // A beginning in the past has been taken as "from now on" by the import that first said it.
    const sameFrom = row.from === undefined || row.from === open.begins || (row.from <= now && open.begins <= now);
    return sameFrom && (row.until === undefined || row.until === open.ends);
  }

  #appoint(row: ImportRow): void {
    const { draft, now } = this.#planning;
    const post = this.#posts.get(row);
    if (post === undefined || row.user === undefined) return;
    const person = draft.people.get(row.user);
    // Then a fault says so already.
    if (person === undefined || person.left !== undefined) return;
    const open = draft.openAppointmentsTo(post.id, now);
    if (open.some((one) => one.userId === row.user && one.kind === row.kind && this.#isSame(row, one))) return;
    // What is over needs no appointment.
    if (row.until !== undefined && row.until <= now) return;
    const made = planAppointment(this.#planning, post, {
      userId: row.user,
      kind: row.kind,
      from: row.from === undefined || row.from <= now ? undefined : row.from,
      until: row.until,
    });
    if (made.ok) this.#line(made.value.id, row.line);
    else this.#refused(row.line, made.error);
  }
}
