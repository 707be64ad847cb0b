import type { Grant } from "./types.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;

/** How wide the steps of a chart are. */
export type ChartStep = "day" | "week" | "month";

/** One step of a chart. */
export interface ChartPoint {
  readonly at: number;
  readonly in_force: number;
  readonly began: number;
  readonly ended: number;
  readonly by_category: Readonly<Record<string, number>>;
}

/** What a chart is drawn of. */
export interface ChartWish {
  readonly from: number;
  readonly to: number;
  readonly step: ChartStep;
  readonly utcOffsetMinutes: number;
  readonly categoriesOf: (grant: Grant) => readonly string[];
  readonly most: number;
}

/** Grants over time: each counts in every step in which it was in force. Undefined when there would be too many steps. Pure. */
export function chartOf(grants: readonly Grant[], wish: ChartWish): readonly ChartPoint[] | undefined {
  const starts = startsOf(wish);
  if (starts === undefined) return undefined;
  const points = starts.map((at) => ({ at, in_force: 0, began: 0, ended: 0, by_category: emptyRecord() }));
  for (const grant of grants) {
    const ends = grant.ended?.at ?? grant.ends;
    const first = Math.max(0, placeOf(starts, grant.begins));
    const last = placeOf(starts, Math.max(grant.begins, ends - 1));
    const categories = wish.categoriesOf(grant);
    for (let place = first; place <= last; place += 1) {
      const point = points[place];
      if (point === undefined) continue;
      point.in_force += 1;
      for (const category of categories) point.by_category[category] = (point.by_category[category] ?? 0) + 1;
    }
    const began = points[placeOf(starts, grant.begins)];
    if (began !== undefined && grant.begins >= wish.from && grant.begins < wish.to) began.began += 1;
    const over = points[placeOf(starts, ends)];
    if (over !== undefined && ends >= wish.from && ends < wish.to) over.ended += 1;
  }
  return points;
}

function emptyRecord(): Record<string, number> {
  return {};
}

/** The last step that begins at or before a time; −1 when all begin later. */
function placeOf(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The beginnings of the steps, in the installation's own time. */
function startsOf({ from, to, step, utcOffsetMinutes, most }: ChartWish): readonly number[] | undefined {
  const offset = utcOffsetMinutes * MINUTE_MS;
  const starts: number[] = [];
  for (let at = beginningOf(from + offset, step); at < to + offset; at = nextOf(at, step)) {
    if (starts.length >= most) return undefined;
    starts.push(at - offset);
  }
  return starts;
}

function beginningOf(local: number, step: ChartStep): number {
  const day = Math.floor(local / DAY_MS);
  if (step === "day") return day * DAY_MS;
  // The first day of 1970 was a Thursday; weeks begin on Mondays.
  if (step === "week") return (Math.floor((day + 3) / WEEK_DAYS) * WEEK_DAYS - 3) * DAY_MS;
  const date = new Date(local);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}

function nextOf(local: number, step: ChartStep): number {
  if (step === "day") return local + DAY_MS;
  if (step === "week") return local + WEEK_DAYS * DAY_MS;
  const date = new Date(local);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}
