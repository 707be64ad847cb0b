/** Lets one piece of work at a time have each name. */
export class Locks {
  #tails = new Map<string, Promise<void>>();

  /** Runs work while holding all the names; names are taken in one order, so that nobody waits in a circle. */
  async holding<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(names)].sort();
    if (first === undefined) return await work();
    return await this.#alone(first, () => this.holding(rest, work));
  }

  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const run = before.then(work);
    const tail = run.then(
      () => undefined,
      () => undefined, // the one who waits behind runs whatever happened before
    );
    this.#tails.set(name, tail);
    try {
      return await run;
    } finally {
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    }
  }
}
