// Runs on a worker thread: the writer, or a reader for heavy scans and checkpoints.
import type { DatabaseSync } from "node:sqlite";
import { type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { sign, type KeyObject } from "node:crypto";
import { Unflattener, type FlatBatch } from "./flat-batch.ts";
import type { WriteStep } from "./group-commit.ts";
import { bindable, openSqlite, prepareCache, runStep, type Finish } from "./sqlite-connection.ts";

/** What the main thread asks for. */
export type ThreadRequest =
  | {
      readonly id: number;
      readonly kind: "write";
      readonly batch: FlatBatch;
      readonly head: number;
    }
  | { readonly id: number; readonly kind: "read"; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly kind: "checkpoint" }
  | { readonly id: number; readonly kind: "close" };

/** What the thread answers: rows, or for a write the error text of each transaction that failed. */
export type ThreadReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** A failed transaction in a batch: its message, and what it expected if that was it. */
export interface FailedWrite {
  readonly message: string;
  readonly what?: string;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly file: string;
  readonly role: "writer" | "reader";
  readonly signingKey?: KeyObject | undefined;
}

function isThreadData(data: unknown): data is ThreadData {
  return typeof data === "object" && data !== null && "file" in data && "role" in data;
}

interface Writer {
  readonly db: DatabaseSync;
  readonly prepare: (sql: string) => StatementSync;
  readonly unflattener: Unflattener;
  readonly finish: Finish;
}

/** Finishes texts with the server's key. */
function finisher(key: KeyObject | undefined): Finish {
  return ({ sign: text, before, after }) => {
    if (key === undefined) throw new TypeError("this writer has no key to sign with");
    return before + sign(null, Buffer.from(text), key).toString("base64").replace(/=+$/, "") + after;
  };
}

/** Runs one transaction's steps; what it expected and did not find, or null. Throws what SQLite throws. */
function runSteps({ prepare, finish }: Writer, steps: readonly WriteStep[]): FailedWrite | null {
  for (const step of steps) {
    const changed = runStep(prepare(step.sql), step.parameters, finish);
    if (step.rows !== undefined && changed !== step.rows)
      return { message: "expectation not met", what: step.what ?? "" };
  }
  return null;
}

/** Runs one transaction in a savepoint of its own, so that it can fail alone. */
function writeOne(writer: Writer, steps: readonly WriteStep[]): FailedWrite | null {
  const { db, prepare } = writer;
  prepare("SAVEPOINT one").run();
  let failed: FailedWrite | null;
  try {
    failed = runSteps(writer, steps);
  } catch (error) {
    // NOTE A full disk or an I/O error may have ended the whole transaction already; then the batch is lost, not this one alone.
    if (!db.isTransaction) throw error;
    failed = { message: error instanceof Error ? error.message : String(error) };
  }
  if (failed !== null) db.exec("ROLLBACK TO one");
  prepare("RELEASE one").run();
  return failed;
}

/** Whether every transaction of the batch could be run; if not, nothing of it was. */
function writeAll(writer: Writer, batch: readonly (readonly WriteStep[])[]): boolean {
  try {
    for (const steps of batch) if (runSteps(writer, steps) !== null) return false;
    return true;
  } catch {
    return false; // whatever it was, it comes again when each runs alone, and is told then
  }
}

/**
 * Nearly every batch succeeds as a whole, and savepoints make SQLite copy each page that a transaction touches: so they come in
 * only when one has failed.
 */
function writeBatch(
  writer: Writer,
  request: Extract<ThreadRequest, { kind: "write" }>,
): readonly (FailedWrite | null)[] {
  const { db, prepare } = writer;
  const batch = writer.unflattener.read(request.batch);
  prepare("BEGIN IMMEDIATE").run();
  try {
    let outcomes: readonly (FailedWrite | null)[];
    if (writeAll(writer, batch)) outcomes = batch.map(() => null);
    else {
      if (db.isTransaction) db.exec("ROLLBACK");
      prepare("BEGIN IMMEDIATE").run();
      outcomes = batch.map((steps) => writeOne(writer, steps));
    }
    if (request.head > 0) runStep(prepare("UPDATE stream SET head = ? WHERE head < ?"), [request.head, request.head]);
    prepare("COMMIT").run();
    return outcomes;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function serve(data: ThreadData): void {
  const port = parentPort;
  if (port === null) throw new Error("sqlite-thread.ts runs as a worker only");
  const db = openSqlite(data.file, data.role === "writer" ? "writer" : "reader");
  const prepare = prepareCache(db);
  const writer: Writer = { db, prepare, unflattener: new Unflattener(), finish: finisher(data.signingKey) };
  const answer = (request: ThreadRequest): unknown => {
    switch (request.kind) {
      case "write":
        return writeBatch(writer, request);
      case "read":
        return prepare(request.sql).all(...bindable(request.parameters));
      case "checkpoint":
        return db.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
      case "close":
        if (data.role === "writer") db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
        db.close();
        return null;
    }
  };
  port.on("message", (request: ThreadRequest) => {
    let reply: ThreadReply;
    try {
      reply = { id: request.id, ok: true, value: answer(request) };
    } catch (error) {
      reply = { id: request.id, ok: false, message: error instanceof Error ? error.message : String(error) };
    }
    port.postMessage(reply);
    if (request.kind === "close") port.close();
  });
}

if (isThreadData(workerData)) serve(workerData);
