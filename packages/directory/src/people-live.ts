import type { UserId } from "@causeway/base";
import type { DirectoryCore } from "./core.ts";
import type { DirectoryEvent } from "./events.ts";
import type { Touched } from "./live-state.ts";
import { PeopleIndex } from "./people-index.ts";
import type { Found } from "./people-index-search.ts";
import { entryOf } from "./questions.ts";

/** How people are to be searched for by somebody. */
export interface SearchBy {
  readonly limit: number;
  /** Who asks: among those who match alike the people of their department come first. */
  readonly asker?: UserId | undefined;
  /** Leaves out those for whom it is false. */
  readonly accept?: (user: UserId) => boolean;
}

/** People entered in one turn of the event loop: a few milliseconds. */
const AT_ONCE = 200;

/** The index that people are searched in, kept as the directory is: after every commit, and as the clock brings appointments. */
export class LivePeople {
  #core: DirectoryCore;
  #index = new PeopleIndex();
  #waiting = new Set<UserId>();
  #catchingUp: Promise<void> | undefined;

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((touched, events) => this.#follow(touched, events));
  }

  #follow(touched: readonly Touched[], events: readonly DirectoryEvent[]): void {
    const users = new Set<UserId>();
    for (const one of touched) for (const user of this.#concernedBy(one)) users.add(user);
    for (const event of events) if (event.kind === "appointed" || event.kind === "holder-left") users.add(event.user);
    if (users.size <= AT_ONCE && this.#waiting.size === 0) {
      for (const user of users) this.#enter(user);
      return;
    }
    for (const user of users) this.#waiting.add(user);
    this.#catchingUp ??= this.#catchUp().finally(() => (this.#catchingUp = undefined));
  }

  /** Many at once, at a start or after an import, are entered in turns, so that others need not wait. */
  async #catchUp(): Promise<void> {
    let left = AT_ONCE;
    for (const user of this.#waiting) {
      this.#waiting.delete(user);
      this.#enter(user);
      left -= 1;
      if (left > 0) continue;
      left = AT_ONCE;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Resolves when everybody is found as the directory is. */
  async settled(): Promise<void> {
    await this.#catchingUp;
  }

  #concernedBy(one: Touched): readonly UserId[] {
    switch (one.kind) {
      case "people":
      case "appointments":
        return [one.now.userId];
      case "posts":
        return one.before === undefined ? [] : this.#holdersOf(one.now.id);
      case "units":
        return one.before === undefined ? [] : this.#peopleOf(one.now.department);
      default:
        return [];
    }
  }

  #holdersOf(post: string): readonly UserId[] {
    return this.#core.state.appointments.by("byPost", post).map((one) => one.userId);
  }

  #peopleOf(department: string): readonly UserId[] {
    return this.#core.state.posts.by("byDepartment", department).flatMap((post) => this.#holdersOf(post.id));
  }

  #enter(user: UserId): void {
    const entry = entryOf(this.#core, user);
    if (entry === undefined) this.#index.remove(user);
    else this.#index.put(entry);
  }

  /** The people whom a query finds, best first. */
  search(query: string, how: SearchBy): readonly Found<UserId>[] {
    const { limit, asker, accept } = how;
    const department = asker === undefined ? undefined : entryOf(this.#core, asker)?.posts[0]?.department;
    return this.#index.search(query, { limit, department, ...(accept === undefined ? {} : { accept }) });
  }
}
