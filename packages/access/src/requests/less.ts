import { failure, ok, type Instant, type Result } from "@causeway/base";
import type { GrantHours, LessInput } from "@causeway/contract";
import type { Terms } from "./types.ts";

const DAY_MINUTES = 1440;

function notLess(reason: string): Result<never> {
  return failure("ACCESS_NOT_LESS", undefined, { reason });
}

/** The terms of an approval with less: every one that is named is narrower than what was asked for, and at least one is named. Pure. */
export function lessOf(asked: Terms, less: LessInput, now: Instant): Result<Terms> {
  const { until, upload, hours, scope, services } = less;
  if (until !== undefined && (until > asked.until || until <= now)) return notLess("until");
  if (hours !== undefined && asked.hours !== undefined && !isWithinHours(hours, asked.hours)) return notLess("hours");
  if (services?.some((service) => !asked.services.includes(service)) === true) return notLess("services");
  const isOfficer = scope === "officer";
  const given: Terms = {
    scope: scope ?? asked.scope,
    posts: isOfficer ? [] : asked.posts,
    units: isOfficer ? [] : asked.units,
    services: services === undefined ? asked.services : asked.services.filter((one) => services.includes(one)),
    // Naming services leaves sites out: whoever names some wants those and nothing else.
    sites: services === undefined ? asked.sites : [],
    until: until ?? asked.until,
    upload: upload ?? asked.upload,
    hours: hours ?? asked.hours,
  };
  return inOrder(given) === inOrder(asked) ? notLess("same") : ok(given);
}

function inOrder({ scope, posts, units, services, sites, until, upload, hours }: Terms): string {
  const ofHours = hours === undefined ? null : [hours.days.toSorted((a, b) => a - b), hours.from, hours.to];
  return JSON.stringify([scope, posts, units, services, sites.map((site) => site.host), until, upload, ofHours]);
}

/** Whether every minute of some hours is one of others. */
export function isWithinHours(inner: GrantHours, outer: GrantHours): boolean {
  const open = minutesOf(outer);
  return [...minutesOf(inner)].every((minute) => open.has(minute));
}

/** The minutes of a week that are open, counted from Monday. */
function minutesOf({ days, from, to }: GrantHours): ReadonlySet<number> {
  const length = to > from ? to - from : to + DAY_MINUTES - from;
  const minutes = new Set<number>();
  for (const day of days)
    for (let minute = 0; minute < length; minute += 1)
      minutes.add(((day - 1) * DAY_MINUTES + from + minute) % (7 * DAY_MINUTES));
  return minutes;
}
