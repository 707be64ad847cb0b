import type { Locale } from "./catalogue.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: Locale, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(locale === "en" ? "en-GB" : locale, { ...options, hourCycle: "h23" });
    formats.set(key, made);
  }
  return made;
}

/** `14:05` */
export function timeText(locale: Locale, at: number): string {
  return format(locale, "time", { hour: "2-digit", minute: "2-digit" }).format(at);
}

/** `23 Nov 2026 (Mon)` or `2026年11月23日（一）`. */
export function dayText(locale: Locale, at: number): string {
  const date = new Date(at);
  if (locale !== "en") {
    const weekday = format(locale, "narrow", { weekday: "narrow" }).format(at);
    return `${date.getFullYear()}年${date.getMonth() + 1}月${date.getDate()}日（${weekday}）`;
  }
  const month = format(locale, "month", { month: "short" }).format(at).slice(0, 3);
  const weekday = format(locale, "weekday", { weekday: "short" }).format(at);
  return `${date.getDate()} ${month} ${date.getFullYear()} (${weekday})`;
}

/** `23 Nov 2026 (Mon) 14:05` or `2026年11月23日（一）14:05`: for titles and screen readers. */
export function momentText(locale: Locale, at: number): string {
  return `${dayText(locale, at)}${locale === "en" ? " " : ""}${timeText(locale, at)}`;
}

/** `Mon` or `週一`: a day of the week, of which 1 is Monday. */
export function weekdayText(locale: Locale, day: number): string {
  // The 1st of January 2024 was a Monday.
  return format(locale, "weekday", { weekday: "short" }).format(new Date(2024, 0, day, 12).getTime());
}

/** The shortest that tells when: the time today, the weekday within a week, else the date. */
export function briefText(locale: Locale, at: number, now: number): string {
  if (isSameDay(at, now)) return timeText(locale, at);
  if (now - at < 6 * 86_400_000 && now > at) return format(locale, "weekday", { weekday: "short" }).format(at);
  const date = new Date(at);
  if (date.getFullYear() === new Date(now).getFullYear()) {
    return locale === "en"
      ? `${date.getDate()} ${format(locale, "month", { month: "short" }).format(at).slice(0, 3)}`
      : `${date.getMonth() + 1}月${date.getDate()}日`;
  }
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

/** Whether two moments fall on one day of this device's calendar. */
export function isSameDay(left: number, right: number): boolean {
  return new Date(left).toDateString() === new Date(right).toDateString();
}
