import type { DatabaseSync } from "node:sqlite";
import type { KeyObject } from "node:crypto";
import type { StatementSync } from "node:sqlite";
import type { Kysely } from "kysely";
import { createBuilder } from "./builder.ts";
import { Flattener } from "./flat-batch.ts";
import { GroupCommit, type BatchWriter, type Outcome } from "./group-commit.ts";
import { applyMigrations, type MigrationRunner } from "./migrate.ts";
import type { DatabaseOptions } from "./open.ts";
import { bindable, openSqlite, prepareCache } from "./sqlite-connection.ts";
import { SqliteThread } from "./sqlite-client.ts";
import type { FailedWrite } from "./sqlite-thread.ts";
import {
  UnmetExpectation,
  type ColumnTypes,
  type Database,
  type DatabaseStats,
  type Statement,
  type Stream,
  type Tx,
} from "./types.ts";

const MAX_BATCH = 512;
const COMMITS_PER_CHECKPOINT = 4000;

/** Opens (or makes) the SQLite file and brings its tables up to date. */
export async function openSqliteDatabase(file: string, options: Omit<DatabaseOptions, "location">): Promise<Database> {
  const setup = openSqlite(file, "writer");
  try {
    await applyMigrations(sqliteRunner(setup), options.migrations, options.migrated);
  } finally {
    setup.close();
  }
  return new SqliteDatabase(file, options.signingKey);
}

/** What columns are called here. */
const sqliteTypes: ColumnTypes = {
  engine: "sqlite",
  int: "INTEGER",
  text: "TEXT",
  blob: "BLOB",
  intKey: "INTEGER PRIMARY KEY",
};

/** Runs migrations over a connection, each in a transaction. */
export function sqliteRunner(db: DatabaseSync): MigrationRunner {
  return {
    types: sqliteTypes,
    rows: (sql) => Promise.resolve(db.prepare(sql).all()),
    inTransaction(statements) {
      db.exec("BEGIN IMMEDIATE");
      try {
        for (const one of statements) db.prepare(one.sql).run(...bindable(one.parameters));
        db.exec("COMMIT");
      } catch (error) {
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
      return Promise.resolve();
    },
  };
}

class SqliteDatabase implements Database, BatchWriter {
  readonly engine = "sqlite";
  readonly stream: Stream;
  readonly signs: boolean;
  #file: string;
  #reads: DatabaseSync;
  #prepare: (sql: string) => StatementSync;
  #writer: SqliteThread;
  #flattener = new Flattener();
  #reader: SqliteThread;
  #group: GroupCommit;
  #sinceCheckpoint = 0;
  #checkpointing = false;

  constructor(file: string, signingKey: KeyObject | undefined) {
    this.#file = file;
    this.signs = signingKey !== undefined;
    this.#reads = openSqlite(file, "reader");
    this.#prepare = prepareCache(this.#reads);
    this.#writer = new SqliteThread({ file, role: "writer", signingKey });
    this.#reader = new SqliteThread({ file, role: "reader" });
    const row = this.#prepare("SELECT epoch, head FROM stream").get();
    this.#group = new GroupCommit(this, {
      maxBatch: MAX_BATCH,
      maxInFlight: 2,
      epoch: Number(row?.["epoch"]),
      head: Number(row?.["head"]),
    });
    this.stream = this.#group.stream;
  }

  builder<Tables>(): Kysely<Tables> {
    return createBuilder<Tables>("sqlite");
  }

  async all<Row>(query: Statement<Row>, options?: { readonly heavy?: boolean }): Promise<Row[]> {
    if (options?.heavy === true) {
      const rows = await this.#reader.ask({ kind: "read", sql: query.sql, parameters: query.parameters });
      return rows as Row[]; // the statement's own type says what its columns are
    }
    return this.#prepare(query.sql).all(...bindable(query.parameters)) as Row[]; // as above
  }

  async first<Row>(query: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(query))[0];
  }

  begin(): Tx {
    return this.#group.begin();
  }

  async write(batch: Parameters<BatchWriter["write"]>[0], head: number): Promise<readonly Outcome[]> {
    const reply = await this.#send(batch, head);
    this.#sinceCheckpoint += batch.length;
    if (this.#sinceCheckpoint > COMMITS_PER_CHECKPOINT) this.#checkpoint();
    return (reply as readonly (FailedWrite | null)[]).map(outcomeOf);
  }

  async #send(batch: Parameters<BatchWriter["write"]>[0], head: number): Promise<unknown> {
    try {
      return await this.#writer.ask({ kind: "write", batch: this.#flattener.flatten(batch), head });
    } catch (error) {
      this.#flattener.beginAnew(); // a value that cannot travel, for one, leaves the thread without the batch's texts
      throw error;
    }
  }

  async canWrite(): Promise<boolean> {
    const tx = this.begin();
    tx.add({ sql: "UPDATE stream SET head = head", parameters: [] });
    return tx.commit().then(
      () => true,
      () => false,
    );
  }

  stats(): DatabaseStats {
    return this.#group.stats();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.idle();
    await this.#reader.close();
    this.#reads.close();
    await this.#writer.close();
  }

  #checkpoint(): void {
    if (this.#checkpointing) return;
    this.#checkpointing = true;
    this.#sinceCheckpoint = 0;
    // The reader's thread moves nearly all of the log; what came meanwhile is little, and only the writer can then begin it anew:
    // without that the log of a busy server grows without end.
    // A checkpoint that fails is tried again after the next commits; the log file only grows meanwhile.
    void this.#reader
      .ask({ kind: "checkpoint" })
      .then(() => this.#writer.ask({ kind: "checkpoint" }))
      .then(
        () => (this.#checkpointing = false),
        () => (this.#checkpointing = false),
      );
  }
}

function outcomeOf(failed: FailedWrite | null): Outcome {
  if (failed === null) return undefined;
  return failed.what === undefined ? new Error(failed.message) : new UnmetExpectation(failed.what);
}
