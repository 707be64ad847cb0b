import type { Instant } from "@causeway/base";
import type { WarningLeft } from "./events.ts";
import type { Grant } from "./types.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;

/** `3d`, `1h`, `30m`. */
export function leftText(minutes: number): WarningLeft {
  if (minutes % DAY_MINUTES === 0) return `${minutes / DAY_MINUTES}d`;
  return minutes % HOUR_MINUTES === 0 ? `${minutes / HOUR_MINUTES}h` : `${minutes}m`;
}

/** The warnings whose time has come, in minutes before the end. */
export function passedWarnings(ends: Instant, warnMinutes: readonly number[], now: Instant): readonly number[] {
  return warnMinutes.filter((minutes) => ends - minutes * MINUTE_MS <= now);
}

/** The warning that is due: the shortest whose time has come; longer ones that were missed are not made up for. Undefined when it was given. */
export function dueWarning(
  grant: Pick<Grant, "ends" | "warned">,
  warnMinutes: readonly number[],
  now: Instant,
): number | undefined {
  const passed = passedWarnings(grant.ends, warnMinutes, now);
  const shortest = Math.min(...passed);
  return passed.length === 0 || grant.warned.includes(shortest) ? undefined : shortest;
}
