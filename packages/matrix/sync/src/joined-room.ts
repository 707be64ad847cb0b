import { eventText, type Rooms } from "@causeway/matrix-rooms";
import { commaSeparated } from "./comma-separated.ts";
import type { SyncLive, SyncReceipts } from "./ports.ts";
import { collectState } from "./state.ts";
import { summaryOf } from "./summary.ts";
import { timelineText } from "./timeline-text.ts";
import { collectTimeline } from "./timeline.ts";
import type { RoomView } from "./view.ts";

/** What a joined room's part of an answer is made from. */
export interface RoomSources {
  readonly rooms: Rooms;
  readonly receipts: SyncReceipts;
  readonly live: SyncLive;
  /** Account data of the room that is new, as JSON texts. */
  readonly accountData: readonly string[];
  /** Typing changed after this sequence number is new. */
  readonly liveSince: number;
}

/** A joined room's JSON, or undefined when there is nothing new in it for this reader. */
export async function joinedRoomText(view: RoomView, sources: RoomSources): Promise<string | undefined> {
  const { rooms } = sources;
  const timeline = await collectTimeline(view, rooms);
  const summary = await summaryOf(view, rooms);
  const state = await collectState(view, { timeline, heroes: summary?.heroes ?? [], rooms });
  const ephemeral = await ephemeralOf(view, sources);
  const isNew =
    summary !== undefined ||
    timeline.events.length + state.length + ephemeral.length + sources.accountData.length > 0 ||
    timeline.limited;
  const counts = await unreadOf(view, sources.receipts);
  if (!isNew && view.from > 0 && !counts.changed) return undefined;
  const parts = [
    ...(summary === undefined ? [] : [`"summary":${summary.text}`]),
    `"${view.stateAfter ?? "state"}":{"events":[${commaSeparated(state.map((event) => eventText(event)))}]}`,
    await timelineText(view, timeline, rooms),
    `"ephemeral":{"events":[${ephemeral.join(",")}]}`,
    `"account_data":{"events":[${sources.accountData.join(",")}]}`,
    counts.text,
  ];
  return `{${commaSeparated(parts)}}`;
}

async function ephemeralOf(view: RoomView, sources: RoomSources): Promise<readonly string[]> {
  const events: string[] = [];
  const wants = (type: string): boolean => view.filter.ephemeral(type, view.room.id);
  if (wants("m.receipt")) {
    const receipts = await sources.receipts.receiptsSince(view.room.number, view.user, {
      from: view.from,
      to: view.to,
    });
    if (receipts !== undefined) events.push(`{"type":"m.receipt","content":${receipts}}`);
  }
  const typing = sources.live.typingChangedAt(view.room.number);
  if (typing > sources.liveSince && wants("m.typing")) {
    const users = sources.live.typingUsers(view.room.number);
    if (view.from > 0 || users.length > 0)
      events.push(`{"type":"m.typing","content":{"user_ids":${JSON.stringify(users)}}}`);
  }
  return events;
}

async function unreadOf(
  view: RoomView,
  receipts: SyncReceipts,
): Promise<{ readonly text: string; readonly changed: boolean }> {
  const counts = await receipts.unread(view.room, view.user, { threads: view.filter.threadCounts });
  const own = JSON.stringify({ notification_count: counts.notifications, highlight_count: counts.highlights });
  const changed = receipts.readSince(view.room.number, view.user, view.from);
  if (!view.filter.threadCounts) return { text: `"unread_notifications":${own}`, changed };
  const threads: Record<string, unknown> = {};
  for (const [thread, count] of counts.threads) {
    threads[thread] = { notification_count: count.notifications, highlight_count: count.highlights };
  }
  return { text: `"unread_notifications":${own},"unread_thread_notifications":${JSON.stringify(threads)}`, changed };
}
