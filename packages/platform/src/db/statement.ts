import type { SqlValue, Statement, ToSign } from "./types.ts";

/** A statement written by hand for a hot path: made once, given values many times. Placeholders are `?`. */
export function statement<Row = unknown>(sql: string): (...values: readonly (SqlValue | ToSign)[]) => Statement<Row> {
  return (...values) => ({ sql, parameters: values });
}

/** `?, ?, ?` for a list of `count` values. */
export function placeholders(count: number): string {
  return Array.from({ length: count }, () => "?").join(", ");
}

/** Rewrites `?` placeholders to `$1 …` for PostgreSQL, leaving quoted text alone. */
export function numberPlaceholders(sql: string): string {
  let out = "";
  let count = 0;
  let quote = "";
  for (const char of sql) {
    if (quote !== "") {
      if (char === quote) quote = "";
      out += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      out += char;
    } else if (char === "?") {
      count += 1;
      out += `$${count}`;
    } else {
      out += char;
    }
  }
  return out;
}
