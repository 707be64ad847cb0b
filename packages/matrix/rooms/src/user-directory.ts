import { localpartOf, type UserId } from "@causeway/base";
import { LabelIndex, type Found } from "@causeway/directory";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { AppendedEvent } from "./appended.ts";
import type { Profiles } from "./profiles.ts";
import type { RoomsCore } from "./rooms.ts";
import type { UserDirectoryLimits } from "./user-directory-limits.ts";
import { peopleInRooms, visibleAmong } from "./store-user-directory.ts";

/** Somebody found, as clients get it. */
export interface FoundPerson {
  readonly user_id: UserId;
  readonly display_name?: string;
  readonly avatar_url?: string;
}

/**
 * Finds people for people (client-server API, "User Directory"): everybody of the government's directory, and of all others those who
 * are in a room with whoever asks, or in a public one. Nobody is found whose account has ended.
 */
export class UserDirectory {
  #core: RoomsCore;
  #profiles: Profiles;
  #limits: UserDirectoryLimits;
  /** Those in rooms who are not in the directory; read when they are first searched. */
  #others = new LabelIndex<UserId>();
  #reading: Promise<void> | undefined;
  /** Entered while the index is being read: newer than what is read. */
  #entered = new Set<UserId>();
  #isRead = false;
  /** On their way into the index. */
  #entering = new Set<Promise<void>>();

  constructor(core: RoomsCore, profiles: Profiles) {
    this.#core = core;
    this.#profiles = profiles;
    this.#limits = core.options.limits.people;
  }

  /** Takes note of who has come into a room, or is called something else there. */
  appended(events: readonly AppendedEvent[]): void {
    if (this.#reading === undefined) return;
    for (const { membership } of events) {
      if (membership?.after === "join") this.#enterSoon(membership.user);
    }
  }

  /** Who is found, best first; `limited` when there are more. */
  async search(
    reader: UserId,
    term: string,
    wanted: number,
  ): Promise<{ readonly results: readonly FoundPerson[]; readonly limited: boolean }> {
    const limit = Math.min(wanted, this.#limits.maxResults);
    const { names, users } = this.#core.options;
    const ofDirectory = names.search(term, { limit: limit + 1, asker: reader });
    const others = await this.#visibleOthers(reader, term, limit + 1);
    const found = [...ofDirectory, ...others].toSorted((left, right) => right.score - left.score);
    const results: FoundPerson[] = [];
    for (const { id } of found) {
      if (!(await users.isActive(id))) continue;
      if (results.length === limit) return { results, limited: true };
      results.push(await this.#view(id));
    }
    return { results, limited: false };
  }

  async #visibleOthers(reader: UserId, term: string, limit: number): Promise<readonly Found<UserId>[]> {
    await this.#read();
    await Promise.all(this.#entering);
    for (let look = this.#limits.firstLook; ; look *= 5) {
      const found = this.#others.search(term, { limit: look, accept: (user) => !this.#isInDirectory(user) });
      const ids = found.map((one) => one.id);
      const visible = await visibleAmong(this.#core.options.db, reader, ids);
      const seen = found.filter(({ id }) => visible.has(id));
      if (seen.length >= limit || found.length < look || look * 5 > this.#limits.lastLook) return seen.slice(0, limit);
    }
  }

  async #view(user: UserId): Promise<FoundPerson> {
    const { displayname, avatar_url: avatar } = await this.#profiles.forMember(user);
    return {
      user_id: user,
      ...(displayname === undefined ? {} : { display_name: displayname }),
      ...(avatar === undefined ? {} : { avatar_url: avatar }),
    };
  }

  #isInDirectory(user: UserId): boolean {
    return this.#core.options.names.displayNameOf(user) !== undefined;
  }

  #read(): Promise<void> {
    this.#reading ??= this.#readAll().catch((error: unknown) => {
      this.#reading = undefined;
      throw error;
    });
    return this.#reading;
  }

  async #readAll(): Promise<void> {
    for await (const people of peopleInRooms(this.#core.options.db, this.#limits.readAtOnce)) {
      for (const { user, fields } of people) {
        if (!this.#entered.has(user) && !this.#isInDirectory(user)) this.#put(user, fields["displayname"]);
      }
      await nextTurn();
    }
    this.#isRead = true;
    this.#entered.clear();
  }

  #enterSoon(user: UserId): void {
    const entering = this.#enter(user)
      .catch(this.#core.options.failed)
      .finally(() => this.#entering.delete(entering));
    this.#entering.add(entering);
  }

  async #enter(user: UserId): Promise<void> {
    if (this.#isInDirectory(user)) return;
    const { displayname } = await this.#profiles.forMember(user);
    if (!this.#isRead) this.#entered.add(user);
    this.#put(user, displayname);
  }

  #put(user: UserId, name: unknown): void {
    const texts = typeof name === "string" && name !== "" ? [name, localpartOf(user)] : [localpartOf(user)];
    this.#others.put(user, [{ kind: "name", texts }]);
  }
}
