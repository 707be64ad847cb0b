/** How long a place counts as reached, and how many are remembered. */
const KEPT_MS = 60_000;
const MAX_KEPT = 10_000;

/** Places (`host:port`) that a tunnel was made to a short while ago: the next one there can be agreed to before it is made. */
export class Reached {
  #until = new Map<string, number>();

  /** A connection to it was made. */
  add(place: string): void {
    if (this.#until.size >= MAX_KEPT) this.#until.clear();
    this.#until.set(place, performance.now() + KEPT_MS);
  }

  /** None could be made: the next one who asks is told so. */
  remove(place: string): void {
    this.#until.delete(place);
  }

  has(place: string): boolean {
    const until = this.#until.get(place);
    return until !== undefined && until > performance.now();
  }
}
