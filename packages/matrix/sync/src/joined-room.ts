import { eventText, type Rooms } from "@causeway/matrix-rooms";
import type { SyncLive, SyncReceipts } from "./ports.ts";
import { collectState, heroesOf } from "./state.ts";
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
  const timeline = await collectTimeline(view, sources.rooms);
  const state = await collectState(view, timeline, sources.rooms);
  const ephemeral = await ephemeralOf(view, sources);
  const memberChanged = [...timeline.events, ...state].some((event) => event.type === "m.room.member");
  const summary = view.from === 0 || memberChanged ? summaryOf(view) : "";
  const isNew =
    timeline.events.length + state.length + ephemeral.length + sources.accountData.length > 0 || timeline.limited;
  const counts = await unreadOf(view, sources.receipts);
  if (!isNew && view.from > 0 && !counts.changed) return undefined;
  const parts = [
    ...(summary === "" ? [] : [`"summary":${summary}`]),
    `"${view.stateAfter ?? "state"}":{"events":[${state.map((event) => eventText(event)).join(",")}]}`,
    await timelineText(view, timeline, sources.rooms),
    `"ephemeral":{"events":[${ephemeral.join(",")}]}`,
    `"account_data":{"events":[${sources.accountData.join(",")}]}`,
    counts.text,
  ];
  return `{${parts.join(",")}}`;
}

async function ephemeralOf(view: RoomView, sources: RoomSources): Promise<readonly string[]> {
  const events: string[] = [];
  if (view.filter.ephemeral("m.receipt")) {
    const receipts = await sources.receipts.receiptsSince(view.room.number, view.user, {
      from: view.from,
      to: view.to,
    });
    if (receipts !== undefined) events.push(`{"type":"m.receipt","content":${receipts}}`);
  }
  const typing = sources.live.typingChangedAt(view.room.number);
  if (typing > sources.liveSince && view.filter.ephemeral("m.typing")) {
    const users = sources.live.typingUsers(view.room.number);
    if (view.from > 0 || users.length > 0)
      events.push(`{"type":"m.typing","content":{"user_ids":${JSON.stringify(users)}}}`);
  }
  return events;
}

function summaryOf(view: RoomView): string {
  const { joined, invited } = view.room.counts();
  const heroes = heroesOf(view);
  return JSON.stringify({
    ...(heroes.length === 0 ? {} : { "m.heroes": heroes }),
    "m.joined_member_count": joined,
    "m.invited_member_count": invited,
  });
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
