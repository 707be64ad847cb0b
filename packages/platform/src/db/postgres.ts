import { once } from "node:events";
import { connect as connectTo, type Socket } from "node:net";
import postgres from "postgres";
import type { Kysely } from "kysely";
import { createBuilder } from "./builder.ts";
import { GroupCommit } from "./group-commit.ts";
import { applyMigrations, type MigrationRunner } from "./migrate.ts";
import { CONNECT_MS, driverOptions, postgresTypes, unavailable } from "./postgres-connection.ts";
import { parameter, PostgresWriter, type Sql, type WriterConnection } from "./postgres-writer.ts";
import type { DatabaseOptions } from "./open.ts";
import {
  DatabaseUnavailable,
  type Database,
  type DatabaseStats,
  type Statement,
  type Stream,
  type Tx,
} from "./types.ts";

const MAX_BATCH = 256;
const READ_CONNECTIONS = 6;
/** A server that was killed a moment ago may still hold the lock for so long. */
const LOCK_MS = 3_000;

function connectReaders(url: string): Sql {
  return postgres(url, { ...driverOptions(), max: READ_CONNECTIONS, connection: { application_name: "causeway" } });
}

/** Where the driver says that the server is. */
interface ServerPlace {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
}

/** Makes one socket, and no second one when the driver wants to connect again by itself. */
function onlyOneSocket(): (place: ServerPlace) => Promise<Socket> {
  let made = false;
  return async ({ host: [host = ""], port: [port = 0], path }) => {
    if (made) throw new Error("the connection to the database was lost");
    made = true;
    const socket = path === false ? connectTo(port, host) : connectTo(path);
    await once(socket, "connect", { signal: AbortSignal.timeout(CONNECT_MS) });
    return Object.assign(socket, { host }); // by which the driver checks the server's certificate
  };
}

function connectWriter(url: string): WriterConnection {
  let isLost = false;
  const { promise, resolve } = Promise.withResolvers<void>();
  const sql = postgres(url, {
    ...driverOptions(),
    max: 1,
    // The driver would replace a connection that is old, and with it goes the lock.
    max_lifetime: null,
    connection: { application_name: "causeway writer", default_transaction_read_only: true },
    onclose: () => {
      isLost = true;
      resolve();
    },
    ...{ socket: onlyOneSocket() }, // the driver's types do not name it
  });
  return { sql, lost: promise, isLost: () => isLost };
}

/** Connects, takes the writer's lock, and brings the tables up to date. */
export async function openPostgresDatabase(url: string, options: Omit<DatabaseOptions, "location">): Promise<Database> {
  const reads = connectReaders(url);
  const writer = new PostgresWriter(() => connectWriter(url));
  try {
    await reads.unsafe("SELECT 1").catch(unavailable);
    const { sql } = await writer.hold(LOCK_MS).catch(inUse);
    await applyMigrations(postgresRunner(sql), options.migrations, options.migrated);
    const row = (await sql.unsafe("SELECT epoch, head FROM stream"))[0];
    return new PostgresDatabase(reads, { writer, epoch: Number(row?.["epoch"]), head: Number(row?.["head"]) });
  } catch (error) {
    await Promise.all([reads.end({ timeout: 2 }), writer.close()]);
    throw error;
  }
}

function inUse(): never {
  throw new DatabaseUnavailable("another Causeway server is using this database");
}

function postgresRunner(sql: Sql): MigrationRunner {
  return {
    types: postgresTypes,
    rows: async (text) => await sql.unsafe(text),
    async inTransaction(statements) {
      await sql.begin("read write", async (tx) => {
        for (const one of statements) await tx.unsafe(one.sql, one.parameters.map(parameter));
      });
    },
  };
}

interface Writing {
  readonly writer: PostgresWriter;
  readonly epoch: number;
  readonly head: number;
}

class PostgresDatabase implements Database {
  readonly engine = "postgres";
  readonly stream: Stream;
  // There is no thread here to take the work.
  readonly signs = false;
  #reads: Sql;
  #writing: Writing;
  #group: GroupCommit;

  constructor(reads: Sql, writing: Writing) {
    this.#reads = reads;
    this.#writing = writing;
    const { writer, epoch, head } = writing;
    this.#group = new GroupCommit(writer, { maxBatch: MAX_BATCH, maxInFlight: 1, epoch, head });
    this.stream = this.#group.stream;
  }

  builder<Tables>(): Kysely<Tables> {
    return createBuilder<Tables>("postgres");
  }

  async all<Row>(query: Statement<Row>): Promise<Row[]> {
    const rows: unknown = await this.#reads.unsafe(
      this.#writing.writer.text(query.sql),
      query.parameters.map(parameter),
      {
        prepare: true,
      },
    );
    return rows as Row[]; // the statement's own type says what its columns are
  }

  async first<Row>(query: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(query))[0];
  }

  begin(): Tx {
    return this.#group.begin();
  }

  async canWrite(): Promise<boolean> {
    const tx = this.begin();
    tx.add({ sql: "UPDATE stream SET head = head", parameters: [] });
    return await tx.commit().then(
      () => true,
      () => false,
    );
  }

  stats(): DatabaseStats {
    return this.#group.stats();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.idle();
    await Promise.all([this.#reads.end({ timeout: 5 }), this.#writing.writer.close()]);
  }
}
