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

function writeOne({ db, prepare, finish }: Writer, steps: readonly WriteStep[]): FailedWrite | null {
  prepare("SAVEPOINT one").run();
  try {
    for (const step of steps) {
      const changed = runStep(prepare(step.sql), step.parameters, finish);
      if (step.rows !== undefined && changed !== step.rows) {
        db.exec("ROLLBACK TO one");
        db.exec("RELEASE one");
        return { message: "expectation not met", what: step.what ?? "" };
      }
    }
    prepare("RELEASE one").run();
    return null;
  } catch (error) {
    // NOTE A full disk or an I/O error may have ended the whole transaction already; then the batch is lost, not this one alone.
    if (!db.isTransaction) throw error;
    db.exec("ROLLBACK TO one");
    db.exec("RELEASE one");
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function writeBatch(
  writer: Writer,
  request: Extract<ThreadRequest, { kind: "write" }>,
): readonly (FailedWrite | null)[] {
  const { db, prepare } = writer;
  const batch = writer.unflattener.read(request.batch);
  db.exec("BEGIN IMMEDIATE");
  try {
    const outcomes = batch.map((steps) => writeOne(writer, steps));
    if (request.head > 0) runStep(prepare("UPDATE stream SET head = ? WHERE head < ?"), [request.head, request.head]);
    db.exec("COMMIT");
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
