import { existsSync } from "node:fs";
import { isPostgres } from "./location.ts";
import { openPostgresSnapshot } from "./snapshot-postgres.ts";
import { openSqliteSnapshot } from "./snapshot-sqlite.ts";
import type { Snapshot } from "./snapshot-types.ts";
import { DatabaseUnavailable } from "./types.ts";

/** Takes one. @throws DatabaseUnavailable when there is no database. */
export async function openSnapshot(location: string): Promise<Snapshot> {
  if (isPostgres(location)) return await openPostgresSnapshot(location);
  if (!existsSync(location)) throw new DatabaseUnavailable(`there is no database ${location}`);
  return openSqliteSnapshot(location);
}
