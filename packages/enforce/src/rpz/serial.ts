import type { Instant } from "@causeway/base";

const SPACE = 2 ** 32;

/** Whether a serial is later than another (RFC 1982): they go round. */
export function isLater(serial: number, than: number): boolean {
  const ahead = (serial - than + SPACE) % SPACE;
  return ahead !== 0 && ahead < SPACE / 2;
}

/** The serial after the last one: the time in seconds, unless that would go back. A resolver that has kept a zone ignores a lower one for ever. */
export function nextSerial(last: number | undefined, now: Instant): number {
  const time = Math.floor(now / 1000) % SPACE;
  if (last === undefined) return Math.max(1, time);
  return isLater(time, last) ? time : (last + 1) % SPACE || 1;
}
