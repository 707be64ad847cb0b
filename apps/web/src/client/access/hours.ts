/** Minutes from midnight as a time: `09:30`. The end of the day is its last minute there. */
export function hoursOf(minutes: number): string {
  const within = Math.min(Math.max(0, Math.trunc(minutes)), 1439);
  return `${String(Math.floor(within / 60)).padStart(2, "0")}:${String(within % 60).padStart(2, "0")}`;
}

/** A time as minutes from midnight; 0 for what is none. */
export function minutesOf(text: string): number {
  const [, hours, minutes] = /^([0-9]{1,2}):([0-9]{2})/.exec(text) ?? [];
  const all = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return all < 1440 ? all : 0;
}
