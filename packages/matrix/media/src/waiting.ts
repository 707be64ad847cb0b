import type { MediaId } from "./media-id.ts";

/** Downloads that wait for a file which is still to come (client-server API, "Content repository", `timeout_ms`). */
export class WaitingDownloads {
  readonly #waiting = new Map<MediaId, Set<() => void>>();

  /** Wakes everybody who waits for a file. */
  arrived(id: MediaId): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** Waits until `look` finds something, the time is up, or the reader is gone. Looks at least once, and again after each arrival. */
  async until<T>(
    id: MediaId,
    look: () => Promise<T | undefined>,
    patience: { readonly ms: number; readonly signal: AbortSignal },
  ): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const all = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, all.add(resolve));
    const timer = setTimeout(resolve, patience.ms);
    patience.signal.addEventListener("abort", () => resolve(), { once: true });
    try {
      const found = await look();
      if (found !== undefined || patience.ms <= 0 || patience.signal.aborted) return found;
      await promise;
      return await look();
    } finally {
      clearTimeout(timer);
      all.delete(resolve);
      if (all.size === 0) this.#waiting.delete(id);
    }
  }
}
