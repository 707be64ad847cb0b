/** What the server said of a thread, at the time when it was asked. */
export interface Bundle {
  readonly count: number;
  /** Its newest message then. */
  readonly latest: { readonly id: string; readonly at: number } | undefined;
}

/** A message of a thread that this device knows. */
export interface KnownReply {
  readonly id: string;
  readonly at: number;
}

/** Reads what an event's bundle says of the thread below it; nothing in it is trusted to be of the right type. */
export function bundleIn(unsigned: unknown): (Bundle & { readonly event: unknown }) | undefined {
  const thread: Readonly<Record<string, unknown>> = Object(Object(Object(unsigned)["m.relations"])["m.thread"]);
  const { count, latest_event: event } = thread;
  if (typeof count !== "number" || !Number.isSafeInteger(count) || count < 1) return undefined;
  const { event_id: id, origin_server_ts: at } = Object(event);
  const latest = typeof id === "string" && typeof at === "number" ? { id, at } : undefined;
  return { count, latest, event: latest === undefined ? undefined : event };
}

/** How many messages a thread has: what the server counted and what came since, or what is known here when that is more. */
export function countOf(bundle: Bundle | undefined, known: readonly KnownReply[]): number {
  if (bundle === undefined) return known.length;
  const { latest } = bundle;
  const since = latest === undefined ? [] : known.filter(({ id, at }) => id !== latest.id && at > latest.at);
  return Math.max(known.length, bundle.count + since.length);
}
