import { IndexedDBStoreWorker } from "matrix-js-sdk/lib/indexeddb-worker.js";

/** The part of a worker's global scope that is used here; the DOM's types do not know workers. */
interface WorkerScope {
  postMessage(message: unknown): void;
  onmessage: ((event: MessageEvent) => void) | null;
}

const scope = globalThis as unknown as WorkerScope; // this file only ever runs as a worker
const store = new IndexedDBStoreWorker((message: unknown) => scope.postMessage(message));
scope.onmessage = store.onMessage;
