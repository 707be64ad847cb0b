import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { ToSign } from "./types.ts";

/** How a connection is used: `writer` (one), `reader` (never writes; `reader` also runs checkpoints). */
export type ConnectionRole = "writer" | "reader";

/**
 * Pages that a connection keeps. SQLite looks through all that a writer keeps at each commit, so that a large cache makes every
 * transaction dearer (a fifth of what it costs, measured with 64 MiB); what it lacks is in the system's own cache.
 */
const CACHE_KIB: Readonly<Record<ConnectionRole, number>> = { writer: 8 * 1024, reader: 64 * 1024 };

/** Opens the file with the settings that the product relies on: WAL, synchronous FULL, checkpoints never inside a commit. */
export function openSqlite(file: string, role: ConnectionRole): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 10_000, enableForeignKeyConstraints: false });
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(`PRAGMA cache_size = -${CACHE_KIB[role]}`);
  db.exec("PRAGMA temp_store = MEMORY");
  // The reader's thread checkpoints instead (a checkpoint inside a commit stalls it by up to 0.2 s).
  db.exec("PRAGMA wal_autocheckpoint = 0");
  if (role === "reader") db.exec("PRAGMA query_only = ON");
  return db;
}

const MAX_PREPARED = 500;

/** Prepares each statement text once and keeps the most recent ones. */
export function prepareCache(db: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const fresh = db.prepare(sql);
    prepared.set(sql, fresh);
    if (prepared.size > MAX_PREPARED) {
      const oldest = prepared.keys().next();
      if (oldest.done !== true) prepared.delete(oldest.value);
    }
    return fresh;
  };
}

/** Finishes a text that is to be signed. */
export type Finish = (value: ToSign) => string;

/** Values as SQLite takes them: booleans as 0 and 1, undefined as NULL. */
export function bindable(parameters: readonly unknown[], finish?: Finish): SQLInputValue[] {
  return parameters.map((value) => bindableValue(value, finish));
}

function bindableValue(value: unknown, finish: Finish | undefined): SQLInputValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof Uint8Array) return value;
  if (finish !== undefined && isToSign(value)) return finish(value);
  throw new TypeError(`a value of type ${typeof value} cannot be stored`);
}

/** Whether a value is a text that is to be signed. */
export function isToSign(value: unknown): value is ToSign {
  return typeof value === "object" && value !== null && "sign" in value && "before" in value && "after" in value;
}

/** Runs a statement and says how many rows it changed. */
export function runStep(prepared: StatementSync, parameters: readonly unknown[], finish?: Finish): number {
  return Number(prepared.run(...bindable(parameters, finish)).changes);
}
