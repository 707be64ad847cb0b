import { failure, ok, type Clock, type Result, type RoomId, type UserId } from "@causeway/base";
import { randomBytes } from "node:crypto";
import type { AppendedEvent } from "./appended.ts";
import { RecentChanges } from "./recent-changes.ts";
import type { RoomsCore } from "./rooms.ts";
import type { RoomNumber } from "./stored-event.ts";

/** Whether somebody is there. */
export type PresenceState = "online" | "offline" | "unavailable";

/** Told of what lives in memory only. Must not throw. */
export interface LiveListener {
  typingChanged(room: RoomNumber): void;
  presenceChanged(user: UserId): void;
}

interface Typing {
  /** Until when each is typing. */
  readonly users: Map<UserId, number>;
  changedAt: number;
}

interface Presence {
  state: PresenceState;
  message: string | undefined;
  lastActive: number;
  sequence: number;
}

const MAX_TYPING_MS = 60_000;
/** Timers fire a little late, so that the clock has moved by what was asked for. */
const LATE_MS = 5;
/** Changes of presence that are remembered in their order; who was away for longer is told of everybody. */
const MAX_CHANGES = 10_000;
const AWAY_MS = 90_000;

/** Typing and presence: in memory, and gone with a restart. */
export class Live {
  readonly boot: string = BigInt(`0x${randomBytes(6).toString("hex")}`).toString(36);
  #core: RoomsCore;
  #clock: Clock;
  #listener: LiveListener;
  #sequence = 1;
  #typing = new Map<RoomNumber, Typing>();
  #typingLog = new RecentChanges<RoomNumber>();
  #presence = new Map<UserId, Presence>();
  #changes: { readonly sequence: number; readonly user: UserId }[] = [];
  #timer: NodeJS.Timeout;

  constructor(core: RoomsCore, listener: LiveListener) {
    this.#core = core;
    this.#clock = core.options.clock;
    this.#listener = listener;
    this.#timer = setInterval(() => this.sweep(), AWAY_MS / 3);
    this.#timer.unref();
  }

  /** The present sequence number. */
  sequence(): number {
    return this.#sequence;
  }

  /** Says that somebody is typing, or no longer. */
  async type(
    user: UserId,
    roomId: RoomId,
    wish: { readonly typing: boolean; readonly timeoutMs: number },
  ): Promise<Result<object>> {
    const room = await this.#core.registry.get(roomId);
    if (room?.membershipAt(this.#core.options.db.stream.head(), user) !== "join")
      return failure("M_FORBIDDEN", "You are not in this room.");
    const typing = this.#typing.get(room.number) ?? { users: new Map<UserId, number>(), changedAt: 0 };
    this.#typing.set(room.number, typing);
    const was = typing.users.has(user);
    const timeoutMs = Math.min(wish.timeoutMs, MAX_TYPING_MS);
    if (wish.typing && timeoutMs > 0) {
      typing.users.set(user, this.#clock.now() + timeoutMs);
      setTimeout(() => this.#expireTyping(room.number), timeoutMs + LATE_MS).unref();
    } else typing.users.delete(user);
    if (was !== typing.users.has(user)) this.#typingChanged(room.number, typing);
    return ok({});
  }

  /** Who is typing no longer, because their time is over. */
  #expireTyping(room: RoomNumber): void {
    const typing = this.#typing.get(room);
    const now = this.#clock.now();
    const over = [...(typing?.users ?? [])].filter(([, until]) => until <= now);
    if (typing === undefined || over.length === 0) return;
    for (const [user] of over) typing.users.delete(user);
    this.#typingChanged(room, typing);
  }

  #typingChanged(room: RoomNumber, typing: Typing): void {
    typing.changedAt = this.#sequence += 1;
    this.#typingLog.changed(room, typing.changedAt);
    this.#listener.typingChanged(room);
  }

  /** Takes up events that are durable: who is no longer in a room does not type there. */
  appended(events: readonly AppendedEvent[]): void {
    for (const { membership, event } of events) {
      if (membership === undefined || membership.after === "join") continue;
      const typing = this.#typing.get(event.room);
      if (typing?.users.delete(membership.user) === true) this.#typingChanged(event.room, typing);
    }
  }

  /** When the typing of a room last changed. */
  typingChangedAt(room: RoomNumber): number {
    return this.#typing.get(room)?.changedAt ?? 0;
  }

  /** Who is typing in a room. */
  typingUsers(room: RoomNumber): readonly UserId[] {
    return [...(this.#typing.get(room)?.users.keys() ?? [])];
  }

  /** Rooms where typing changed after a sequence number. */
  roomsChangedSince(sequence: number): readonly RoomNumber[] {
    return this.#typingLog.since(sequence);
  }

  /** Takes note that somebody is there; others hear only of a change. */
  seen(user: UserId, state: PresenceState): void {
    const now = this.#presence.get(user);
    if (state !== "offline") this.#set(user, state, now?.message);
  }

  /** Says whether one is there. */
  setPresence(user: UserId, state: PresenceState, message: string | undefined): void {
    this.#set(user, state, message);
  }

  #set(user: UserId, state: PresenceState, message: string | undefined): void {
    const now = this.#presence.get(user);
    const isNew = now?.state !== state || now.message !== message;
    const presence: Presence = { state, message, lastActive: this.#clock.now(), sequence: now?.sequence ?? 0 };
    this.#presence.set(user, presence);
    if (isNew) this.#presenceChanged(user, presence);
  }

  #presenceChanged(user: UserId, presence: Presence): void {
    presence.sequence = this.#sequence += 1;
    this.#changes.push({ sequence: presence.sequence, user });
    if (this.#changes.length > MAX_CHANGES * 2) this.#changes.splice(0, MAX_CHANGES);
    this.#listener.presenceChanged(user);
  }

  /** Does what is due by the clock: people go offline, typing ends. */
  sweep(): void {
    for (const room of this.#typing.keys()) this.#expireTyping(room);
    const before = this.#clock.now() - AWAY_MS;
    for (const [user, presence] of this.#presence) {
      if (presence.state === "offline" || presence.lastActive >= before) continue;
      presence.state = "offline";
      this.#presenceChanged(user, presence);
    }
  }

  /** Whether somebody is there, for those who share a room with them. */
  async presenceOf(reader: UserId, user: UserId): Promise<Result<object>> {
    if (reader !== user && !(await this.shares(reader, user)))
      return failure("M_FORBIDDEN", "You share no room with them.");
    const presence = this.#presence.get(user);
    return ok(presence === undefined ? { presence: "offline" } : contentOf(presence, this.#clock.now()));
  }

  /** Whether two people are in one room. */
  async shares(left: UserId, right: UserId): Promise<boolean> {
    const [mine, theirs] = await Promise.all([this.#core.memberships.of(left), this.#core.memberships.of(right)]);
    const [few, many] = mine.size <= theirs.size ? [mine, theirs] : [theirs, mine];
    for (const [room, one] of few) if (one.membership === "join" && many.get(room)?.membership === "join") return true;
    return false;
  }

  /** JSON of the `m.presence` events of those who are wanted, that changed after a sequence number and that a reader may see. */
  async presenceSince(reader: UserId, sequence: number, wants: (user: UserId) => boolean): Promise<readonly string[]> {
    const events: string[] = [];
    for (const user of this.#changedSince(sequence)) {
      const presence = this.#presence.get(user);
      if (presence === undefined || presence.sequence <= sequence) continue;
      if ((sequence === 0 && presence.state === "offline") || !wants(user)) continue;
      if (user !== reader && !(await this.shares(reader, user))) continue;
      events.push(
        JSON.stringify({ type: "m.presence", sender: user, content: contentOf(presence, this.#clock.now()) }),
      );
    }
    return events;
  }

  /** Whose presence changed after a sequence number: what a reader is told follows the changes, not the people who are there. */
  #changedSince(sequence: number): Iterable<UserId> {
    if (sequence < (this.#changes[0]?.sequence ?? 0)) return this.#presence.keys();
    const users = new Set<UserId>();
    for (let at = this.#changes.length - 1; at >= 0; at -= 1) {
      const change = this.#changes[at];
      if (change === undefined || change.sequence <= sequence) break;
      users.add(change.user);
    }
    return users;
  }

  /** Stops the timers. */
  close(): void {
    clearInterval(this.#timer);
  }
}

function contentOf(presence: Presence, now: number): object {
  const { state, message, lastActive } = presence;
  return {
    presence: state,
    last_active_ago: Math.max(0, now - lastActive),
    ...(state === "offline" ? {} : { currently_active: state === "online" }),
    ...(message === undefined ? {} : { status_msg: message }),
  };
}
