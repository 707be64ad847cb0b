import { instant, type Instant } from "@causeway/base";
import type { Hours } from "./document.ts";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** When a span of hours that `now` is in comes to its end; undefined outside of all of them. */
export function endOfHours(hours: Hours, now: Instant, utcOffsetMinutes: number): Instant | undefined {
  const localMinutes = Math.floor(now / MINUTE_MS) + utcOffsetMinutes;
  const dayStart = Math.floor(localMinutes / DAY_MINUTES) * DAY_MINUTES;
  // Thursday was the first day of 1970.
  const today = ((Math.floor(dayStart / DAY_MINUTES) + 3) % 7) + 1;
  const length = hours.to > hours.from ? hours.to - hours.from : hours.to + DAY_MINUTES - hours.from;
  for (const [day, begins] of [
    [today, dayStart + hours.from],
    [today === 1 ? 7 : today - 1, dayStart - DAY_MINUTES + hours.from],
  ] as const) {
    if (!hours.days.includes(day)) continue;
    const ends = begins + length;
    if (localMinutes >= begins && localMinutes < ends) return instant((ends - utcOffsetMinutes) * MINUTE_MS);
  }
  return undefined;
}
