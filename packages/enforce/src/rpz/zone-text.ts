import { targetOf } from "./rules.ts";
import type { ZoneState } from "./zone.ts";

/** How long secondaries and clients keep what a zone says. */
export interface ZoneTimes {
  readonly ttlS: number;
  readonly refreshS: number;
  readonly retryS: number;
  /** After so long without the primary a secondary lets the zone go. */
  readonly expireS: number;
}

const WEEK_S = 604_800;

/** A block that outlives its primary by four weeks is safer than one that goes with it. */
export const defaultTimes: ZoneTimes = { ttlS: 5, refreshS: 30, retryS: 5, expireS: 4 * WEEK_S };

/** Warns whoever reads a zone of what it does to mail. */
export const MAIL_WARNING =
  "For desktops' resolvers only. A rule on a mail domain's own name also hides its MX records: a resolver that a mail gateway uses must not load this zone.";

/** A zone as a master file. */
export function zoneText(zone: ZoneState, times: ZoneTimes): string {
  const lines = [
    `; ${MAIL_WARNING}`,
    `$ORIGIN ${zone.name}.`,
    `$TTL ${times.ttlS}`,
    `@ SOA ns.${zone.name}. ops.${zone.name}. ${zone.serial} ${times.refreshS} ${times.retryS} ${times.expireS} ${times.ttlS}`,
    `@ NS ns.${zone.name}.`,
    ...Array.from(zone.rules, ([owner, action]) => `${owner} CNAME ${targetOf[action]}`),
  ];
  return `${lines.join("\n")}\n`;
}
