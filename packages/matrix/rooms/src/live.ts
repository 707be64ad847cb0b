import { failure, ok, type Clock, type Result, type RoomId, type UserId } from "@causeway/base";
import { randomBytes } from "node:crypto";
import type { RoomsCore } from "./rooms.ts";
import type { RoomNumber } from "./stored-event.ts";

/** Whether somebody is there. */
export type PresenceState = "online" | "offline" | "unavailable";

/** Told of what lives in memory only. Must not throw. */
export interface LiveListener {
  typingChanged(room: RoomNumber): void;
  presenceChanged(user: UserId): void;
}

interface Presence {
  state: PresenceState;
  message: string | undefined;
  lastActive: number;
  sequence: number;
}

const MAX_TYPING_MS = 60_000;
const AWAY_MS = 90_000;

/** Typing and presence: in memory, and gone with a restart. */
export class Live {
  readonly boot: string = BigInt(`0x${randomBytes(6).toString("hex")}`).toString(36);
  #core: RoomsCore;
  #clock: Clock;
  #listener: LiveListener;
  #sequence = 1;
  #typing = new Map<RoomNumber, { readonly users: Map<UserId, NodeJS.Timeout>; changedAt: number }>();
  #presence = new Map<UserId, Presence>();
  #timer: NodeJS.Timeout;

  constructor(core: RoomsCore, listener: LiveListener) {
    this.#core = core;
    this.#clock = core.options.clock;
    this.#listener = listener;
    this.#timer = setInterval(() => this.#sweep(), AWAY_MS / 3);
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
    const typing = this.#typing.get(room.number) ?? { users: new Map<UserId, NodeJS.Timeout>(), changedAt: 0 };
    this.#typing.set(room.number, typing);
    const was = typing.users.get(user);
    clearTimeout(was);
    typing.users.delete(user);
    if (wish.typing) {
      const timer = setTimeout(
        () => void this.type(user, roomId, { typing: false, timeoutMs: 0 }),
        Math.min(wish.timeoutMs, MAX_TYPING_MS),
      );
      timer.unref();
      typing.users.set(user, timer);
    }
    if ((was !== undefined) !== wish.typing) {
      typing.changedAt = this.#sequence += 1;
      this.#listener.typingChanged(room.number);
    }
    return ok({});
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
    const rooms: RoomNumber[] = [];
    for (const [room, typing] of this.#typing) if (typing.changedAt > sequence) rooms.push(room);
    return rooms;
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
    const presence: Presence = {
      state,
      message,
      lastActive: this.#clock.now(),
      sequence: isNew ? (this.#sequence += 1) : now.sequence,
    };
    this.#presence.set(user, presence);
    if (isNew) this.#listener.presenceChanged(user);
  }

  #sweep(): void {
    const before = this.#clock.now() - AWAY_MS;
    for (const [user, presence] of this.#presence) {
      if (presence.state !== "offline" && presence.lastActive < before) {
        this.#presence.set(user, { ...presence, state: "offline", sequence: (this.#sequence += 1) });
        this.#listener.presenceChanged(user);
      }
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

  /** JSON of the `m.presence` events that changed after a sequence number and that a reader may see. */
  async presenceSince(reader: UserId, sequence: number): Promise<readonly string[]> {
    const events: string[] = [];
    for (const [user, presence] of this.#presence) {
      if (presence.sequence <= sequence || (sequence === 0 && presence.state === "offline")) continue;
      if (user !== reader && !(await this.shares(reader, user))) continue;
      events.push(
        JSON.stringify({ type: "m.presence", sender: user, content: contentOf(presence, this.#clock.now()) }),
      );
    }
    return events;
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
