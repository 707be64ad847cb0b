import { existsSync } from "node:fs";
import { isPostgres } from "./location.ts";
import { loadPostgres } from "./load-postgres.ts";
import { loadSqlite } from "./load-sqlite.ts";
import { MigrationError } from "./migrate.ts";
import type { TableShape } from "./snapshot-types.ts";
import { DatabaseUnavailable, type MigrationSet, type SqlValue, type Statement } from "./types.ts";

/** The rows of a table, as a backup has them. */
export interface LoadedTable {
  readonly shape: TableShape;
  rows(): AsyncIterable<readonly (readonly SqlValue[])[]>;
}

/** What an empty database is filled with. */
export interface LoadOptions {
  readonly location: string;
  /** This program's tables. */
  readonly migrations: readonly MigrationSet[];
  /** Which of them the rows are of, as `<package>/<name>`; the later ones are applied to the rows. */
  readonly applied: readonly string[];
  readonly tables: readonly LoadedTable[];
  /** Where the stream goes on: never where it has been. */
  readonly stream: { readonly epoch: number; readonly head: number };
  /** What else must change before anybody uses it. */
  readonly after: readonly Statement[];
}

/** What an engine does of it. */
export interface LoadSteps extends Omit<LoadOptions, "migrations" | "applied"> {
  readonly before: readonly MigrationSet[];
  readonly later: readonly MigrationSet[];
}

/**
 * Fills an empty database with the rows of another, of either engine: whole, or not at all.
 * @throws DatabaseUnavailable when it is not empty, MigrationError when the rows are of a newer version.
 */
export async function loadDatabase(options: LoadOptions): Promise<void> {
  const { migrations, applied, ...rest } = options;
  const wanted = new Set(applied);
  const before = migrations.map(({ of, list }) => ({
    of,
    list: list.filter(({ name }) => wanted.delete(`${of}/${name}`)),
  }));
  if (wanted.size > 0)
    throw new MigrationError(
      `the backup is of a newer version, which has ${[...wanted].join(", ")}; restore it with that version`,
    );
  const steps: LoadSteps = { ...rest, before, later: migrations };
  if (isPostgres(options.location)) return await loadPostgres(steps);
  if (existsSync(options.location)) throw new DatabaseUnavailable(`there is a database ${options.location} already`);
  await loadSqlite(steps);
}
