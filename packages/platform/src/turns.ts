/** Lets what concerns one key happen one after another; different keys do not wait for each other. */
export class Turns {
  #last = new Map<string, Promise<unknown>>();

  /** Runs `work` when everything that was asked for before under this key has ended. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
