import { localpartOf, type UserId } from "@causeway/base";
import type { EntryPost, EntryUnit, PersonEntry } from "./person-entry.ts";
import type { Label } from "./people-index-labels.ts";
import { LabelIndex, type Found } from "./people-index-search.ts";

/** How people are to be searched for. */
export interface PeopleSearch {
  /** At most so many, the best first. */
  readonly limit: number;
  /** The asker's own department: among those who match alike its people come first. */
  readonly department?: EntryUnit | undefined;
  /** Leaves out those for whom it is false; asked only about those who would be among the best. */
  readonly accept?: (user: UserId) => boolean;
}

/** Everybody of the directory, found by either name, user id, post and department in either script, as somebody types. */
export class PeopleIndex {
  #index = new LabelIndex<UserId>();

  get size(): number {
    return this.#index.size;
  }

  /** Enters a person, or replaces what they are found by. */
  put(person: PersonEntry): void {
    this.#index.put(person.userId, labelsOf(person));
  }

  /** Takes a person out; false when they were not there. */
  remove(user: UserId): boolean {
    return this.#index.remove(user);
  }

  /** The people whom a query finds, best first: all of a name or title before whole words before beginnings; then one's own department; then names before posts before departments. */
  search(query: string, how: PeopleSearch): readonly Found<UserId>[] {
    const { limit, department, accept } = how;
    const near = department === undefined ? undefined : labelOfUnit(department);
    return this.#index.search(query, { limit, near, ...(accept === undefined ? {} : { accept }) });
  }
}

/** What a person is found by. */
function labelsOf(person: PersonEntry): readonly Label[] {
  const { nameEn, nameZh, userId } = person;
  const names = nameEn === "" ? [nameZh] : [nameEn, nameZh];
  return [{ kind: "name", texts: [...names, localpartOf(userId)] }, ...person.posts.flatMap(labelsOfPost)];
}

function labelsOfPost({ code, titleEn, titleZh, department, units }: EntryPost): readonly Label[] {
  return [{ kind: "post", texts: [code, titleEn, titleZh] }, ...[department, ...units].map(labelOfUnit)];
}

function labelOfUnit({ code, nameEn, nameZh }: EntryUnit): Label {
  return { kind: "unit", texts: [code, nameEn, nameZh] };
}
