import type { Instant } from "@causeway/base";

/** How often a service was asked for on machines of a department and a class. */
export interface CountRow {
  readonly service: string;
  /** Empty: machines of no department. */
  readonly department: string;
  readonly machineClass: string;
  readonly allowed: number;
  readonly granted: number;
  /** Allowed only because nothing was enforced. */
  readonly observed: number;
  readonly refused: number;
}

/** The same of one day. */
export interface DayCount extends CountRow {
  /** Days since 1970 in the installation's own time. */
  readonly day: number;
}

const DAY_MS = 86_400_000;

/** The day that an instant is in, in the installation's own time. */
export function dayOf(at: Instant, utcOffsetMinutes: number): number {
  return Math.floor((at + utcOffsetMinutes * 60_000) / DAY_MS);
}

/** `2026-11-25`. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Counts over all days, by service, department and class. */
export function summed(counts: readonly DayCount[]): readonly CountRow[] {
  const sums = new Map<string, { -readonly [Key in keyof CountRow]: CountRow[Key] }>();
  for (const one of counts) {
    const key = `${one.service}\n${one.department}\n${one.machineClass}`;
    const { day: _day, ...row } = one;
    const sum = sums.get(key);
    if (sum === undefined) {
      sums.set(key, { ...row });
      continue;
    }
    sum.allowed += one.allowed;
    sum.granted += one.granted;
    sum.observed += one.observed;
    sum.refused += one.refused;
  }
  return [...sums.values()];
}
