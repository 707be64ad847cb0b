import { instant, parseUserId, type Instant, type UserId } from "@causeway/base";

/** A row as the database gives it. */
export type Columns = Readonly<Record<string, unknown>>;

/** A column that always holds text. */
export function text(row: Columns, name: string): string {
  const value = row[name];
  if (typeof value !== "string") throw new Error(`the directory's column ${name} holds no text`);
  return value;
}

/** A column that holds text or nothing. */
export function optionalText(row: Columns, name: string): string | undefined {
  return row[name] === null ? undefined : text(row, name);
}

/** A column that always holds a time. */
export function time(row: Columns, name: string): Instant {
  const value = row[name];
  if (typeof value !== "number") throw new Error(`the directory's column ${name} holds no time`);
  return instant(value);
}

/** A column that holds a time or nothing. */
export function optionalTime(row: Columns, name: string): Instant | undefined {
  return row[name] === null ? undefined : time(row, name);
}

/** A column that holds 0 or 1. */
export function flag(row: Columns, name: string): boolean {
  return row[name] === 1;
}

/** A column that holds a user id. */
export function user(row: Columns, name: string): UserId {
  return known(parseUserId(text(row, name)), name);
}

/** A column that holds one of a few words. */
export function word<Word extends string>(row: Columns, name: string, words: readonly Word[]): Word {
  const value = text(row, name);
  return known(
    words.find((one) => one === value),
    name,
  );
}

/** A column that holds a list as JSON, each member read by a parser. */
export function list<T>(row: Columns, name: string, read: (one: unknown) => T | undefined): readonly T[] {
  const value: unknown = JSON.parse(text(row, name));
  if (!Array.isArray(value)) throw new Error(`the directory's column ${name} holds no list`);
  return value.map((one) => known(read(one), name));
}

/** What a parser found in something that this package wrote itself. */
export function known<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the directory's column ${what} holds what cannot be`);
  return value;
}
