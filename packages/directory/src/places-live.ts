import type { PostId, UnitId } from "@causeway/base";
import type { DirectoryCore } from "./core.ts";
import { holdingOf } from "./duties.ts";
import type { DirectoryEvent } from "./events.ts";
import type { Touched } from "./live-state.ts";
import type { Label } from "./people-index-labels.ts";
import { LabelIndex } from "./people-index-search.ts";
import type { Post, Unit } from "./types.ts";

function labelOf({ code, nameEn, nameZh }: Unit): Label {
  return { kind: "unit", texts: [code, nameEn, nameZh] };
}

/** Open departments, found by code and name; kept as the directory is. */
export class LiveDepartments {
  #core: DirectoryCore;
  #index = new LabelIndex<UnitId>();

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((touched) => {
      for (const one of touched) if (one.kind === "units" && one.now.kind === "department") this.#enter(one.now);
    });
  }

  #enter(unit: Unit): void {
    if (unit.ended === undefined) this.#index.put(unit.id, [labelOf(unit)]);
    else this.#index.remove(unit.id);
  }

  /** The departments that a query finds, best first. */
  search(query: string, limit: number): readonly Unit[] {
    return this.#index.search(query, { limit }).flatMap(({ id }) => this.#core.state.units.get(id) ?? []);
  }
}

/** Posts that nobody has, found by code, title and department: the others are found with those who have them. */
export class LiveVacancies {
  #core: DirectoryCore;
  #index = new LabelIndex<PostId>();

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((touched, events) => this.#follow(touched, events));
  }

  #follow(touched: readonly Touched[], events: readonly DirectoryEvent[]): void {
    const posts = new Set<PostId>();
    for (const one of touched) {
      if (one.kind === "posts") posts.add(one.now.id);
      if (one.kind === "appointments") posts.add(one.now.post);
      if (one.kind === "units" && one.before !== undefined) {
        for (const post of this.#core.state.posts.by("byDepartment", one.now.department)) posts.add(post.id);
      }
    }
    for (const event of events) if (event.kind === "appointed" || event.kind === "holder-left") posts.add(event.post);
    for (const post of posts) this.#enter(post);
  }

  #enter(id: PostId): void {
    const { state } = this.#core;
    const post = state.posts.get(id);
    if (
      post === undefined ||
      post.ended !== undefined ||
      holdingOf(state, post, this.#core.now()).current !== undefined
    ) {
      this.#index.remove(id);
      return;
    }
    const units = [post.department, post.unit].flatMap((unit) =>
      unit === undefined ? [] : (state.units.get(unit) ?? []),
    );
    this.#index.put(id, [{ kind: "post", texts: [post.code, post.titleEn, post.titleZh] }, ...units.map(labelOf)]);
  }

  /** The vacant posts that a query finds, best first. */
  search(query: string, limit: number): readonly Post[] {
    return this.#index.search(query, { limit }).flatMap(({ id }) => this.#core.state.posts.get(id) ?? []);
  }
}
