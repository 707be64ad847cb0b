import type { UserId } from "@causeway/base";
import type { Caller } from "@causeway/platform";

/** What memory holds of an access token. */
export interface Live {
  readonly caller: Caller;
  readonly generation: number;
  readonly expires: number | undefined;
  seenAt: number;
  /** Whether it was used since it was last considered for removal. */
  used: boolean;
}

/** Watches whether something changed for a user while a row was being read. */
export interface Watch extends Disposable {
  changed(user: UserId): boolean;
}

/** Access tokens in memory, by hash; those not used for long make room. What ends is forgotten here in the same turn as its commit. */
export class LiveTokens {
  #max: number;
  #live = new Map<string, Live>();
  #byUser = new Map<UserId, Set<string>>();
  #watches = new Set<Set<UserId>>();

  constructor(max: number) {
    this.#max = max;
  }

  /** The entry of a token's hash. */
  get(hash: string): Live | undefined {
    const live = this.#live.get(hash);
    if (live !== undefined) live.used = true;
    return live;
  }

  /** Begins to watch; a row that was read while its user changed must be read again. */
  watch(): Watch {
    const users = new Set<UserId>();
    this.#watches.add(users);
    return { changed: (user) => users.has(user), [Symbol.dispose]: () => void this.#watches.delete(users) };
  }

  /** Keeps an entry. */
  keep(hash: string, live: Live): void {
    this.#live.set(hash, live);
    const { user } = live.caller;
    const hashes = this.#byUser.get(user);
    if (hashes === undefined) this.#byUser.set(user, new Set([hash]));
    else hashes.add(hash);
    while (this.#live.size > this.#max) this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [hash, live] of this.#live) {
      this.#drop(hash, live.caller.user);
      if (!live.used) return;
      live.used = false;
      this.keep(hash, live);
      return;
    }
  }

  #drop(hash: string, user: UserId): void {
    this.#live.delete(hash);
    const hashes = this.#byUser.get(user);
    hashes?.delete(hash);
    if (hashes?.size === 0) this.#byUser.delete(user);
  }

  /** Forgets those of a user's entries that are named, and has rows of this user that are being read now read again. */
  forget(user: UserId, isMeant: (live: Live) => boolean): void {
    for (const users of this.#watches) users.add(user);
    for (const hash of this.#byUser.get(user) ?? []) {
      const live = this.#live.get(hash);
      if (live !== undefined && isMeant(live)) this.#drop(hash, user);
    }
  }
}
