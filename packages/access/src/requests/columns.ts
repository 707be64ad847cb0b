import { instant, type Instant } from "@causeway/base";

/** A row as the database gives it. */
export type Columns = Readonly<Record<string, unknown>>;

/** What a parser found in something that this package wrote itself. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`access's column ${what} holds what cannot be`);
  return value;
}

/** A column that always holds text. */
export function text(row: Columns, name: string): string {
  const value = row[name];
  return known(typeof value === "string" ? value : undefined, name);
}

/** A column that holds text or nothing. */
export function optionalText(row: Columns, name: string): string | undefined {
  return row[name] === null ? undefined : text(row, name);
}

/** A column that always holds a whole number. */
export function number(row: Columns, name: string): number {
  const value = row[name];
  return known(typeof value === "number" ? value : undefined, name);
}

/** A column that always holds a time. */
export function time(row: Columns, name: string): Instant {
  return instant(number(row, name));
}

/** A column that holds a time or nothing. */
export function optionalTime(row: Columns, name: string): Instant | undefined {
  return row[name] === null ? undefined : time(row, name);
}

/** A column read by a parser. */
export function read<T>(row: Columns, name: string, parse: (given: string) => T | undefined): T {
  return known(parse(text(row, name)), name);
}

/** A column that holds nothing, or is read by a parser. */
export function optional<T>(row: Columns, name: string, parse: (given: string) => T | undefined): T | undefined {
  return row[name] === null ? undefined : read(row, name, parse);
}

/** A parser of one of a few words. */
export function oneOf<Word extends string>(words: readonly Word[]): (given: string) => Word | undefined {
  return (given) => words.find((word) => word === given);
}
