import { ok, type UserId } from "@causeway/base";
import type { DirectoryCore } from "./core.ts";

/** Brings new names into the rooms: after the commit, until it has succeeded once, over restarts too. */
export class NameTeller {
  #core: DirectoryCore;
  #waiting = new Set<UserId>();
  #last: Promise<void> = Promise.resolve();

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((touched) => {
      for (const one of touched) if (one.kind === "people" && !one.now.isTold) this.#waiting.add(one.now.userId);
      if (this.#waiting.size > 0) void this.catchUp();
    });
  }

  /** Resolves when everybody's rooms have been told, or have failed and wait to be tried again. */
  catchUp(): Promise<void> {
    this.#last = this.#last.then(() => this.#tellAll());
    return this.#last;
  }

  async #tellAll(): Promise<void> {
    const users = [...this.#waiting];
    this.#waiting.clear();
    const told: UserId[] = [];
    for (const user of users) {
      try {
        await this.#core.options.tellRooms(user);
        told.push(user);
      } catch (error) {
        this.#waiting.add(user);
        this.#core.options.failed(error);
      }
    }
    // What is not written down is told once more after the next start, which changes nothing.
    if (told.length > 0) await this.#writeDown(told).catch(this.#core.options.failed);
  }

  async #writeDown(told: readonly UserId[]): Promise<void> {
    const before = new Map(told.map((user) => [user, this.#core.state.people.get(user)]));
    await this.#core.run("system", { act: "names.told", on: "directory" }, ({ draft }) => {
      for (const [user, person] of before) {
        const now = draft.people.get(user);
        // A name that changed again since is told again.
        const isSame = now?.nameEn === person?.nameEn && now?.nameZh === person?.nameZh;
        if (now !== undefined && isSame) draft.put("people", { ...now, isTold: true });
      }
      return ok({});
    });
  }
}
