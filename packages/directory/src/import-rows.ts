import { instant, type Instant, type UserId } from "@causeway/base";
import { parseCode, parseName } from "@causeway/contract";
import type { CsvFault, CsvRecord } from "./csv.ts";
import { eachInTurns } from "./in-turns.ts";
import type { BothNames } from "./person-entry.ts";
import type { AppointmentKind } from "./types.ts";

/** Something with a code, and the names that a row gives it; empty ones say nothing. */
export interface NamedCode extends BothNames {
  readonly code: string;
}

/** A post as a row describes it. */
export interface RowPost {
  readonly code: string;
  readonly titleEn: string;
  readonly titleZh: string;
  /** Undefined: not said. */
  readonly isHead: boolean | undefined;
}

/** A row of an import, read. */
export interface ImportRow {
  readonly line: number;
  readonly department: NamedCode | undefined;
  readonly division: NamedCode | undefined;
  readonly section: NamedCode | undefined;
  readonly post: RowPost | undefined;
  readonly user: UserId | undefined;
  readonly names: BothNames;
  readonly kind: AppointmentKind;
  readonly from: Instant | undefined;
  readonly until: Instant | undefined;
  readonly hasLeft: boolean;
}

/** What there is of a file: its columns, its rows, and what is wrong with them. */
export interface ImportFile {
  readonly columns: ReadonlySet<string>;
  readonly rows: readonly ImportRow[];
  readonly faults: readonly CsvFault[];
}

/** How the values of a file are read. */
export interface ReadingParts {
  readonly userOf: (name: string) => UserId | undefined;
  readonly utcOffsetMinutes: number;
}

const COLUMNS: readonly string[] = [
  ...["department", "department_en", "department_zh"],
  ...["division", "division_en", "division_zh", "section", "section_en", "section_zh"],
  ...["post", "title_en", "title_zh", "head"],
  ...["user", "name_en", "name_zh", "appointment", "from", "until", "status"],
];

/** Columns that people expect and that are not an import's business. */
const NOT_HERE: Readonly<Record<string, string>> = {
  role: "roles are given by a security administrator, not by an import",
  roles: "roles are given by a security administrator, not by an import",
  password: "passwords are never imported",
};

/** Reads the records of a file: the first names the columns. Every fault is listed. */
export async function readImport(records: readonly CsvRecord[], parts: ReadingParts): Promise<ImportFile> {
  const [header, ...body] = records;
  if (header === undefined) return { columns: new Set(), rows: [], faults: [{ line: 1, fault: "the file is empty" }] };
  const names = header.fields.map((field) => field.trim().toLowerCase());
  const faults = headerFaults(names).map((fault) => ({ line: header.line, fault }));
  if (faults.length > 0) return { columns: new Set(names), rows: [], faults };
  const rows: ImportRow[] = [];
  await eachInTurns(body, (record) => {
    if (record.fields.length !== names.length) {
      faults.push({
        line: record.line,
        fault: `there are ${record.fields.length} fields where the first line has ${names.length}`,
      });
      return;
    }
    const reader = new RowReader(record, names, parts);
    const row = reader.read();
    faults.push(...reader.faults);
    if (reader.faults.length === 0) rows.push(row);
  });
  return { columns: new Set(names), rows, faults };
}

function headerFaults(names: readonly string[]): readonly string[] {
  const faults: string[] = [];
  for (const [index, name] of names.entries()) {
    const known = Object.hasOwn(NOT_HERE, name) ? NOT_HERE[name] : undefined;
    if (known !== undefined) faults.push(`column \`${name}\`: ${known}`);
    else if (!COLUMNS.includes(name))
      faults.push(`column ${index + 1} is none that is known; there are ${COLUMNS.join(", ")}`);
    else if (names.indexOf(name) !== index) faults.push(`column \`${name}\` is there twice`);
  }
  if (!names.includes("department") && !names.includes("user"))
    faults.push("there is neither a column `department` nor `user`");
  return faults;
}

class RowReader {
  readonly faults: CsvFault[] = [];
  #fields: ReadonlyMap<string, string>;
  #line: number;
  #parts: ReadingParts;

  constructor(record: CsvRecord, names: readonly string[], parts: ReadingParts) {
    this.#fields = new Map(names.map((name, index) => [name, record.fields[index]?.trim() ?? ""]));
    this.#line = record.line;
    this.#parts = parts;
  }

  read(): ImportRow {
    const row: ImportRow = {
      line: this.#line,
      department: this.#named("department"),
      division: this.#named("division"),
      section: this.#named("section"),
      post: this.#post(),
      user: this.#user(),
      names: { nameEn: this.#name("name_en"), nameZh: this.#name("name_zh") },
      kind: this.#word("appointment", ["", "substantive", "acting"]) === "acting" ? "acting" : "substantive",
      from: this.#time("from"),
      until: this.#time("until"),
      hasLeft: this.#word("status", ["", "active", "left"]) === "left",
    };
    if (this.faults.length === 0) for (const fault of shapeFaults(row)) this.#fault(fault);
    return row;
  }

  #fault(fault: string): void {
    this.faults.push({ line: this.#line, fault });
  }

  #field(name: string): string {
    return this.#fields.get(name) ?? "";
  }

  #name(column: string): string {
    const name = parseName(this.#field(column));
    if (name === undefined) this.#fault(`\`${column}\` is too long or holds characters that cannot be shown`);
    return name ?? "";
  }

  #code(column: string): string | undefined {
    const field = this.#field(column);
    if (field === "") return undefined;
    const code = parseCode(field);
    if (code === undefined) this.#fault(`\`${column}\` is not a code`);
    return code;
  }

  #named(column: string): NamedCode | undefined {
    const code = this.#code(column);
    const names = { nameEn: this.#name(`${column}_en`), nameZh: this.#name(`${column}_zh`) };
    if (code !== undefined) return { code, ...names };
    if (names.nameEn !== "" || names.nameZh !== "") this.#fault(`there is a name without a code of the ${column}`);
    return undefined;
  }

  #post(): RowPost | undefined {
    const code = this.#code("post");
    const head = this.#word("head", ["", "yes", "no"]);
    const titles = { titleEn: this.#name("title_en"), titleZh: this.#name("title_zh") };
    if (code !== undefined) return { code, ...titles, isHead: head === "" ? undefined : head === "yes" };
    if (titles.titleEn !== "" || titles.titleZh !== "" || head === "yes")
      this.#fault("there is a title without a code of the post");
    return undefined;
  }

  #user(): UserId | undefined {
    const field = this.#field("user");
    if (field === "") return undefined;
    const user = this.#parts.userOf(field);
    if (user === undefined) this.#fault("`user` is not a user name of this server");
    return user;
  }

  #word(column: string, words: readonly string[]): string {
    const word = this.#field(column).toLowerCase();
    if (!words.includes(word))
      this.#fault(`\`${column}\` is not one of ${words.filter((one) => one !== "").join(", ")}`);
    return word;
  }

  #time(column: string): Instant | undefined {
    const field = this.#field(column);
    if (field === "") return undefined;
    const time = parseTime(field, this.#parts.utcOffsetMinutes);
    if (time === undefined)
      this.#fault(
        `\`${column}\` is neither a date (2026-03-31) nor a time with its offset (2026-03-31T09:00:00+08:00)`,
      );
    return time;
  }
}

/** What a row says that cannot be meant. */
function shapeFaults(row: ImportRow): readonly string[] {
  const { department, division, section, post, user } = row;
  const faults: string[] = [];
  const isNamed = row.names.nameEn !== "" || row.names.nameZh !== "";
  if (row.hasLeft) {
    if (user === undefined) faults.push("`status` is left, and nobody is named");
    if (post !== undefined) faults.push("`status` is left, and a post is named");
    return faults;
  }
  if (department === undefined && (division !== undefined || section !== undefined || post !== undefined))
    faults.push("the department is missing");
  if (user !== undefined && post === undefined)
    faults.push("somebody is named without a post; who has none has `status` left");
  if (user === undefined && isNamed) faults.push("a name is given and nobody is named");
  if (user === undefined && row.kind === "acting") faults.push("an acting appointment names nobody");
  if (user === undefined && (row.from !== undefined || row.until !== undefined))
    faults.push("dates are given and nobody is named");
  if (row.kind === "acting" && row.until === undefined) faults.push("an acting appointment needs `until`");
  if (department === undefined && user === undefined) faults.push("the row says nothing");
  return faults;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a date, which begins at midnight by the offset, or a time that names its own; undefined for others and for days that there are not. */
export function parseTime(text: string, utcOffsetMinutes: number): Instant | undefined {
  const day = DATE.exec(text.slice(0, 10));
  if (day === null) return undefined;
  const [year = 0, month = 0, date = 0] = day.slice(1).map(Number);
  const midnight = new Date(Date.UTC(year, month - 1, date));
  if (year < 1970 || midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== date) return undefined;
  if (text.length === 10) return instant(midnight.getTime() - utcOffsetMinutes * 60_000);
  const ms = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) || ms < 0 ? undefined : instant(ms);
}
