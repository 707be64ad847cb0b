import type { SqlValue } from "@causeway/platform";
import { createReadStream } from "node:fs";

/** A row on one line: an array in JSON, bytes as `{"base64": …}`. */
export function lineOfRow(row: readonly SqlValue[]): string {
  const values = row.map((value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
  );
  return `${JSON.stringify(values)}\n`;
}

/** Reads such a line. @throws Error when it is none. */
export function rowOfLine(line: string, columns: number): readonly SqlValue[] {
  const parsed: unknown = JSON.parse(line);
  if (!Array.isArray(parsed) || parsed.length !== columns) throw new Error("a line of the backup is not a row");
  return parsed.map(valueOf);
}

function valueOf(value: unknown): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  const base64: unknown = Reflect.get(Object(value), "base64");
  if (typeof base64 !== "string") throw new Error("a line of the backup holds what no column can hold");
  return Buffer.from(base64, "base64");
}

const ROWS_AT_A_TIME = 500;

/** The rows of a table's file, some at a time. */
export async function* rowsIn(file: string, columns: number): AsyncGenerator<readonly (readonly SqlValue[])[]> {
  let batch: (readonly SqlValue[])[] = [];
  for await (const line of linesIn(file)) {
    batch.push(rowOfLine(line, columns));
    if (batch.length < ROWS_AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The lines of a file. */
export async function* linesIn(file: string): AsyncGenerator<string> {
  // NOTE Only \n ends a line here: JSON may hold U+2028, which readline takes for an end as well.
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8", highWaterMark: 262_144 })) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
