import { isUtf8 } from "node:buffer";

/** A record of a CSV file, with the number of the line that it begins on. */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

/** Something that is wrong with a file. */
export interface CsvFault {
  readonly line: number;
  readonly fault: string;
}

/** What a file holds: its records up to the limit, or everything that is wrong with its form. */
export interface CsvFile {
  readonly records: readonly CsvRecord[];
  readonly faults: readonly CsvFault[];
}

const LF = 0x0a;
const BOM = "\uFEFF";

/**
 * Reads CSV as RFC 4180 has it, strictly: UTF-8 (a byte order mark at the start is dropped), lines that end in CR LF or LF, fields in
 * quotes where they hold commas, quotes or line ends. What other readers would guess at is a fault. Empty lines are passed over.
 */
export function readCsv(bytes: Uint8Array, maxRecords: number): CsvFile {
  const misread = linesThatAreNotUtf8(bytes);
  if (misread.length > 0) return { records: [], faults: misread };
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return new Reader(text.startsWith(BOM) ? text.slice(1) : text, maxRecords).read();
}

function linesThatAreNotUtf8(bytes: Uint8Array): readonly CsvFault[] {
  if (isUtf8(bytes)) return [];
  const faults: CsvFault[] = [];
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found;
    if (!isUtf8(bytes.subarray(start, end))) faults.push({ line, fault: "this line is not UTF-8" });
    start = end + 1;
  }
  return faults;
}

const PLAIN = /[^",\r\n]*/y;
const QUOTED = /[^"]*/y;

class Reader {
  #text: string;
  #max: number;
  #at = 0;
  #line = 1;
  #records: CsvRecord[] = [];
  #faults: CsvFault[] = [];

  constructor(text: string, max: number) {
    this.#text = text;
    this.#max = max;
  }

  read(): CsvFile {
    while (this.#at < this.#text.length) {
      if (this.#endOfLine()) continue;
      if (this.#records.length >= this.#max) {
        this.#fault(this.#line, `there are more than ${this.#max} records`);
        break;
      }
      const line = this.#line;
      const fields = this.#record();
      if (fields !== undefined) this.#records.push({ line, fields });
    }
    return { records: this.#records, faults: this.#faults };
  }

  #fault(line: number, fault: string): void {
    this.#faults.push({ line, fault });
  }

  /** Passes over the end of a line. */
  #endOfLine(): boolean {
    const length = this.#text.startsWith("\r\n", this.#at) ? 2 : this.#text[this.#at] === "\n" ? 1 : 0;
    if (length === 0) return false;
    this.#at += length;
    this.#line += 1;
    return true;
  }

  #record(): readonly string[] | undefined {
    const fields: string[] = [];
    for (;;) {
      const field = this.#text[this.#at] === '"' ? this.#quoted() : this.#plain();
      if (field === undefined) return this.#skip();
      fields.push(field);
      if (this.#at >= this.#text.length || this.#endOfLine()) return fields;
      if (this.#text[this.#at] !== ",") {
        this.#fault(
          this.#line,
          this.#text[this.#at] === "\r" ? "a line ends in CR alone" : "a quote stands inside a field",
        );
        return this.#skip();
      }
      this.#at += 1;
      if (this.#at >= this.#text.length) return [...fields, ""];
    }
  }

  #plain(): string {
    return this.#match(PLAIN);
  }

  #quoted(): string | undefined {
    const begun = this.#line;
    let field = "";
    this.#at += 1;
    for (;;) {
      const part = this.#match(QUOTED);
      field += part;
      for (const character of part) if (character === "\n") this.#line += 1;
      if (this.#at >= this.#text.length) {
        this.#fault(begun, "a quote is opened and never closed");
        return undefined;
      }
      if (this.#text[this.#at + 1] !== '"') break;
      field += '"';
      this.#at += 2;
    }
    this.#at += 1;
    return field;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  /** After a fault: on with the next line. */
  #skip(): undefined {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end + 1;
    this.#line += 1;
    return undefined;
  }
}
