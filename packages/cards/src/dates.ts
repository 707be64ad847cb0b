import type { Language, Texts } from "./texts.ts";
import { texts } from "./texts.ts";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", "zh-Hant-HK": "zh-HK", "zh-Hans": "zh-CN" };
const MINUTE_MS = 60_000;

/** A time as people of each language write it, with its weekday, on the clock of the office. */
export function timeTexts(at: number, utcOffsetMinutes: number): Texts {
  // Shifted, then written as if it were UTC: the office's clock is an offset, not a zone with a history.
  const shifted = new Date(at + utcOffsetMinutes * MINUTE_MS);
  return texts((language) =>
    new Intl.DateTimeFormat(LOCALES[language], {
      ...{ timeZone: "UTC", weekday: "short", day: "numeric", month: "short", year: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    }).format(shifted),
  );
}
