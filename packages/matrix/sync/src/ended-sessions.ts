/** Far more than end while a request is under way. */
const MAX = 50_000;

/** Sessions that have ended lately, so that requests that were let in before go no further. */
export class EndedSessions {
  #sessions = new Set<string>();

  /** Takes note of some. */
  add(sessions: readonly string[]): void {
    for (const session of sessions) this.#sessions.add(session);
    for (const oldest of this.#sessions) {
      if (this.#sessions.size <= MAX) return;
      this.#sessions.delete(oldest);
    }
  }

  /** Whether one is known to have ended. */
  has(session: string): boolean {
    return this.#sessions.has(session);
  }
}
