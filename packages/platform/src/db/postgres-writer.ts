import type postgres from "postgres";
import type { BatchWriter, Outcome, WriteStep } from "./group-commit.ts";
import { numberPlaceholders } from "./statement.ts";
import { UnmetExpectation } from "./types.ts";

/** The driver, with whole numbers as they are. */
export type Sql = postgres.Sql<{ bigint: number }>;

/** Any constant: one server program at a time writes to a database (several nodes are a later step). */
export const WRITER_LOCK = 7_226_001;
/** How long a connection that was lost may take to be there again, with the lock: the old one may not have ended yet. */
const COME_BACK_MS = 5_000;
const PAUSE_MS = 50;
const LOST = "the connection to the database was lost";
const UNREACHABLE = "the database cannot be reached, or another server writes to it";

/** One connection to write over; it does not come again when it is lost. */
export interface WriterConnection {
  readonly sql: Sql;
  /** Resolves when the connection is gone. */
  readonly lost: Promise<void>;
  readonly isLost: () => boolean;
}

/**
 * Writes batches over a connection that it may lose at any moment; then it opens another and takes the lock again.
 *
 * The driver would send what still waits over a new connection of its own, where there is no transaction, and may never answer
 * what was on its way. So a connection has one socket and no other, and nobody waits for one that is gone; the session is
 * read-only outside of transactions that ask to write, so that a stray statement is refused instead of being kept alone; and
 * what became of a COMMIT that was not answered is asked of the server.
 */
export class PostgresWriter implements BatchWriter {
  #connect: () => WriterConnection;
  #connection: WriterConnection | undefined;
  #numbered = new Map<string, string>();

  constructor(connect: () => WriterConnection) {
    this.#connect = connect;
  }

  /** A connection that holds the lock, which the one before may still be about to let go. @throws when there is none within `ms`. */
  async hold(ms: number): Promise<WriterConnection> {
    const until = performance.now() + ms;
    for (;;) {
      const connection = await this.#tryHold();
      if (connection !== undefined) return connection;
      if (performance.now() >= until) throw new Error(UNREACHABLE);
      await pause();
    }
  }

  async #tryHold(): Promise<WriterConnection | undefined> {
    const known = this.#connection;
    if (known !== undefined && !known.isLost()) return known;
    if (known !== undefined) this.#end(known);
    const fresh = this.#connect();
    this.#connection = fresh;
    const asked = await answer(fresh, fresh.sql.unsafe("SELECT pg_try_advisory_lock($1) AS held", [WRITER_LOCK]));
    if (!fresh.isLost() && "rows" in asked && asked.rows[0]?.["held"] === true) return fresh;
    this.#connection = undefined;
    this.#end(fresh);
    return undefined;
  }

  #end({ sql }: WriterConnection): void {
    void sql.end({ timeout: 0 }).catch(() => undefined); // it is gone either way
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#connection?.sql.end({ timeout: 5 });
  }

  /** The statement's text with numbered placeholders. */
  text(sql: string): string {
    const known = this.#numbered.get(sql);
    if (known !== undefined) return known;
    const numbered = numberPlaceholders(sql);
    this.#numbered.set(sql, numbered);
    return numbered;
  }

  /**
   * Everything goes down the pipeline at once; only when something is refused is the batch run again one by one. Rejects when
   * the database cannot be reached: then nobody knows of the transaction that was being committed, and of the others nothing is kept.
   */
  async write(batch: readonly (readonly WriteStep[])[], head: number): Promise<readonly Outcome[]> {
    const keepHead: readonly WriteStep[] =
      head > 0 ? [{ sql: "UPDATE stream SET head = GREATEST(head, ?)", parameters: [head] }] : [];
    if ((await this.#atomically([...batch.flat(), ...keepHead])) === undefined) return batch.map(() => undefined);
    const outcomes: Outcome[] = [];
    for (const one of batch) outcomes.push(await this.#atomically([...one, ...keepHead]));
    // The positions of those that failed are used up all the same: none is ever given out again.
    const unkept = await this.#atomically(keepHead);
    if (unkept !== undefined) throw unkept;
    return outcomes;
  }

  async #atomically(steps: readonly WriteStep[]): Promise<Outcome> {
    if (steps.length === 0) return undefined;
    const connection = await this.hold(COME_BACK_MS);
    const { sql } = connection;
    // NOTE A query is sent when it is first awaited, so without `execute` the statements would go out before their BEGIN.
    const begin = sql.unsafe("BEGIN READ WRITE").execute();
    const running = steps.map((step) => this.#run(connection, step));
    const ask = sql.unsafe("SELECT txid_current() AS id").execute();
    const answers = Promise.all([answer(connection, begin), answer(connection, ask), ...running]);
    const [begun, named, ...outcomes] = await answers;
    const failed = errorOf(begun) ?? outcomes.find((outcome) => outcome !== undefined) ?? errorOf(named);
    if (connection.isLost()) return failed ?? new Error(LOST);
    if (failed !== undefined) {
      await answer(connection, sql.unsafe("ROLLBACK"));
      return failed;
    }
    const committed = errorOf(await answer(connection, sql.unsafe("COMMIT")));
    if (committed === undefined && !connection.isLost()) return undefined;
    return (await this.#wasCommitted(idOf(named))) ? undefined : (committed ?? new Error(LOST));
  }

  async #run(connection: WriterConnection, step: WriteStep): Promise<Outcome> {
    try {
      const query = connection.sql.unsafe(this.text(step.sql), step.parameters.map(parameter), { prepare: true });
      const result = await Promise.race([query, connection.lost]);
      return result === undefined ? new Error(LOST) : checkRows(step, result.count);
    } catch (error) {
      return toError(error);
    }
  }

  /** Whether a transaction was kept whose COMMIT was not answered by the connection that it began on. */
  async #wasCommitted(id: string): Promise<boolean> {
    const until = performance.now() + COME_BACK_MS;
    while (performance.now() < until) {
      const connection = await this.hold(COME_BACK_MS);
      const asked = await answer(connection, connection.sql.unsafe("SELECT txid_status($1) AS status", [id]));
      const status = "rows" in asked ? asked.rows[0]?.["status"] : undefined;
      if (status === "committed" || status === "aborted") return status === "committed";
      await pause();
    }
    throw new Error(UNREACHABLE);
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

type Settled = { readonly rows: readonly Readonly<Record<string, unknown>>[] } | { readonly error: Error };

async function settled(query: PromiseLike<readonly Readonly<Record<string, unknown>>[]>): Promise<Settled> {
  try {
    return { rows: await query };
  } catch (error) {
    return { error: toError(error) };
  }
}

/** The answer, or an error as soon as the connection is gone. */
async function answer(
  connection: WriterConnection,
  query: PromiseLike<readonly Readonly<Record<string, unknown>>[]>,
): Promise<Settled> {
  return await Promise.race([settled(query), connection.lost.then(() => ({ error: new Error(LOST) }))]);
}

function errorOf(one: Settled): Error | undefined {
  return "error" in one ? one.error : undefined;
}

function idOf(one: Settled): string {
  return "rows" in one ? String(one.rows[0]?.["id"]) : "";
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

type Parameter = string | number | boolean | null | Uint8Array;

/** A value as the driver takes it. */
export function parameter(value: unknown): Parameter {
  if (value === undefined || value === null) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return value;
  throw new TypeError(`a value of type ${typeof value} cannot be stored`);
}

function checkRows(step: WriteStep, changed: number | null): Outcome {
  if (step.rows === undefined || changed === step.rows) return undefined;
  return new UnmetExpectation(step.what ?? "");
}
