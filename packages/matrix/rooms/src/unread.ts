import { parseEventId, type EventId, type UserId } from "@causeway/base";
import { doesHighlight, fitsMode, notificationModeFor, type Ruleset } from "@causeway/matrix-push-rules";
import type { ReadDb } from "@causeway/platform";
import { judge } from "./judging.ts";
import { markOf, type Mark, type Reader, type ReaderCall } from "./reader.ts";
import { contentOf, type Room } from "./room.ts";
import { page } from "./store.ts";
import { threadCounts } from "./store-receipts.ts";

/** How much is not read. */
interface Count {
  readonly notifications: number;
  readonly highlights: number;
}

/** A count of what is not read, by room and by thread. */
export interface Unread extends Count {
  readonly threads: ReadonlyMap<EventId, Count>;
}

/** Who reads where. */
export interface ReadingOf {
  readonly room: Room;
  readonly user: UserId;
  readonly reader: Reader;
  readonly rules: Ruleset;
}

/** What somebody has not read in a room: its ordinal less theirs, and the calls of them after their marks. */
export async function unreadOf(db: ReadDb, of: ReadingOf, options: { readonly threads: boolean }): Promise<Unread> {
  const { main, threads } = fitsMode(of.rules) ? await byOrdinal(db, of) : await byJudging(db, of);
  if (options.threads) return { ...main, threads };
  const all = [main, ...threads.values()];
  return {
    notifications: all.reduce((sum, count) => sum + count.notifications, 0),
    highlights: all.reduce((sum, count) => sum + count.highlights, 0),
    threads,
  };
}

interface Counts {
  readonly main: Count;
  readonly threads: Map<EventId, Count>;
}

async function byOrdinal(db: ReadDb, of: ReadingOf): Promise<Counts> {
  const { room, reader, rules } = of;
  const mode = notificationModeFor(rules, room.id, room.counts().joined === 2);
  const whole = markOf(reader, room.number, "");
  const main = markOf(reader, room.number, "main");
  const calls = mode === "none" ? [] : (reader.calls.get(room.number) ?? []).filter((call) => doesCount(call, rules));
  const countOf = (thread: EventId | undefined, after: number, messages: number): Count => {
    const mine = calls.filter((call) => call.thread === thread && call.pos > after);
    const highlights = mine.filter((call) => call.kind !== "quiet").length;
    return { notifications: mode === "all" ? messages : mine.length, highlights };
  };
  const threads = new Map<EventId, Count>();
  for (const [thread, messages] of await threadsOf(db, of, whole)) {
    const after = Math.max(whole.eventPos, markOf(reader, room.number, thread).eventPos);
    if (messages > 0) threads.set(thread, countOf(thread, after, messages));
  }
  const newest = room.tail.at(-1)?.mainOrdinal ?? room.progress.mainOrdinal;
  const messages = Math.max(0, newest - Math.max(whole.mainOrdinal, main.mainOrdinal));
  return { main: countOf(undefined, Math.max(whole.eventPos, main.eventPos), messages), threads };
}

/** The most unread events that are shown to somebody's rules one by one; older ones no longer count. */
const MAX_JUDGED = 1000;

/** For people whose rules are more than a mode: each unread event is shown to them. */
async function byJudging(db: ReadDb, of: ReadingOf): Promise<Counts> {
  const { room, reader, user, rules } = of;
  const whole = markOf(reader, room.number, "").eventPos;
  const events =
    room.tailStart <= whole
      ? room.tail.filter((event) => event.pos > whole)
      : await page(db, room.number, {
          from: whole,
          to: room.tail.at(-1)?.pos ?? room.progress.lastPos,
          limit: MAX_JUDGED,
          newestFirst: true,
        });
  const main = { notifications: 0, highlights: 0 };
  const threads = new Map<EventId, { notifications: number; highlights: number }>();
  for (const event of events) {
    if (event.pos <= markOf(reader, room.number, event.thread ?? "main").eventPos) continue;
    const outcome = judge(room, { user, rules }, { ...event, content: contentOf(event) });
    if (outcome?.notifies !== true) continue;
    const count =
      event.thread === undefined ? main : (threads.get(event.thread) ?? { notifications: 0, highlights: 0 });
    count.notifications += 1;
    if (outcome.highlights) count.highlights += 1;
    if (event.thread !== undefined) threads.set(event.thread, count);
  }
  return { main, threads };
}

/** The rules by which each reader judges an event that calls everybody; what calls one person was judged when it came. */
const RULES_FOR_ALL: Readonly<Record<ReaderCall["kind"], readonly string[] | undefined>> = {
  quiet: undefined,
  loud: undefined,
  room: [".m.rule.is_room_mention", ".m.rule.roomnotif"],
  tombstone: [".m.rule.tombstone"],
};

function doesCount(call: ReaderCall, rules: Ruleset): boolean {
  const wanted = RULES_FOR_ALL[call.kind];
  if (wanted === undefined) return true;
  const rule = rules.override.find((one) => wanted.includes(one.rule_id) && one.enabled);
  return rule !== undefined && doesHighlight(rule.actions);
}

/** Unread messages by thread: nothing to look for while no thread has gone on, and from memory when the reader is not far behind. */
async function threadsOf(db: ReadDb, of: ReadingOf, mark: Mark): Promise<ReadonlyMap<EventId, number>> {
  const { room, user, reader } = of;
  const after = mark.eventPos;
  const last = room.tail.at(-1) ?? room.progress;
  if (last.ordinal - last.mainOrdinal <= mark.ordinal - mark.mainOrdinal) return new Map();
  if (room.tailStart > after) return await threadsOnDisk(db, of, after);
  const found = new Map<EventId, number>();
  let before = room.tail[0]?.ordinal ?? 0;
  for (const event of room.tail) {
    const isCounted = event.ordinal > before;
    before = event.ordinal;
    if (!isCounted || event.thread === undefined || event.sender === user || event.pos <= after) continue;
    if (event.pos > markOf(reader, room.number, event.thread).eventPos)
      found.set(event.thread, (found.get(event.thread) ?? 0) + 1);
  }
  return found;
}

async function threadsOnDisk(db: ReadDb, of: ReadingOf, after: number): Promise<ReadonlyMap<EventId, number>> {
  const { room, user, reader } = of;
  const found = new Map<EventId, number>();
  for (const [name, count] of await threadCounts(db, room.number, { pos: after, reader: user })) {
    const thread = parseEventId(name);
    if (thread === undefined) continue;
    const further = markOf(reader, room.number, name).eventPos;
    if (further <= after) found.set(thread, count);
    else found.set(thread, (await threadCounts(db, room.number, { pos: further, reader: user })).get(name) ?? 0);
  }
  return found;
}
