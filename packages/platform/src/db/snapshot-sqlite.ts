import type { DatabaseSync } from "node:sqlite";
import { bindable, openSqlite, prepareCache } from "./sqlite-connection.ts";
import { isDerived, ROWS_AT_A_TIME, type Snapshot, type TableShape } from "./snapshot-types.ts";
import { DatabaseUnavailable, type SqlValue, type Statement } from "./types.ts";

/** A snapshot of a SQLite file: a connection with a read transaction. */
export function openSqliteSnapshot(file: string): Snapshot {
  let db: DatabaseSync | undefined;
  try {
    db = openSqlite(file, "reader");
    db.exec("BEGIN");
    db.prepare("SELECT head FROM stream").get(); // the moment is that of the first read
  } catch (error) {
    db?.close();
    throw new DatabaseUnavailable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return new SqliteSnapshot(db);
}

class SqliteSnapshot implements Snapshot {
  readonly engine = "sqlite";
  #db: DatabaseSync;
  #prepare: ReturnType<typeof prepareCache>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#prepare = prepareCache(db);
  }

  all<Row>(query: Statement<Row>): Promise<Row[]> {
    // The statement's own type says what its columns are.
    return Promise.resolve(this.#prepare(query.sql).all(...bindable(query.parameters)) as Row[]);
  }

  async first<Row>(query: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(query))[0];
  }

  tables(): Promise<readonly TableShape[]> {
    const listed = this.#db
      .prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
      )
      .all();
    const kept = listed.filter(({ name }) => !isDerived(String(name)));
    const shapes = kept.map(({ name, sql }) => {
      if (/^\s*CREATE\s+VIRTUAL/i.test(String(sql))) throw new Error(`the table ${String(name)} is a virtual one`);
      const columns = this.#db.prepare(`SELECT name FROM pragma_table_info(?) ORDER BY cid`).all(String(name));
      return { name: String(name), columns: columns.map((column) => String(column["name"])) };
    });
    return Promise.resolve(shapes);
  }

  count(table: string): Promise<number> {
    return Promise.resolve(Number(this.#db.prepare(`SELECT COUNT(*) AS count FROM "${table}"`).get()?.["count"]));
  }

  async *rows(table: TableShape): AsyncGenerator<readonly (readonly SqlValue[])[]> {
    const columns = table.columns.map((column) => `"${column}"`).join(", ");
    const select = this.#db.prepare(`SELECT ${columns} FROM "${table.name}"`);
    select.setReturnArrays(true);
    let batch: SqlValue[][] = [];
    for (const row of select.iterate()) {
      batch.push(row as unknown as SqlValue[]); // what columns of SQLite can hold
      if (batch.length < ROWS_AT_A_TIME) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#db.close();
    return Promise.resolve();
  }
}
