import type { CompiledQuery, Kysely } from "kysely";

/** Which engine stands behind a `Database`. */
export type Engine = "sqlite" | "postgres";

/** What a column can hold, on both engines. Whole numbers stay within ±(2^53−1); booleans are 0 and 1. */
export type SqlValue = string | number | null | Uint8Array;

/**
 * A text that the writer finishes as it writes: `before`, the unpadded base64 of the ed25519 signature of `sign`, `after`.
 * Only for a database whose writer `signs`: it takes the work off the event loop.
 */
export interface ToSign {
  readonly sign: string;
  readonly before: string;
  readonly after: string;
}

/**
 * A statement with its values. Kysely's `compile()` makes one; hot paths write the text once with `statement`.
 * Placeholders are `?` in hand-written text (the PostgreSQL driver numbers them).
 */
export interface Statement<Row = unknown> {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  /** Carries the row's type only; never set. */
  readonly row?: Row;
}

/** The right to read. Reads see everything committed, never a transaction that is still being collected. */
export interface ReadDb {
  readonly engine: Engine;
  /** All rows. `heavy` sends a scan to a reader thread so that the event loop does not wait for it. */
  all<Row>(query: CompiledQuery<Row> | Statement<Row>, options?: { readonly heavy?: boolean }): Promise<Row[]>;
  /** The first row, or undefined. */
  first<Row>(query: CompiledQuery<Row> | Statement<Row>): Promise<Row | undefined>;
}

/**
 * A transaction as a value: it collects statements and is committed at once, together with all that wait (one fsync).
 * Read first, decide, collect, commit: nothing happens before `commit`, and nobody can read through it.
 */
export interface Tx {
  /** Adds a statement. With `rows`, the transaction alone rolls back and `commit` rejects with `UnmetExpectation` unless exactly that many rows change. */
  add(query: CompiledQuery<unknown> | Statement, expect?: Expectation): void;
  /**
   * Reserves the next position of the server's one stream. Positions become visible in order, so between the first
   * `position()` and `commit()` there must be no `await`: commit throws `PositionOrderError` if another transaction went in between.
   */
  position(): number;
  /** Runs after the commit is durable, in commit order, before `commit` resolves. Must not throw. */
  onCommitted(listener: () => void): void;
  /** Resolves when everything is durable; rejects, with nothing kept, otherwise. */
  commit(): Promise<void>;
}

/** What a statement must have changed. */
export interface Expectation {
  readonly rows: number;
  /** Named in `UnmetExpectation`, so that the caller can tell which of its statements it was. */
  readonly what: string;
}

/** The server's one stream of positions: everything that a sync can carry has one. */
export interface Stream {
  /** Changes when a backup is restored; part of every token, so that older tokens get a clean error. */
  readonly epoch: number;
  /** The last position that every reader may see: all transactions up to it have been committed or have failed. */
  head(): number;
}

/** A database: reads, transactions, the stream, and Kysely to write typed SQL for its engine. */
export interface Database extends ReadDb, AsyncDisposable {
  readonly stream: Stream;
  /** A query builder that only compiles; hand the result to `all`, `first` or `Tx.add`. `Tables` is the calling package's own. */
  builder<Tables>(): Kysely<Tables>;
  begin(): Tx;
  /** Whether values may be `ToSign`: the writer has a thread of its own and the server's key. */
  readonly signs: boolean;
  /** True when a small durable write succeeds. */
  canWrite(): Promise<boolean>;
  /** Figures for the metrics. */
  stats(): DatabaseStats;
}

/** Counters since the start. */
export interface DatabaseStats {
  readonly commits: number;
  readonly batches: number;
  readonly waiting: number;
  readonly failures: number;
}

/** A migration: appended, never edited. `statements` may differ by engine (use `ColumnTypes`). */
export interface Migration {
  readonly name: string;
  statements(types: ColumnTypes): readonly string[];
}

/** The names of column types on an engine. `text` compares by bytes on both. */
export interface ColumnTypes {
  readonly engine: Engine;
  readonly int: string;
  readonly text: string;
  readonly blob: string;
  /** A whole-number primary key given by the caller. */
  readonly intKey: string;
}

/** A package's migrations under its own name: `{ of: "accounts", list: [...] }`. */
export interface MigrationSet {
  readonly of: string;
  readonly list: readonly Migration[];
}

/** A statement did not change what its transaction expected; that transaction was rolled back alone. */
export class UnmetExpectation extends Error {
  readonly what: string;
  constructor(what: string) {
    super(`expectation not met: ${what}`);
    this.name = "UnmetExpectation";
    this.what = what;
  }
}

/** The database cannot be used: it is not there, refuses, or belongs to another running server. */
export class DatabaseUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DatabaseUnavailable";
  }
}

/** A transaction reserved a position and was overtaken before it was committed: a programming error. */
export class PositionOrderError extends Error {
  constructor() {
    super("a transaction that holds a stream position was not committed in the same turn");
    this.name = "PositionOrderError";
  }
}
