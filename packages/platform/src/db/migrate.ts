import type { ColumnTypes, MigrationSet, ReadDb } from "./types.ts";

/** What migrations need of an engine. */
export interface MigrationRunner {
  readonly types: ColumnTypes;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
  inTransaction(
    statements: readonly { readonly sql: string; readonly parameters: readonly unknown[] }[],
  ): Promise<void>;
}

/** The database was made by a newer version, or its history differs from this program's. */
export class MigrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MigrationError";
  }
}

/** Applies what is missing, each migration in a transaction with its record; refuses a database that a newer version has changed. */
export async function applyMigrations(
  runner: MigrationRunner,
  sets: readonly MigrationSet[],
  migrated?: (name: string) => void,
): Promise<void> {
  const { text, int } = runner.types;
  await runner.inTransaction([
    {
      sql: `CREATE TABLE IF NOT EXISTS migrations (of ${text} NOT NULL, name ${text} NOT NULL, PRIMARY KEY (of, name))`,
      parameters: [],
    },
    {
      sql: `CREATE TABLE IF NOT EXISTS stream (id ${int} PRIMARY KEY, epoch ${int} NOT NULL, head ${int} NOT NULL)`,
      parameters: [],
    },
    // NOTE Position 1 is nobody's: a reader who has come as far as 0 is one who has seen nothing at all.
    { sql: "INSERT INTO stream (id, epoch, head) VALUES (1, 1, 1) ON CONFLICT (id) DO NOTHING", parameters: [] },
  ]);
  const rows = await runner.rows("SELECT of, name FROM migrations");
  const done = new Set(rows.map((row) => `${String(row["of"])}/${String(row["name"])}`));
  for (const set of sets) {
    for (const migration of set.list) {
      if (done.delete(`${set.of}/${migration.name}`)) continue;
      const statements = migration.statements(runner.types).map((sql) => ({ sql, parameters: [] }));
      const record = insertRecord(runner, set.of, migration.name);
      await runner.inTransaction([...statements, record]);
      migrated?.(`${set.of}/${migration.name}`);
    }
  }
  if (done.size > 0) {
    throw new MigrationError(`this database has changes that this version does not know: ${[...done].join(", ")}`);
  }
}

/** How a database's tables differ from those of this program: what is missing, and what this program does not know. */
export async function compareMigrations(
  db: ReadDb,
  sets: readonly MigrationSet[],
): Promise<{ readonly missing: readonly string[]; readonly unknown: readonly string[] }> {
  const sql = "SELECT of, name FROM migrations";
  const rows = await db.all<{ readonly of: string; readonly name: string }>({ sql, parameters: [] });
  const done = new Set(rows.map((row) => `${row.of}/${row.name}`));
  const wanted = sets.flatMap((set) => set.list.map((one) => `${set.of}/${one.name}`));
  const missing = wanted.filter((name) => !done.delete(name));
  return { missing, unknown: [...done] };
}

function insertRecord(
  runner: MigrationRunner,
  of: string,
  name: string,
): { sql: string; parameters: readonly unknown[] } {
  const marks = runner.types.engine === "sqlite" ? "?, ?" : "$1, $2";
  return { sql: `INSERT INTO migrations (of, name) VALUES (${marks})`, parameters: [of, name] };
}
