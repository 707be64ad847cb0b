/** A token of the server, and before which of the page's events it stands: 0 is before the newest. */
export interface Entrance {
  readonly token: string;
  readonly at: number;
}

/** What is known of a page of history without opening it. Its events go from the newest to the oldest, none left out. */
export interface KeptPage {
  readonly id: number;
  /** The id of its newest event. */
  readonly newest: string;
  /** Where it can be entered; the first stands at 0. */
  readonly entrances: readonly Entrance[];
  /** From where its history goes on; undefined when it holds the room's first event. */
  readonly end: string | undefined;
  readonly count: number;
  readonly bytes: number;
  /** When it was last read, in milliseconds; 0 for never. */
  readonly read: number;
}

/** Pages, the newest first, that lead from one to the next by their tokens. Where one is missing, the server is asked. */
export type Run = readonly KeptPage[];

/**
 * A room's runs, the newest first. Only the first is read: it leads back from what is live. Each other one ends at a gap in what
 * this device was told, so that nobody knows what lies between, nor what was deleted meanwhile. It is read again when the gap was
 * fetched and met it.
 */
export type Runs = readonly Run[];

/** More runs than this: what lies behind so many gaps is fetched anew. */
const MOST_RUNS = 5;

/** Where a token leads into the kept pages. */
export function placeOf(runs: Runs, token: string): { readonly page: KeptPage; readonly at: number } | undefined {
  for (const page of runs[0] ?? []) {
    const entrance = page.entrances.find((one) => one.token === token);
    if (entrance !== undefined) return { page, at: entrance.at };
  }
  return undefined;
}

/** Whether what a token leads to continues what is kept, without a gap; `live` is where the live events begin. */
export function continues(runs: Runs, token: string, live: string | undefined): boolean {
  return token === live || (runs[0] ?? []).some(({ end }) => end === token);
}

/** A page that some events, from the newest to the oldest, run into. */
export interface Meeting {
  /** How many of the events come before it. */
  readonly after: number;
  readonly run: number;
  readonly page: KeptPage;
}

/** The first kept page that events run into; undefined when they meet none. */
export function meetingOf(runs: Runs, ids: readonly string[]): Meeting | undefined {
  const pages = new Map(
    runs.flatMap((run, number) => run.map((page) => [page.newest, { run: number, page }] as const)),
  );
  for (const [after, id] of ids.entries()) {
    const met = pages.get(id);
    if (met !== undefined) return { after, ...met };
  }
  return undefined;
}

/** Runs after a change, and the pages that are no longer among them. */
export interface Changed {
  readonly runs: Runs;
  readonly dropped: readonly number[];
}

/** With a page that lies just before what is live. */
export function withNewest(runs: Runs, page: KeptPage): Runs {
  return [[page, ...(runs[0] ?? [])], ...runs.slice(1)];
}

/** With a page that was fetched: the history that follows `from`. Where it met a page of an older run, their gap is closed. */
export function withFetched(runs: Runs, page: KeptPage, meeting: Meeting | undefined): Changed {
  const [from] = page.entrances;
  const live = runs[0] ?? [];
  const place = live.findIndex(({ end }) => end === from?.token) + 1;
  return joined([[...live.slice(0, place), page, ...live.slice(place)], ...runs.slice(1)], meeting);
}

/** The run of a meeting becomes part of the first; what is newer than the meeting, and stood apart, cannot be right any more. */
export function joined(runs: Runs, meeting: Meeting | undefined): Changed {
  if (meeting === undefined || meeting.run === 0) return { runs, dropped: [] };
  const [live = [], ...others] = runs;
  const met = runs[meeting.run] ?? [];
  const at = met.findIndex(({ id }) => id === meeting.page.id);
  const apart = [...others.slice(0, meeting.run - 1), met.slice(0, at)];
  return { runs: [[...live, ...met.slice(at)], ...runs.slice(meeting.run + 1)], dropped: idsOf(apart) };
}

/** After a gap: what was live until then stands apart, and a new run begins. */
export function withGap(runs: Runs): Changed {
  if ((runs[0] ?? []).length === 0) return { runs, dropped: [] };
  const all: Runs = [[], ...runs];
  return { runs: all.slice(0, MOST_RUNS), dropped: idsOf(all.slice(MOST_RUNS)) };
}

/** With another page in the place of one. */
export function withReplaced(runs: Runs, page: KeptPage): Runs {
  return runs.map((run) => run.map((one) => (one.id === page.id ? page : one)));
}

/** Without some pages. The history is then fetched again from where they were. */
export function without(runs: Runs, ids: ReadonlySet<number>): Runs {
  const left = runs.map((run) => run.filter(({ id }) => !ids.has(id)));
  return left.filter((run, number) => number === 0 || run.length > 0);
}

/** Which pages have to go, so that all together are no larger than `mostBytes`: the least recently read first. */
export function tooMuch(pages: readonly KeptPage[], mostBytes: number): ReadonlySet<number> {
  let bytes = pages.reduce((sum, page) => sum + page.bytes, 0);
  const gone = new Set<number>();
  if (bytes <= mostBytes) return gone;
  // Of those that nobody read, what was fetched last lies furthest back.
  for (const page of pages.toSorted((left, right) => left.read - right.read || right.id - left.id)) {
    if (bytes <= mostBytes) break;
    bytes -= page.bytes;
    gone.add(page.id);
  }
  return gone;
}

/** The ids of all their pages, the newest first. */
export function idsOf(runs: Runs): readonly number[] {
  return runs.flatMap((run) => run.map(({ id }) => id));
}

/** Reads runs that were written as JSON. */
export function parseRuns(value: unknown): Runs {
  return Array.isArray(value)
    ? value.map((run: unknown) => (Array.isArray(run) ? run.flatMap((page) => parsePage(page) ?? []) : []))
    : [];
}

function parsePage(value: unknown): KeptPage | undefined {
  const { id, newest, entrances, end, count, bytes, read } = Object(value);
  if (![id, count, bytes, read].every(Number.isSafeInteger)) return undefined;
  if (typeof newest !== "string" || !Array.isArray(entrances) || !(end === undefined || typeof end === "string"))
    return undefined;
  const known = entrances.flatMap(({ token, at }) =>
    typeof token === "string" && Number.isInteger(at) ? [{ token, at }] : [],
  );
  return { id, newest, entrances: known, end, count, bytes, read };
}
