import type { CsvFault } from "./csv.ts";
import type { ImportRow, NamedCode } from "./import-rows.ts";
import { eachInTurns } from "./in-turns.ts";

/** What the rows of a file say against each other. */
export async function consistencyFaults(rows: readonly ImportRow[]): Promise<readonly CsvFault[]> {
  const check = new Consistency();
  await eachInTurns(rows, (row) => check.look(row));
  return check.faults;
}

interface Said {
  readonly value: string;
  readonly line: number;
}

class Consistency {
  readonly faults: CsvFault[] = [];
  #said = new Map<string, Said>();
  #placed = new Map<string, number>();
  #left = new Map<string, number>();

  look(row: ImportRow): void {
    this.#looksAtPeople(row);
    const { department, division, section, post } = row;
    if (department === undefined) return;
    const within = department.code;
    this.#names(row.line, `department ${within}`, department);
    if (division !== undefined) this.#names(row.line, `division ${within}/${division.code}`, division);
    if (section !== undefined) {
      this.#names(row.line, `section ${within}/${section.code}`, section);
      this.#same(row.line, `the division of section ${within}/${section.code}`, division?.code ?? "-");
    }
    if (post === undefined) return;
    const name = `post ${within}/${post.code}`;
    this.#same(row.line, `the English title of ${name}`, post.titleEn);
    this.#same(row.line, `the Chinese title of ${name}`, post.titleZh);
    this.#same(row.line, `the place of ${name}`, `${division?.code ?? "-"}/${section?.code ?? "-"}`);
    if (post.isHead !== undefined) this.#same(row.line, `the column \`head\` of ${name}`, String(post.isHead));
    this.#once(row, name);
  }

  #looksAtPeople(row: ImportRow): void {
    const { user, line } = row;
    if (user === undefined) return;
    this.#same(line, `the English name of ${user}`, row.names.nameEn);
    this.#same(line, `the Chinese name of ${user}`, row.names.nameZh);
    const mine = row.hasLeft ? this.#left : this.#placed;
    const other = (row.hasLeft ? this.#placed : this.#left).get(user);
    if (other !== undefined)
      this.faults.push({
        line,
        fault: `line ${other} says that this person ${row.hasLeft ? "has a post" : "has left"}`,
      });
    if (!mine.has(user)) mine.set(user, line);
  }

  #names(line: number, what: string, names: NamedCode): void {
    this.#same(line, `the English name of ${what}`, names.nameEn);
    this.#same(line, `the Chinese name of ${what}`, names.nameZh);
  }

  /** Something that is said in several rows is the same in all that say it. */
  #same(line: number, what: string, value: string): void {
    if (value === "") return;
    const before = this.#said.get(what);
    if (before === undefined) this.#said.set(what, { value, line });
    else if (before.value !== value) this.faults.push({ line, fault: `${what} differs from line ${before.line}` });
  }

  /** A post has one holder, or none. */
  #once(row: ImportRow, post: string): void {
    const key =
      row.kind === "substantive" ? `holder of ${post}` : `${row.user ?? ""} acting in ${post} from ${row.from ?? 0}`;
    const before = this.#said.get(key);
    if (before === undefined) this.#said.set(key, { value: "", line: row.line });
    else this.faults.push({ line: row.line, fault: `line ${before.line} says who holds ${post} already` });
  }
}
