import type postgres from "postgres";
import { connectPostgres, unavailable } from "./postgres-connection.ts";
import { parameter } from "./postgres-writer.ts";
import { isDerived, ROWS_AT_A_TIME, type Snapshot, type TableShape } from "./snapshot-types.ts";
import { numberPlaceholders } from "./statement.ts";
import type { SqlValue, Statement } from "./types.ts";

/** A snapshot of a PostgreSQL database: a transaction that reads only, and keeps the tables from being altered. */
export async function openPostgresSnapshot(url: string): Promise<Snapshot> {
  const pool = connectPostgres(url, 1);
  try {
    const sql = await pool.reserve().catch(unavailable);
    await sql.unsafe("SET idle_in_transaction_session_timeout = 0").catch(unavailable);
    await sql.unsafe("SET statement_timeout = 0");
    await sql.unsafe("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const snapshot = new PostgresSnapshot(pool, sql);
    const tables = await snapshot.tables();
    if (tables.length > 0)
      await sql.unsafe(`LOCK TABLE ${tables.map(({ name }) => `"${name}"`).join(", ")} IN ACCESS SHARE MODE`);
    return snapshot;
  } catch (error) {
    await pool.end({ timeout: 2 });
    throw error;
  }
}

class PostgresSnapshot implements Snapshot {
  readonly engine = "postgres";
  #pool: postgres.Sql<{ bigint: number }>;
  #sql: postgres.ReservedSql<{ bigint: number }>;

  constructor(pool: postgres.Sql<{ bigint: number }>, sql: postgres.ReservedSql<{ bigint: number }>) {
    this.#pool = pool;
    this.#sql = sql;
  }

  async all<Row>(query: Statement<Row>): Promise<Row[]> {
    const text = numberPlaceholders(query.sql);
    const rows: unknown = await this.#sql.unsafe(text, query.parameters.map(parameter), { prepare: true });
    return rows as Row[]; // the statement's own type says what its columns are
  }

  async first<Row>(query: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(query))[0];
  }

  async tables(): Promise<readonly TableShape[]> {
    const columns = await this.#sql.unsafe(
      `SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name COLLATE "C", c.ordinal_position`,
    );
    const shapes = new Map<string, string[]>();
    for (const row of columns) {
      const name = String(row["table_name"]);
      shapes.set(name, [...(shapes.get(name) ?? []), String(row["column_name"])]);
    }
    return [...shapes].filter(([name]) => !isDerived(name)).map(([name, names]) => ({ name, columns: names }));
  }

  async count(table: string): Promise<number> {
    return Number((await this.#sql.unsafe(`SELECT COUNT(*) AS count FROM "${table}"`))[0]?.["count"]);
  }

  async *rows(table: TableShape): AsyncGenerator<readonly (readonly SqlValue[])[]> {
    const columns = table.columns.map((column) => `"${column}"`).join(", ");
    const cursor = this.#sql.unsafe(`SELECT ${columns} FROM "${table.name}"`).cursor(ROWS_AT_A_TIME);
    for await (const rows of cursor) yield rows.map((row) => table.columns.map((column) => valueOf(row[column])));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sql.unsafe("ROLLBACK").catch(() => undefined);
    this.#sql.release();
    await this.#pool.end({ timeout: 2 });
  }
}

function valueOf(value: unknown): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number" || value instanceof Uint8Array)
    return value;
  throw new Error(`a column holds a value of type ${typeof value}`);
}
