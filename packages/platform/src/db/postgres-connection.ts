import postgres from "postgres";
import type { Sql } from "./postgres-writer.ts";
import { DatabaseUnavailable, type ColumnTypes } from "./types.ts";

/** How long a connection may take to be there. */
export const CONNECT_MS = 10_000;

/** What columns are called here. */
export const postgresTypes: ColumnTypes = {
  engine: "postgres",
  int: "BIGINT",
  text: 'TEXT COLLATE "C"',
  blob: "BYTEA",
  intKey: "BIGINT PRIMARY KEY",
};

/** What every connection has. */
export function driverOptions(): postgres.Options<{ bigint: postgres.PostgresType<number> }> {
  return {
    onnotice: () => undefined,
    connect_timeout: CONNECT_MS / 1000,
    types: {
      // NOTE Whole numbers here stay within ±(2^53−1), so int8 can be a number.
      bigint: { to: 20, from: [20, 1700], parse: Number, serialize: String },
    },
  };
}

/** A pool of connections for an operator's command. */
export function connectPostgres(url: string, connections: number): Sql {
  return postgres(url, { ...driverOptions(), max: connections, connection: { application_name: "causeway operator" } });
}

/** What a first query fails with says where the database was looked for, never with which password. */
export function unavailable(error: unknown): never {
  throw new DatabaseUnavailable(
    `the database cannot be used: ${error instanceof Error ? error.message : String(error)}`,
  );
}
