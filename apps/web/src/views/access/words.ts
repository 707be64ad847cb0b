import type { GrantView, RequestView } from "../../client/access/access.ts";
import type { Locale } from "../../i18n/catalogue.ts";
import { plainName } from "../../client/people.ts";

/** A text in the language that is shown. */
export function textFor(
  locale: Locale,
  texts: { readonly en: string; readonly zhHant: string; readonly zhHans: string },
): string {
  return locale === "en" ? texts.en : locale === "zh-Hans" ? texts.zhHans : texts.zhHant;
}

/** What a request or a grant is about: the names of its services, and its sites. */
export function aboutText(locale: Locale, one: Pick<RequestView | GrantView, "services" | "sites">): string {
  const names = one.services.map(({ name }) => textFor(locale, name));
  return [...names, ...one.sites].join(locale === "en" ? ", " : "、");
}

/** Somebody's name, or who they are at least. */
export function nameOf(person: { readonly user_id: string; readonly display_name?: string | undefined }): string {
  return plainName(person.display_name ?? "") || person.user_id;
}

const DAY_MS = 86_400_000;

/** The end of the day that is so many days from now, by this device's calendar. */
export function endOfDay(days: number): number {
  const date = new Date(Date.now() + days * DAY_MS);
  date.setHours(23, 59, 0, 0);
  return date.getTime();
}
