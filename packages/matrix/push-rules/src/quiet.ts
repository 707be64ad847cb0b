/** A time of the week at which nothing is said. */
export interface QuietTime {
  /** The days on which it begins: 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
  /** `HH:MM` on the clock of the place. */
  readonly from: string;
  /** `HH:MM`, or `24:00`. Not later than `from`: on the day after. The same as `from`: never. */
  readonly until: string;
}

/** When somebody is not to be told of anything. */
export interface QuietHours {
  readonly on: boolean;
  /** Whose clock it is, as the time zone database names it. */
  readonly zone: string;
  readonly times: readonly QuietTime[];
}

/** The account data in which quiet hours are kept: every device and the server keep to them. */
export const QUIET_HOURS = "org.causeway.quiet";

/** Every day of the week. */
export const everyDay: readonly number[] = [1, 2, 3, 4, 5, 6, 7];

/** So many times of the week are looked at; more are left out. */
export const MAX_QUIET_TIMES = 20;

const TIME = /^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/;

/** Reads quiet hours as account data has them; undefined when there are none. A time that is none is left out, a place that is none makes all of them none. */
export function parseQuietHours(content: unknown): QuietHours | undefined {
  const { on, zone, times }: { on?: unknown; zone?: unknown; times?: unknown } = Object(content);
  if (typeof zone !== "string" || !isZone(zone) || !Array.isArray(times)) return undefined;
  return { on: on === true, zone, times: times.slice(0, MAX_QUIET_TIMES).flatMap((time) => parseTime(time) ?? []) };
}

function parseTime(given: unknown): QuietTime | undefined {
  const { days, from, until }: { days?: unknown; from?: unknown; until?: unknown } = Object(given);
  if (typeof from !== "string" || !TIME.test(from)) return undefined;
  if (typeof until !== "string" || !(TIME.test(until) || until === "24:00") || !Array.isArray(days)) return undefined;
  return { days: everyDay.filter((day) => days.includes(day)), from, until };
}

/** Whether a text names a time zone. */
export function isZone(zone: string): boolean {
  try {
    return zone.length <= 64 && new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Whether a moment is a quiet one. What counts is what the clock of the place shows, also in the nights in which it is put forward or back. */
export function isQuietAt(hours: QuietHours | undefined, now: number): boolean {
  if (hours?.on !== true || hours.times.length === 0) return false;
  const { day, time } = clockAt(hours.zone, now);
  const dayBefore = day === 1 ? 7 : day - 1;
  return hours.times.some(({ days, from, until }) => {
    if (from <= until) return days.includes(day) && time >= from && time < until;
    return (days.includes(day) && time >= from) || (days.includes(dayBefore) && time < until);
  });
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What the clock of a place shows. */
function clockAt(zone: string, now: number): { readonly day: number; readonly time: string } {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return { day: WEEKDAYS.indexOf(part("weekday")) + 1, time: `${part("hour")}:${part("minute")}` };
}
