import { ok } from "@causeway/base";
import { findPeople, lookUpPeople } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DirectoryCore } from "./core.ts";
import type { LiveState } from "./live-state.ts";
import type { LivePeople } from "./people-live.ts";
import { displayNameOf, type EntryPost, type EntryUnit, type PersonEntry } from "./person-entry.ts";
import { entryOf } from "./questions.ts";
import { LiveDepartments, LiveVacancies } from "./places-live.ts";
import type { Post } from "./types.ts";

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

function vacancyView(state: LiveState, { id, code, titleEn, titleZh, department }: Post): object {
  const unit = state.units.get(department);
  return {
    post_id: id,
    code,
    title_en: titleEn,
    title_zh: titleZh,
    vacant: true,
    ...(unit === undefined ? {} : { department: unitView(unit) }),
  };
}

/** Looking people, vacant posts and departments up. */
export function findRoutes(core: DirectoryCore, people: LivePeople): readonly Route[] {
  const departments = new LiveDepartments(core);
  const vacancies = new LiveVacancies(core);
  return [
    serve(findPeople, ({ caller, query }) => {
      const { q, limit } = query;
      const found = people.search(q, { limit: limit + 1, asker: caller.user });
      return ok({
        people: found.slice(0, limit).flatMap(({ id }) => {
          const entry = entryOf(core, id);
          return entry === undefined ? [] : [personView(entry)];
        }),
        posts: vacancies.search(q, limit).map((post) => vacancyView(core.state, post)),
        departments: departments.search(q, limit).map(unitView),
        limited: found.length > limit,
      });
    }),
    serve(lookUpPeople, ({ body }) =>
      ok({
        people: [...new Set(body.user_ids)].flatMap((user) => {
          const entry = entryOf(core, user);
          return entry === undefined ? [] : [personView(entry)];
        }),
      }),
    ),
  ];
}
