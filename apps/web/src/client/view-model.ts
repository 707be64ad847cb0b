/** What a view draws: the present snapshot, and word when there is another. */
export interface ViewModel<S> {
  readonly snapshot: () => S;
  readonly subscribe: (listener: () => void) => () => void;
}

/** The base of every view model: holds a snapshot that is never changed, only replaced. */
export class Model<S> implements ViewModel<S> {
  #snapshot: S;
  #listeners = new Set<() => void>();

  constructor(first: S) {
    this.#snapshot = first;
  }

  readonly snapshot = (): S => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    const isFirst = this.#listeners.size === 0;
    this.#listeners.add(listener);
    if (isFirst) this.watched();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.unwatched();
    };
  };

  /** Somebody begins to look. */
  protected watched(): void {}

  /** Nobody looks any more. */
  protected unwatched(): void {}

  /** Replaces the snapshot and tells those who look. */
  protected set(next: S): void {
    if (Object.is(next, this.#snapshot)) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
  }

  /** Replaces some of the snapshot's fields. */
  protected patch(change: Partial<S>): void {
    this.set({ ...this.#snapshot, ...change });
  }
}

const FRAME_MS = 16;

/** Runs something once for all the calls of one turn of the event loop. */
export function coalesced(work: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      work();
    });
  };
}

/** Runs something once for all the calls within a frame: for what comes one by one, as messages do that are decrypted. */
export function gathered(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      work();
    }, FRAME_MS);
  };
}
