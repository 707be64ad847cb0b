import type { CausewayApi } from "../causeway-api.ts";
import { plainName } from "../people.ts";
import { listIn, partOf, textIn } from "../read-json.ts";

/** A name or title in English and in Chinese; either may be empty. */
export interface TwoNames {
  readonly en: string;
  readonly zh: string;
}

/** A post that somebody holds or acts in. */
export interface PostView {
  readonly code: string;
  readonly title: TwoNames;
  readonly department: TwoNames;
}

/** Somebody as the directory knows them. */
export interface DirectoryPerson {
  readonly userId: string;
  readonly name: string;
  readonly posts: readonly PostView[];
}

/** People whose name, user name, post or department begins like this. */
export async function searchPeople(api: CausewayApi, q: string, limit = 8): Promise<readonly DirectoryPerson[]> {
  return parsePeople(await api.get("/directory/people", { q, limit: String(limit) }));
}

/** The most that are asked for at once. */
const MOST = 200;

/** Several people by id; who is not in the directory is not in the answer. */
export async function lookUpPeople(
  api: CausewayApi,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, DirectoryPerson>> {
  const people = parsePeople(await api.post("/directory/lookup", { user_ids: userIds.slice(0, MOST) }));
  return new Map(people.map((person) => [person.userId, person]));
}

function parsePeople(answer: unknown): readonly DirectoryPerson[] {
  return listIn(answer, "people").flatMap((one) => {
    const userId = textIn(one, "user_id");
    if (userId === "") return [];
    const posts = listIn(one, "posts").map((post) => ({
      code: textIn(post, "code"),
      title: namesIn(post, "title"),
      department: namesIn(partOf(post, "department"), "name"),
    }));
    return [{ userId, name: plainName(textIn(one, "display_name")) || userId, posts }];
  });
}

/** The two names under `name_en` and `name_zh`, or another field. */
export function namesIn(value: unknown, field: string): TwoNames {
  return { en: textIn(value, `${field}_en`), zh: textIn(value, `${field}_zh`) };
}

/** The name that suits a language, else the other one. */
export function nameFor(locale: string, names: TwoNames): string {
  return locale === "en" ? names.en || names.zh : names.zh || names.en;
}

/** Post and department in one line; empty for somebody without a post. */
export function postText(locale: string, person: Pick<DirectoryPerson, "posts">): string {
  return person.posts
    .slice(0, 3)
    .map(({ code, department }) => [code, nameFor(locale, department)].filter((part) => part !== "").join(", "))
    .join(" · ");
}
