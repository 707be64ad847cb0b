import type { LoadedTable, LoadSteps } from "./load.ts";
import { applyMigrations, type MigrationRunner } from "./migrate.ts";
import { connectPostgres, postgresTypes, unavailable } from "./postgres-connection.ts";
import { parameter, WRITER_LOCK, type Sql } from "./postgres-writer.ts";
import { numberPlaceholders } from "./statement.ts";
import { DatabaseUnavailable } from "./types.ts";

type Transaction = Pick<Sql, "unsafe">;

/** A statement may have so many parameters. */
const MAX_PARAMETERS = 60_000;

/** Fills a database in one transaction. */
export async function loadPostgres(steps: LoadSteps): Promise<void> {
  const sql = connectPostgres(steps.location, 1);
  try {
    await sql.unsafe("SELECT 1").catch(unavailable);
    await sql.begin(async (tx) => await fill(tx, steps));
  } finally {
    await sql.end({ timeout: 2 });
  }
}

async function fill(tx: Transaction, steps: LoadSteps): Promise<void> {
  const locked = await tx.unsafe("SELECT pg_try_advisory_xact_lock($1) AS held", [WRITER_LOCK]);
  if (locked[0]?.["held"] !== true) throw new DatabaseUnavailable("a Causeway server is using this database");
  const there = await tx.unsafe(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
  );
  if (there.length > 0) throw new DatabaseUnavailable("the database is not empty; restore into a new one");
  const runner = runnerIn(tx);
  await applyMigrations(runner, steps.before);
  for (const table of steps.tables) await fillTable(tx, table);
  await goOnNumbering(tx);
  await applyMigrations(runner, steps.later);
  for (const { sql, parameters } of steps.after) await tx.unsafe(numberPlaceholders(sql), parameters.map(parameter));
  await tx.unsafe("UPDATE stream SET epoch = $1, head = $2", [steps.stream.epoch, steps.stream.head]);
}

/** Columns that number their rows by themselves go on after the rows that were put in with their numbers. */
async function goOnNumbering(tx: Transaction): Promise<void> {
  const columns = await tx.unsafe(
    `SELECT table_name, column_name FROM information_schema.columns
     WHERE table_schema = current_schema() AND is_identity = 'YES'`,
  );
  for (const { table_name: table, column_name: column } of columns) {
    const name = `"${String(table)}"`;
    await tx.unsafe(
      `SELECT setval(pg_get_serial_sequence('${name}', '${String(column)}'), GREATEST(MAX("${String(column)}"), 1), COUNT(*) > 0) FROM ${name}`,
    );
  }
}

/** Migrations inside the one transaction. */
function runnerIn(tx: Transaction): MigrationRunner {
  return {
    types: postgresTypes,
    rows: async (text) => await tx.unsafe(text),
    async inTransaction(statements) {
      for (const one of statements) await tx.unsafe(one.sql, one.parameters.map(parameter));
    },
  };
}

async function fillTable(tx: Transaction, table: LoadedTable): Promise<void> {
  const { shape } = table;
  await tx.unsafe(`DELETE FROM "${shape.name}"`); // what the migrations put there is in the rows as well
  const columns = shape.columns.map((column) => `"${column}"`).join(", ");
  const most = Math.floor(MAX_PARAMETERS / Math.max(1, shape.columns.length));
  for await (const batch of table.rows()) {
    for (let start = 0; start < batch.length; start += most) {
      const part = batch.slice(start, start + most);
      let count = 0;
      const values = part.map((row) => `(${row.map(() => `$${(count += 1)}`).join(", ")})`).join(", ");
      await tx.unsafe(`INSERT INTO "${shape.name}" (${columns}) VALUES ${values}`, part.flat().map(parameter));
    }
  }
}
