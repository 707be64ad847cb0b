import type { ReadDb, SqlValue } from "./types.ts";

/** A table and its columns, in their order. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/**
 * The whole database as it was at one moment, to be read while a server writes on. It changes nothing, and what comes
 * after that moment it does not see. Holding it keeps SQLite's log from being begun anew, and PostgreSQL from cleaning up.
 */
export interface Snapshot extends ReadDb, AsyncDisposable {
  /** Every table but those of search indexes, in the order of names. */
  tables(): Promise<readonly TableShape[]>;
  /** How many rows a table has. */
  count(table: string): Promise<number>;
  /** All rows of a table, some at a time. */
  rows(table: TableShape): AsyncIterable<readonly (readonly SqlValue[])[]>;
}

/** How many rows come at a time. */
export const ROWS_AT_A_TIME = 500;

/** Whether a table belongs to a search index (`…_search`, `…_search_…`): it is made again from the rest, so no snapshot holds it. */
export function isDerived(table: string): boolean {
  return /_search(?:_|$)/.test(table);
}
