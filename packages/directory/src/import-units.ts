import type { UnitId } from "@causeway/base";
import type { Planning } from "./changes.ts";
import type { CsvFault } from "./csv.ts";
import type { ImportRow, NamedCode } from "./import-rows.ts";
import { newPost } from "./plan-posts.ts";
import { newUnit } from "./plan-units.ts";
import type { Post, Unit } from "./types.ts";

/** Where faults go, and the lines of rows. */
interface Told {
  fault(line: number, fault: string): void;
  line(id: string, line: number): void;
}

interface Within {
  readonly department: Unit;
  readonly units: Map<string, Unit>;
  readonly posts: Map<string, Post>;
  /** The lines that say that a post is the Head's. */
  readonly headLines: Map<string, number>;
}

/** The departments, divisions, sections and posts of an import; each code is looked up once. */
export class ImportUnits {
  #planning: Planning;
  #columns: ReadonlySet<string>;
  #told: Told;
  #within = new Map<string, Within | undefined>();

  constructor(planning: Planning, columns: ReadonlySet<string>, told: Told) {
    this.#planning = planning;
    this.#columns = columns;
    this.#told = told;
  }

  /** The departments that the file speaks of. */
  departments(): readonly UnitId[] {
    return [...this.#within.values()].flatMap((one) => one?.department.id ?? []);
  }

  /** Enters or changes what a row says of units and of its post; the post, if it names one. */
  place(row: ImportRow): Post | undefined {
    if (row.department === undefined) return undefined;
    const within = this.#departmentOf(row, row.department);
    if (within === undefined) return undefined;
    const division =
      row.division === undefined
        ? undefined
        : this.#unitOf(within, row, { kind: "division", named: row.division, parent: undefined });
    const section =
      row.section === undefined
        ? undefined
        : this.#unitOf(within, row, { kind: "section", named: row.section, parent: division?.id });
    return row.post === undefined ? undefined : this.#postOf(within, row, section ?? division);
  }

  #departmentOf(row: ImportRow, named: NamedCode): Within | undefined {
    if (this.#within.has(named.code)) return this.#renamed(this.#within.get(named.code), row, named);
    const { draft, now } = this.#planning;
    const known = draft.departmentOf(named.code);
    if (known?.ended !== undefined) {
      const successors = draft.successorsOf(known).map((one) => one.code);
      this.#told.fault(row.line, `department ${named.code} has ended; it became ${successors.join(", ")}`);
      this.#within.set(named.code, undefined);
      return undefined;
    }
    if (known === undefined && !this.#hasName(row, `department ${named.code}`, named)) {
      this.#within.set(named.code, undefined);
      return undefined;
    }
    const department =
      known ?? newUnit({ ...named, kind: "department", department: undefined, parent: undefined }, now);
    if (known === undefined) draft.put("units", department);
    this.#told.line(department.id, row.line);
    const within: Within = {
      department,
      units: new Map(draft.openUnits(department.id).map((one) => [one.code, one])),
      posts: new Map(draft.openPosts(department.id).map((one) => [one.code, one])),
      headLines: new Map(),
    };
    this.#within.set(named.code, within);
    return this.#renamed(within, row, named);
  }

  #renamed(within: Within | undefined, row: ImportRow, named: NamedCode): Within | undefined {
    const current = within === undefined ? undefined : this.#planning.draft.units.get(within.department.id);
    if (current !== undefined) this.#putNames(current, row, named);
    return within;
  }

  #putNames(unit: Unit, row: ImportRow, named: NamedCode & { readonly parent?: UnitId | undefined }): Unit {
    const parent = "parent" in named ? named.parent : unit.parent;
    const nameEn = named.nameEn === "" ? unit.nameEn : named.nameEn;
    const nameZh = named.nameZh === "" ? unit.nameZh : named.nameZh;
    this.#told.line(unit.id, row.line);
    if (nameEn === unit.nameEn && nameZh === unit.nameZh && parent === unit.parent) return unit;
    const changed: Unit = { ...unit, nameEn, nameZh, parent };
    this.#planning.draft.put("units", changed);
    return changed;
  }

  #hasName(row: ImportRow, what: string, named: { readonly nameEn: string; readonly nameZh: string }): boolean {
    if (named.nameEn !== "" || named.nameZh !== "") return true;
    this.#told.fault(row.line, `${what} is new and has no name`);
    return false;
  }

  #unitOf(
    within: Within,
    row: ImportRow,
    wish: { readonly kind: "division" | "section"; readonly named: NamedCode; readonly parent: UnitId | undefined },
  ): Unit | undefined {
    const { kind, named, parent } = wish;
    const known = within.units.get(named.code);
    if (known !== undefined && known.kind !== kind) {
      this.#told.fault(row.line, `${within.department.code}/${named.code} is a ${known.kind}, not a ${kind}`);
      return undefined;
    }
    let unit = known;
    if (unit === undefined) {
      if (!this.#hasName(row, `${kind} ${within.department.code}/${named.code}`, named)) return undefined;
      unit = newUnit({ ...named, kind, department: within.department.id, parent }, this.#planning.now);
      this.#planning.draft.put("units", unit);
    }
    const placed = this.#putNames(unit, row, { ...named, parent });
    within.units.set(named.code, placed);
    return placed;
  }

  #postOf(within: Within, row: ImportRow, unit: Unit | undefined): Post | undefined {
    const { draft, now, actor } = this.#planning;
    const said = row.post;
    if (said === undefined) return undefined;
    const known = within.posts.get(said.code);
    const names = { nameEn: said.titleEn, nameZh: said.titleZh };
    if (known === undefined && !this.#hasName(row, `post ${within.department.code}/${said.code}`, names))
      return undefined;
    const before = known ?? newPost({ ...said, isHead: false, unit: unit?.id, department: within.department.id }, now);
    const saysPlace = this.#columns.has("division") || this.#columns.has("section");
    const post: Post = {
      ...before,
      titleEn: said.titleEn === "" ? before.titleEn : said.titleEn,
      titleZh: said.titleZh === "" ? before.titleZh : said.titleZh,
      unit: saysPlace ? unit?.id : before.unit,
      isHead: said.isHead ?? before.isHead,
    };
    if (said.isHead === true) within.headLines.set(post.code, row.line);
    const own = draft
      .openAppointmentsTo(post.id, now)
      .some((one) => actor.kind === "person" && one.userId === actor.user);
    if (own && post.isHead && !before.isHead)
      this.#told.fault(row.line, "nobody makes their own post the Head's (own-post)");
    draft.put("posts", post);
    this.#told.line(post.id, row.line);
    within.posts.set(said.code, post);
    return post;
  }

  /** Departments that would have two Heads' posts. */
  headFaults(): readonly CsvFault[] {
    return [...this.#within.values()].flatMap((within) => {
      const heads = within === undefined ? [] : [...within.posts.values()].filter((post) => post.isHead);
      if (within === undefined || heads.length <= 1) return [];
      const line = Math.max(0, ...heads.map((post) => within.headLines.get(post.code) ?? 0));
      return [{ line, fault: `department ${within.department.code} would have ${heads.length} posts of a Head` }];
    });
  }
}
