import type { OutgoingReply, Outgoing } from "@causeway/platform";
import { hash } from "node:crypto";
import webPush from "web-push";
import type { Pusher } from "./store.ts";
import type { VapidKeys } from "./vapid.ts";

/** News for a pusher. */
export interface News {
  readonly room: number;
  readonly roomId: string;
  readonly eventId: string;
  readonly type: string;
  readonly sender: string;
  readonly senderName: string | undefined;
  readonly roomName: string | undefined;
  readonly roomAlias: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
  /** Whether a membership event is about the reader. */
  readonly isTarget: boolean;
  readonly highlight: boolean;
  readonly tweaks: Readonly<Record<string, unknown>>;
}

/** What became of it: `gone` means that the pusher is to be forgotten. */
export type Outcome = "done" | "gone" | { readonly retryAfterMs: number | undefined };

/** How long a push service keeps what it cannot deliver. */
const TTL_S = 12 * 60 * 60;

/** Tells a gateway (Push Gateway API, "POST /_matrix/push/v1/notify"). */
export async function tellGateway(outgoing: Outgoing, pusher: Pusher, news: News): Promise<Outcome> {
  const reply = await outgoing.send(new URL(pusher.data.url ?? ""), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ notification: notificationOf(pusher, news) }),
  });
  if (reply.status !== 200) return outcomeOf(reply);
  return rejects(reply, pusher.pushkey) ? "gone" : "done";
}

function notificationOf(pusher: Pusher, news: News): object {
  const { url: _, "org.causeway.quiet": __, ...data } = pusher.data;
  const { appId: app_id, pushkey, ts } = pusher;
  const device = { app_id, pushkey, pushkey_ts: Math.floor(ts / 1000), data, tweaks: news.tweaks };
  const ids = { event_id: news.eventId, room_id: news.roomId, prio: "high", devices: [device] };
  if (pusher.data.format === "event_id_only") return ids;
  return {
    ...ids,
    type: news.type,
    sender: news.sender,
    ...(news.senderName === undefined ? {} : { sender_display_name: news.senderName }),
    ...(news.roomName === undefined ? {} : { room_name: news.roomName }),
    ...(news.roomAlias === undefined ? {} : { room_alias: news.roomAlias }),
    ...(news.isTarget ? { user_is_target: true } : {}),
    content: news.content,
  };
}

function rejects(reply: OutgoingReply, pushkey: string): boolean {
  try {
    const { rejected }: { readonly rejected?: unknown } = { ...JSON.parse(reply.body.toString()) };
    return Array.isArray(rejected) && rejected.includes(pushkey);
  } catch {
    return false;
  }
}

/** Tells a browser by its push service (RFC 8030, 8291, 8292). Its name for the room is all that is said, and encrypted. */
export async function tellBrowser(
  outgoing: Outgoing,
  pusher: Pusher,
  told: { readonly news: News; readonly keys: VapidKeys; readonly contact: string },
): Promise<Outcome> {
  const { news, keys, contact } = told;
  const subscription = {
    endpoint: pusher.data.url ?? "",
    keys: { p256dh: pusher.pushkey, auth: pusher.data.auth ?? "" },
  };
  const payload = JSON.stringify({ room_id: news.roomId, event_id: news.eventId, highlight: news.highlight });
  const details = webPush.generateRequestDetails(subscription, payload, {
    vapidDetails: { subject: contact, ...keys },
    TTL: TTL_S,
    contentEncoding: "aes128gcm",
    urgency: news.highlight ? "high" : "normal",
    // The newest of a room takes the place of one that still waits at the push service.
    topic: hash("sha256", news.roomId, "base64url").slice(0, 32),
  });
  const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)]));
  const body = details.body ?? undefined;
  return outcomeOf(await outgoing.send(new URL(details.endpoint), { method: "POST", headers, body }));
}

/** 404 and 410: the subscription has ended (RFC 8030, section 7.3). Other refusals of this request will not change by asking again. */
function outcomeOf(reply: OutgoingReply): Outcome {
  if (reply.status >= 200 && reply.status < 300) return "done";
  if (reply.status === 404 || reply.status === 410) return "gone";
  if (reply.status !== 429 && reply.status < 500) return "done";
  const after = Number(reply.headers["retry-after"]);
  return { retryAfterMs: Number.isFinite(after) && after > 0 ? after * 1000 : undefined };
}
