/** A moment that is offered without being asked for. */
export interface Preset {
  readonly name: "afternoon" | "tomorrow" | "monday";
  readonly at: number;
}

/** Afternoons have these hours; the next one that is at least half an hour away is offered. */
const AFTERNOON = [14, 16];
const SOON_MS = 30 * 60_000;
const MORNING = 9;
const MONDAY = 1;

/** What is offered at a time, by this device's calendar, the nearest first. Nothing twice: of a Sunday's Monday only tomorrow is left. */
export function presetsAt(now: number): readonly Preset[] {
  const today = new Date(now);
  const on = (days: number, hour: number): number =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hour).getTime();
  const afternoon = AFTERNOON.map((hour) => on(0, hour)).find((at) => at - now >= SOON_MS);
  const tomorrow = on(1, MORNING);
  const monday = on((MONDAY - today.getDay() + 7) % 7 || 7, MORNING);
  return [
    ...(afternoon === undefined ? [] : [{ name: "afternoon", at: afternoon } as const]),
    { name: "tomorrow", at: tomorrow },
    ...(monday === tomorrow ? [] : [{ name: "monday", at: monday } as const]),
  ];
}

/** A day and a time of fields (`2026-11-23`, `14:05`) as a moment of this device's calendar; undefined when they are none. */
export function momentIn(day: string, time: string): number | undefined {
  if (!/^\d{4,6}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d(:\d\d)?$/.test(time)) return undefined;
  const at = new Date(`${day}T${time}`).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** A moment as a day and a time of fields. */
export function fieldsOf(at: number): { readonly day: string; readonly time: string } {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, "0");
  const year = String(date.getFullYear()).padStart(4, "0");
  return {
    day: `${year}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  };
}
