import { ok, type UnitId } from "@causeway/base";
import { findPeople } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DirectoryCore } from "./core.ts";
import type { LivePeople } from "./people-live.ts";
import { LabelIndex } from "./people-index-search.ts";
import { displayNameOf, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
import { entryOf } from "./questions.ts";
import type { Unit } from "./types.ts";

function unitView({ code, nameEn, nameZh }: EntryUnit): object {
  return { code, name_en: nameEn, name_zh: nameZh };
}

function postView(post: EntryPost): object {
  return {
    post_id: post.postId,
    code: post.code,
    title_en: post.titleEn,
    title_zh: post.titleZh,
    acting: post.isActing,
    department: unitView(post.department),
    units: post.units.map(unitView),
  };
}

function personView(person: PersonEntry): object {
  return {
    user_id: person.userId,
    display_name: displayNameOf(person),
    name_en: person.nameEn,
    name_zh: person.nameZh,
    posts: person.posts.map(postView),
  };
}

/** Open departments, found by code and name. */
class LiveDepartments {
  #core: DirectoryCore;
  #index = new LabelIndex<UnitId>();

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((touched) => {
      for (const one of touched) if (one.kind === "units" && one.now.kind === "department") this.#enter(one.now);
    });
  }

  #enter({ id, code, nameEn, nameZh, ended }: Unit): void {
    if (ended === undefined) this.#index.put(id, [{ kind: "unit", texts: [code, nameEn, nameZh] }]);
    else this.#index.remove(id);
  }

  search(query: string, limit: number): readonly Unit[] {
    return this.#index.search(query, { limit }).flatMap(({ id }) => this.#core.state.units.get(id) ?? []);
  }
}

/** Looking people and departments up. */
export function findRoutes(core: DirectoryCore, people: LivePeople): readonly Route[] {
  const departments = new LiveDepartments(core);
  return [
    serve(findPeople, ({ caller, query }) => {
      const { q, limit } = query;
      const found = people.search(q, { limit: limit + 1, asker: caller.user });
      return ok({
        people: found.slice(0, limit).flatMap(({ id }) => {
          const entry = entryOf(core, id);
          return entry === undefined ? [] : [personView(entry)];
        }),
        departments: departments.search(q, limit).map(unitView),
        limited: found.length > limit,
      });
    }),
  ];
}
