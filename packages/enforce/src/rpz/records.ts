import type { Answer } from "dns-packet";
import { targetOf, type RpzAction } from "./rules.ts";
import { stepsSince, type ZoneState } from "./zone.ts";
import type { ZoneTimes } from "./zone-text.ts";
import { isLater } from "./serial.ts";

/** A zone's SOA record as of a serial. */
export function soaOf(zone: string, serial: number, times: ZoneTimes): Answer {
  const { refreshS: refresh, retryS: retry, expireS: expire, ttlS: minimum } = times;
  const data = { mname: `ns.${zone}`, rname: `ops.${zone}`, serial, refresh, retry, expire, minimum };
  return { type: "SOA", name: zone, ttl: times.ttlS, data };
}

/** The record by which a zone says who serves it. */
export function nsOf(zone: string, times: ZoneTimes): Answer {
  return { type: "NS", name: zone, ttl: times.ttlS, data: `ns.${zone}` };
}

function* ruleRecords(
  zone: string,
  rules: Iterable<readonly [string, RpzAction]>,
  times: ZoneTimes,
): Generator<Answer> {
  for (const [owner, action] of rules)
    yield { type: "CNAME", name: `${owner}.${zone}`, ttl: times.ttlS, data: targetOf[action] };
}

/** A whole zone, between two of its SOA records (RFC 5936). */
export function* wholeZone(zone: ZoneState, times: ZoneTimes): Generator<Answer> {
  yield soaOf(zone.name, zone.serial, times);
  yield nsOf(zone.name, times);
  yield* ruleRecords(zone.name, zone.rules, times);
  yield soaOf(zone.name, zone.serial, times);
}

/** What changed since a serial (RFC 1995); one SOA record when nothing did, the whole zone when that is no longer known. */
export function* zoneSince(zone: ZoneState, serial: number, times: ZoneTimes): Generator<Answer> {
  if (!isLater(zone.serial, serial)) {
    yield soaOf(zone.name, zone.serial, times);
    return;
  }
  const steps = stepsSince(zone, serial);
  if (steps === undefined) {
    yield* wholeZone(zone, times);
    return;
  }
  yield soaOf(zone.name, zone.serial, times);
  for (const step of steps) {
    yield soaOf(zone.name, step.from, times);
    yield* ruleRecords(zone.name, step.removed, times);
    yield soaOf(zone.name, step.to, times);
    yield* ruleRecords(zone.name, step.added, times);
  }
  yield soaOf(zone.name, zone.serial, times);
}
