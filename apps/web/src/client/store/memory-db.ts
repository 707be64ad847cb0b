import type { SealedDb } from "./sealed-db.ts";

/** For tests under Node: what IndexedDB would hold, without its sealing, which the browser's journeys try. */
export function memoryDb(): SealedDb & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  const texts = (prefix: string) => [...kept].filter(([key]) => key.startsWith(prefix));
  return {
    kept,
    all: (prefix) => Promise.resolve(new Map(texts(prefix).map(([key, value]) => [key, JSON.parse(value)]))),
    texts: (prefix) => Promise.resolve(new Map(texts(prefix))),
    get: (key) => {
      const value = kept.get(key);
      return Promise.resolve(value === undefined ? undefined : JSON.parse(value));
    },
    commit: ({ put, remove }) => {
      for (const [key, value] of put) kept.set(key, JSON.stringify(value));
      for (const key of remove) kept.delete(key);
      return Promise.resolve();
    },
    close: () => undefined,
    destroy: () => Promise.resolve(kept.clear()),
  };
}
