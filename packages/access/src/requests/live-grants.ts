import { instant, type GrantId, type Instant, type PostId, type UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import type { PolicyGrant } from "@causeway/policy";
import type { AccessOptions } from "./access.ts";
import { grantsNotEnded, grantsSince, lastGrantPosition } from "./store-grants.ts";
import type { Grant } from "./types.ts";

type Parts = Pick<AccessOptions, "db" | "clock" | "directory" | "failed">;

/** Whether a grant is in force at a time, whatever is recorded of its end so far. */
export function isInForce(grant: Grant, now: Instant): boolean {
  return (grant.state === "active" || grant.state === "extended") && grant.begins <= now && now < grant.ends;
}

/** The grants that are in force, in memory. */
export class LiveGrants {
  #parts: Parts;
  #grants = new Map<GrantId, Grant>();
  #listeners = new Set<() => void>();
  #pos = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads them all. */
  async load(): Promise<void> {
    this.#pos = await lastGrantPosition(this.#parts.db);
    for (const grant of await grantsNotEnded(this.#parts.db)) this.#put(grant);
  }

  /** Takes up what other processes have changed. */
  async refresh(): Promise<void> {
    const found = await grantsSince(this.#parts.db, this.#pos);
    this.#pos = Math.max(this.#pos, found.pos);
    let isNews = false;
    for (const grant of found.grants) isNews = this.#put(grant) || isNews;
    if (isNews) this.changed();
  }

  /** Takes a grant's new form in when its transaction is committed. */
  take(tx: Tx, grant: Grant): void {
    tx.onCommitted(() => {
      if (this.#put(grant)) this.changed();
    });
  }

  /** Takes the end of several in. */
  takeAll(tx: Tx, grants: readonly Grant[]): void {
    if (grants.length === 0) return;
    tx.onCommitted(() => {
      for (const grant of grants) this.#put(grant);
      this.changed();
    });
  }

  /** Whether it is news. */
  #put(grant: Grant): boolean {
    const known = this.#grants.get(grant.id);
    if (known !== undefined && known.version >= grant.version) return false;
    if (grant.state === "active" || grant.state === "extended") this.#grants.set(grant.id, grant);
    else return this.#grants.delete(grant.id);
    return true;
  }

  /** Those whose end is not recorded yet. */
  all(): Iterable<Grant> {
    return this.#grants.values();
  }

  get(id: GrantId): Grant | undefined {
    return this.#grants.get(id);
  }

  /** Has a listener told when what is in force may have changed. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells those who listen. */
  changed(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#parts.failed(error);
      }
    }
  }

  /** What is in force now, as the policy has it. */
  inForce(): readonly PolicyGrant[] {
    const now = this.#parts.clock.now();
    const found: PolicyGrant[] = [];
    for (const grant of this.#grants.values()) {
      const resolved = isInForce(grant, now) ? this.resolve(grant) : undefined;
      if (resolved !== undefined) found.push(resolved);
    }
    return found;
  }

  /** A grant with its users found; undefined when it opens for nobody. */
  resolve(grant: Grant): PolicyGrant | undefined {
    const { terms } = grant;
    const { directory } = this.#parts;
    let ends = grant.ends;
    if (terms.scope === "officer") {
      const tenure = directory.tenureOf(grant.officer, grant.post);
      if (tenure === undefined) return undefined;
      // NOTE A point that is out of contact closes by its own clock, so it is told the end of the post as well.
      if (tenure.until !== undefined) ends = instant(Math.min(ends, tenure.until));
    }
    const users = this.usersOf(grant);
    if (users.length === 0 && terms.scope !== "machine") return undefined;
    return {
      id: grant.id,
      users,
      machines: grant.machines,
      services: terms.services,
      sites: terms.sites,
      ...(terms.hours === undefined ? {} : { hours: terms.hours }),
      upload: terms.upload,
      begins: grant.begins,
      ends,
    };
  }

  /** Those for whom it opens by name: nobody for a machine's. */
  usersOf(grant: Pick<Grant, "terms" | "officer">): readonly UserId[] {
    const { terms } = grant;
    switch (terms.scope) {
      case "officer":
        return [grant.officer];
      case "post":
        return this.#holdersOf(terms.posts);
      case "group":
        return this.#holdersOf(
          terms.units.flatMap((unit) => this.#parts.directory.postsIn(unit).map((post) => post.id)),
        );
      case "machine":
        return [];
    }
  }

  #holdersOf(posts: readonly PostId[]): readonly UserId[] {
    const { directory } = this.#parts;
    const users = new Set<UserId>();
    for (const id of posts) {
      const post = directory.post(id);
      if (post === undefined || post.ended !== undefined) continue;
      const { holder, acting } = directory.holdingOf(post);
      for (const one of [holder, acting]) if (one !== undefined) users.add(one.userId);
    }
    return [...users];
  }
}
