import { Worker } from "node:worker_threads";
import type { ThreadData, ThreadReply, ThreadRequest } from "./sqlite-thread.ts";

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type WithoutId<T> = T extends { readonly id: number } ? Omit<T, "id"> : never;

/** A database worker thread with request and answer. When the thread dies, everything asked of it fails. */
export class SqliteThread {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #next = 1;
  #dead: Error | undefined;

  constructor(data: ThreadData) {
    this.#worker = new Worker(new URL("./sqlite-thread.ts", import.meta.url), { workerData: data });
    this.#worker.on("message", (reply: ThreadReply) => this.#answer(reply));
    this.#worker.on("error", (error) => this.#die(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#die(new Error(`the database ${data.role} thread has ended`)));
  }

  ask(request: WithoutId<ThreadRequest>): Promise<unknown> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request });
    });
  }

  async close(): Promise<void> {
    if (this.#dead === undefined) await this.ask({ kind: "close" });
    await this.#worker.terminate();
  }

  #answer(reply: ThreadReply): void {
    const waiting = this.#pending.get(reply.id);
    if (waiting === undefined) return;
    this.#pending.delete(reply.id);
    if (reply.ok) waiting.resolve(reply.value);
    else waiting.reject(new Error(reply.message));
  }

  #die(error: Error): void {
    this.#dead ??= error;
    for (const waiting of this.#pending.values()) waiting.reject(this.#dead);
    this.#pending.clear();
  }
}
