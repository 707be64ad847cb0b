import { instant, type Instant } from "@causeway/base";
import type { Hours, PolicyDocument } from "@causeway/policy";

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;

/** When the answer to some question may change by itself: a grant or a rule begins or ends, or hours do. */
export function nextBoundary(document: PolicyDocument, now: Instant): Instant | undefined {
  let next: number | undefined;
  const consider = (at: number | undefined): void => {
    if (at !== undefined && at > now && (next === undefined || at < next)) next = at;
  };
  const hoursOf = (hours: Hours | undefined): void => {
    if (hours === undefined) return;
    for (const minute of [hours.from, hours.to]) consider(nextTimeOfDay(minute, now, document.utcOffsetMinutes));
  };
  for (const { begins, ends, hours } of document.grants) {
    if (ends <= now) continue;
    consider(begins);
    consider(ends);
    hoursOf(hours);
  }
  for (const { from, until, conditions } of document.rules) {
    consider(from);
    consider(until);
    hoursOf(conditions?.hours);
  }
  return next === undefined ? undefined : instant(next);
}

/** The first time after now at which the installation's clocks show a minute of the day. */
function nextTimeOfDay(minute: number, now: Instant, utcOffsetMinutes: number): number {
  const local = Math.floor(now / MINUTE_MS) + utcOffsetMinutes;
  const today = Math.floor(local / DAY_MINUTES) * DAY_MINUTES + (minute % DAY_MINUTES);
  const at = today > local ? today : today + DAY_MINUTES;
  return (at - utcOffsetMinutes) * MINUTE_MS;
}
