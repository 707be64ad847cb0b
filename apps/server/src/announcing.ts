import { mayAnnounceTo } from "@causeway/access";
import { failure, ok, type Decision, type Result, type UserId } from "@causeway/base";
import type { Audience, CardText, Division } from "@causeway/cards";
import type { AnnouncementInput } from "@causeway/contract";
import type { Directory, EntryPost, PersonEntry } from "@causeway/directory";

/** What announcements ask of the directory. */
export interface Announcing {
  audienceOf(wanted: AnnouncementInput["audience"]): Result<Audience>;
  mayAnnounceTo(user: UserId, departments: readonly string[] | "everybody"): Decision;
  officeOf(user: UserId): CardText | undefined;
}

/** Joins announcements and the directory: who reads them, who may send them, in what capacity. */
export function announcing(people: Directory): Announcing {
  return {
    audienceOf: (wanted) => audienceOf(people, wanted),
    mayAnnounceTo: (user, departments) =>
      mayAnnounceTo(
        people.dutiesOf(user).map(({ role, department }) => ({ role, department })),
        departments,
      ),
    officeOf: (user) => {
      const entry = people.entryOf(user);
      const post = entry?.posts.find((one) => !one.isActing) ?? entry?.posts[0];
      return post === undefined ? undefined : officeText(post);
    },
  };
}

function officeText({ titleEn, titleZh, department }: EntryPost): CardText {
  const en = [titleEn || titleZh, department.nameEn || department.nameZh].join(", ");
  const zh = [department.nameZh || department.nameEn, titleZh || titleEn].join(" ");
  return { en, "zh-Hant-HK": zh, "zh-Hans": zh };
}

/** Everybody who has a post in what is wanted, each once, under the first division in which they have one. */
function audienceOf(people: Directory, wanted: AnnouncementInput["audience"]): Result<Audience> {
  const codes = "everybody" in wanted ? undefined : new Set(wanted.departments);
  const ids: string[] = [];
  for (const code of codes ?? []) {
    const department = people.department(code);
    if (department === undefined || department.ended !== undefined)
      return failure("DIRECTORY_UNKNOWN", "There is no such department.");
    ids.push(department.id);
  }
  const only = "everybody" in wanted || wanted.divisions === undefined ? undefined : new Set(wanted.divisions);
  const found = new Gathering();
  for (const entry of people.entries()) {
    const post = entry.posts.find(
      (one) =>
        (codes === undefined || codes.has(one.department.code)) &&
        (only === undefined || only.has(one.units[0]?.code ?? "")),
    );
    if (post !== undefined) found.add(entry, post);
  }
  for (const code of only ?? [])
    if (!found.divisions.some((one) => one.code === code))
      return failure("DIRECTORY_UNKNOWN", "There is nobody in such a division.");
  return ok({
    ...{ divisions: found.divisions, readers: found.readers },
    departments: codes === undefined ? "everybody" : ids,
  });
}

/** Readers as they are found, with the divisions that they are in. */
class Gathering {
  readonly divisions: Division[] = [];
  readonly readers: { readonly user: UserId; readonly division: number }[] = [];
  #numbers = new Map<string, number>();

  add(entry: PersonEntry, post: EntryPost): void {
    const unit = post.units[0];
    const key = JSON.stringify([post.department.code, unit?.code]);
    let division = this.#numbers.get(key);
    if (division === undefined) {
      division = this.divisions.length;
      this.#numbers.set(key, division);
      const { nameEn, nameZh } = unit ?? post.department;
      this.divisions.push({ ...{ department: post.department.code, code: unit?.code, nameEn, nameZh } });
    }
    this.readers.push({ user: entry.userId, division });
  }
}
