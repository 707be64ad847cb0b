import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import type { Kysely } from "kysely";
import { createBuilder } from "./builder.ts";
import { GroupCommit, type BatchWriter, type Outcome, type WriteStep } from "./group-commit.ts";
import { applyMigrations, type MigrationRunner } from "./migrate.ts";
import type { DatabaseOptions } from "./open.ts";
import { numberPlaceholders } from "./statement.ts";
import {
  DatabaseUnavailable,
  UnmetExpectation,
  type Database,
  type DatabaseStats,
  type Statement,
  type Stream,
  type Tx,
} from "./types.ts";

type Sql = postgres.Sql<{ bigint: number }>;

const MAX_BATCH = 256;
const READ_CONNECTIONS = 6;
/** Any constant: one server program at a time writes to a database (several nodes are a later step). */
const WRITER_LOCK = 7_226_001;

function connect(url: string, connections: number): Sql {
  return postgres(url, {
    max: connections,
    onnotice: () => undefined,
    connect_timeout: 10,
    types: {
      // NOTE Whole numbers here stay within ±(2^53−1), so int8 can be a number.
      bigint: { to: 20, from: [20, 1700], parse: Number, serialize: String },
    },
    connection: { application_name: "causeway" },
  });
}

/** Connects, takes the writer's lock, and brings the tables up to date. */
export async function openPostgresDatabase(url: string, options: Omit<DatabaseOptions, "location">): Promise<Database> {
  const writer = connect(url, 1);
  try {
    await takeWriterLock(writer);
    await applyMigrations(postgresRunner(writer), options.migrations, options.migrated);
    const row = (await writer.unsafe("SELECT epoch, head FROM stream"))[0];
    return new PostgresDatabase(connect(url, READ_CONNECTIONS), writer, {
      epoch: Number(row?.["epoch"]),
      head: Number(row?.["head"]),
    });
  } catch (error) {
    await writer.end({ timeout: 2 });
    throw error;
  }
}

/** A server that was killed a moment ago may still seem to be there. */
const LOCK_ATTEMPTS = 10;
const LOCK_PAUSE_MS = 300;

async function takeWriterLock(writer: Sql): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const locked = await writer.unsafe("SELECT pg_try_advisory_lock($1) AS held", [WRITER_LOCK]).catch(unavailable);
    if (locked[0]?.["held"] === true) return;
    if (attempt === LOCK_ATTEMPTS) throw new DatabaseUnavailable("another Causeway server is using this database");
    await pause(LOCK_PAUSE_MS);
  }
}

/** What a first query fails with says where the database was looked for, never with which password. */
function unavailable(error: unknown): never {
  throw new DatabaseUnavailable(
    `the database cannot be used: ${error instanceof Error ? error.message : String(error)}`,
  );
}

function postgresRunner(sql: Sql): MigrationRunner {
  return {
    types: {
      engine: "postgres",
      int: "BIGINT",
      text: 'TEXT COLLATE "C"',
      blob: "BYTEA",
      intKey: "BIGINT PRIMARY KEY",
    },
    rows: async (text) => await sql.unsafe(text),
    async inTransaction(statements) {
      await sql.begin(async (tx) => {
        for (const one of statements) await tx.unsafe(one.sql, one.parameters.map(parameter));
      });
    },
  };
}

type Parameter = string | number | boolean | null | Uint8Array;

function parameter(value: unknown): Parameter {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a value of type ${typeof value} cannot be stored`);
}

class PostgresDatabase implements Database, BatchWriter {
  readonly engine = "postgres";
  readonly stream: Stream;
  // There is no thread here to take the work.
  readonly signs = false;
  #reads: Sql;
  #writer: Sql;
  #group: GroupCommit;
  #numbered = new Map<string, string>();

  constructor(reads: Sql, writer: Sql, start: { readonly epoch: number; readonly head: number }) {
    this.#reads = reads;
    this.#writer = writer;
    this.#group = new GroupCommit(this, { maxBatch: MAX_BATCH, maxInFlight: 1, ...start });
    this.stream = this.#group.stream;
  }

  builder<Tables>(): Kysely<Tables> {
    return createBuilder<Tables>("postgres");
  }

  async all<Row>(query: Statement<Row>): Promise<Row[]> {
    const rows: unknown = await this.#reads.unsafe(this.#text(query.sql), query.parameters.map(parameter), {
      prepare: true,
    });
    return rows as Row[]; // the statement's own type says what its columns are
  }

  async first<Row>(query: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(query))[0];
  }

  begin(): Tx {
    return this.#group.begin();
  }

  /** Everything goes down the pipeline at once; only when something is refused is the batch run again one by one. */
  async write(batch: readonly (readonly WriteStep[])[], head: number): Promise<readonly Outcome[]> {
    const headStep: WriteStep = { sql: "UPDATE stream SET head = GREATEST(head, ?)", parameters: [head] };
    const steps = [...batch.flat(), ...(head > 0 ? [headStep] : [])];
    if ((await this.#atomically(steps)) === undefined) return batch.map(() => undefined);
    const outcomes: Outcome[] = [];
    for (const one of batch) outcomes.push(await this.#atomically(one));
    if (head > 0) {
      const failed = await this.#atomically([headStep]);
      if (failed !== undefined) throw failed;
    }
    return outcomes;
  }

  async canWrite(): Promise<boolean> {
    return (await this.#atomically([{ sql: "UPDATE stream SET head = head", parameters: [] }])) === undefined;
  }

  async newEpoch(): Promise<void> {
    const tx = this.begin();
    tx.add({ sql: "UPDATE stream SET epoch = epoch + 1, head = head + 1000000", parameters: [] });
    await tx.commit();
  }

  backupTo(): Promise<void> {
    return Promise.reject(new Error("a PostgreSQL database is backed up with pg_dump or pg_basebackup"));
  }

  stats(): DatabaseStats {
    return this.#group.stats();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.idle();
    await Promise.all([this.#reads.end({ timeout: 5 }), this.#writer.end({ timeout: 5 })]);
  }

  async #atomically(steps: readonly WriteStep[]): Promise<Outcome> {
    // NOTE A query is sent when it is first awaited, so without `execute` the statements would go out before their BEGIN.
    const begun = this.#writer.unsafe("BEGIN").execute();
    const running = steps.map((step) =>
      this.#writer.unsafe(this.#text(step.sql), step.parameters.map(parameter), { prepare: true }).then(
        (result) => checkRows(step, result.count),
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      ),
    );
    await begun;
    const failed = (await Promise.all(running)).find((outcome) => outcome !== undefined);
    await this.#writer.unsafe(failed === undefined ? "COMMIT" : "ROLLBACK");
    return failed;
  }

  #text(sql: string): string {
    const known = this.#numbered.get(sql);
    if (known !== undefined) return known;
    const numbered = numberPlaceholders(sql);
    this.#numbered.set(sql, numbered);
    return numbered;
  }
}

function checkRows(step: WriteStep, changed: number | null): Outcome {
  if (step.rows === undefined || changed === step.rows) return undefined;
  return new UnmetExpectation(step.what ?? "");
}
