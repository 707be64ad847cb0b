import { openDatabase, type Database, type Engine, type MigrationSet } from "@causeway/platform";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";

const POSTGRES_URL = process.env["CAUSEWAY_TEST_POSTGRES_URL"];

/** The engines that this run can test: SQLite always, PostgreSQL when `CAUSEWAY_TEST_POSTGRES_URL` names a superuser. */
export const engines: readonly Engine[] = POSTGRES_URL === undefined ? ["sqlite"] : ["sqlite", "postgres"];

/** Where an empty database is; disposing of it removes it. */
export interface TestLocation extends AsyncDisposable {
  /** What `openDatabase` and `CAUSEWAY_DATABASE_URL` take: a file's path, or `postgres://…`. */
  readonly location: string;
}

/** Makes an empty database of an engine; SQLite's stands in `directory`, else in a temporary one. */
export async function testLocation(engine: Engine, directory?: string): Promise<TestLocation> {
  if (engine === "postgres") return await postgresLocation();
  if (directory !== undefined)
    return { location: join(directory, "test.db"), [Symbol.asyncDispose]: () => Promise.resolve() };
  const own = await mkdtemp(join(tmpdir(), "causeway-database-"));
  return { location: join(own, "test.db"), [Symbol.asyncDispose]: () => rm(own, { recursive: true }) };
}

async function postgresLocation(): Promise<TestLocation> {
  if (POSTGRES_URL === undefined) throw new Error("CAUSEWAY_TEST_POSTGRES_URL is not set");
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = postgres(POSTGRES_URL, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`CREATE DATABASE ${name}`);
  const location = new URL(POSTGRES_URL);
  location.pathname = `/${name}`;
  return {
    location: location.href,
    async [Symbol.asyncDispose]() {
      await admin.unsafe(`DROP DATABASE ${name}`);
      await admin.end();
    },
  };
}

/** A database for one test; disposing of it closes and removes it. */
export interface TestDatabase extends TestLocation {
  readonly db: Database;
}

/** Opens an empty database of an engine, migrated. */
export async function testDatabase(
  engine: Engine,
  migrations: readonly MigrationSet[],
  directory?: string,
): Promise<TestDatabase> {
  const place = await testLocation(engine, directory);
  const db = await openDatabase({ location: place.location, migrations });
  return {
    db,
    location: place.location,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** Opens databases of the engine that is being tested. */
export type OpenTestDatabase = (migrations: readonly MigrationSet[]) => Promise<TestDatabase>;

/** Declares the same tests for each engine that this run can test. */
export function forEachEngine(declare: (engine: Engine, open: OpenTestDatabase) => void): void {
  for (const engine of engines) declare(engine, (migrations) => testDatabase(engine, migrations));
}
