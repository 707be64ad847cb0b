import type { KeyObject } from "node:crypto";
import type { Database, MigrationSet } from "./types.ts";
import { isPostgres } from "./location.ts";
import { openPostgresDatabase } from "./postgres.ts";
import { openSqliteDatabase } from "./sqlite.ts";

/** Where the database is, and the tables that it must have. */
export interface DatabaseOptions {
  /** `postgres://…`, or the path of a SQLite file. */
  readonly location: string;
  readonly migrations: readonly MigrationSet[];
  /** The server's private ed25519 key, for a writer that can sign beside the event loop (SQLite's). */
  readonly signingKey?: KeyObject | undefined;
  /** Told of each migration that was applied: `<package>/<name>`. */
  readonly migrated?: (name: string) => void;
}

/** Opens the database of either engine and applies the migrations that are missing. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return isPostgres(options.location)
    ? openPostgresDatabase(options.location, options)
    : openSqliteDatabase(options.location, options);
}
