import type { AnnouncementView } from "../../client/announcements/announcements.ts";
import { plainName, withoutTricks } from "../../client/people.ts";
import type { Locale } from "../../i18n/catalogue.ts";

/** What was announced, in a language: a text for all, else the one that suits. */
export function announcedText(locale: Locale, text: AnnouncementView["title"]): string {
  if (typeof text === "string") return withoutTricks(text);
  return withoutTricks(text[locale] ?? text["en"] ?? Object.values(text)[0] ?? "");
}

/** In what capacity somebody announced it. */
export function officeText(locale: Locale, { office, from }: Pick<AnnouncementView, "office" | "from">): string {
  return plainName(office === undefined ? from : announcedText(locale, office));
}
