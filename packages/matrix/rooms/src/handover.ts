import { failure, ok, type Result, type RoomId, type UserId } from "@causeway/base";
import { PowerLevels, roomVersion } from "@causeway/matrix-events";
import { lookupIn } from "./compose.ts";
import type { MembershipActions } from "./handlers-membership.ts";
import { planLeave } from "./membership.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";

function membershipIn(room: Room, user: UserId): unknown {
  return room.entry("m.room.member", user)?.content["membership"];
}

function mayInviteIn(room: Room, user: UserId): boolean {
  const version = roomVersion(room.version);
  if (version === undefined || membershipIn(room, user) !== "join") return false;
  const levels = new PowerLevels(version, lookupIn(room));
  return levels.of(user) >= levels.needed("invite");
}

/** What an administrator of a room usually has. */
const HIGHEST_GIVEN = 100;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Rooms that belong to a post: whoever has the post is brought in, whoever had it goes. */
export class Handover {
  #core: RoomsCore;
  #membership: MembershipActions;

  constructor(core: RoomsCore, membership: MembershipActions) {
    this.#core = core;
    this.#membership = membership;
  }

  /** Whether somebody is in a room and has the power to invite. */
  async mayInvite(user: UserId, roomId: RoomId): Promise<boolean> {
    const room = await this.#core.registry.get(roomId);
    return room !== undefined && mayInviteIn(room, user);
  }

  /** Whether somebody is in a room. */
  async isIn(user: UserId, roomId: RoomId): Promise<boolean> {
    const room = await this.#core.registry.get(roomId);
    return room !== undefined && membershipIn(room, user) === "join";
  }

  /**
   * Invites somebody in the name of the first of `by` who may, else of any member who may, and lets them in at once where `enter`
   * says so; an heir gets the power of those who go. What is done already is done. Somebody who was banned stays out.
   */
  async bringIn(
    roomId: RoomId,
    user: UserId,
    how: { readonly by: readonly UserId[]; readonly enter: boolean; readonly heirTo: readonly UserId[] },
  ): Promise<Result<object>> {
    const room = await this.#core.registry.get(roomId);
    if (room === undefined) return failure("M_NOT_FOUND", "There is no such room.");
    const entered = await this.#enter(room, user, how);
    if (!entered.ok || !how.enter) return entered;
    for (const before of how.heirTo) await this.#passPower(roomId, before, user);
    return ok({});
  }

  async #enter(
    room: Room,
    user: UserId,
    how: { readonly by: readonly UserId[]; readonly enter: boolean },
  ): Promise<Result<object>> {
    const now = membershipIn(room, user);
    if (now === "join") return ok({});
    const isPublic = room.entry("m.room.join_rules", "")?.content["join_rule"] === "public";
    if (now !== "invite" && !(isPublic && how.enter)) {
      const sender = how.by.find((one) => mayInviteIn(room, one)) ?? this.#anyInviter(room);
      if (sender === undefined) return failure("M_FORBIDDEN", "Nobody in the room may invite.");
      const invited = await this.#membership.invite(room.id, { sender, target: user });
      if (!invited.ok) return invited;
    }
    if (!how.enter) return ok({});
    const joined = await this.#membership.join(user, room.id);
    return joined.ok ? ok({}) : joined;
  }

  /** Whoever goes gives the power that they have, and may give, to whoever comes: else a room whose only administrator moves on has none. */
  async #passPower(roomId: RoomId, from: UserId, to: UserId): Promise<void> {
    await this.#core.writer.append(roomId, (room) => {
      const version = roomVersion(room.version);
      const now = room.entry("m.room.power_levels", "")?.content;
      if (version === undefined || now === undefined || membershipIn(room, from) !== "join") return ok([]);
      const levels = new PowerLevels(version, lookupIn(room));
      // The creators of room version 12 stand above all levels, and cannot hand that on: what is below them they can.
      const level = Math.min(levels.of(from), HIGHEST_GIVEN);
      if (levels.of(from) < levels.toSend("m.room.power_levels", true) || levels.of(to) >= level) return ok([]);
      const users = Object.entries(isRecord(now["users"]) ? now["users"] : {}).filter(([user]) => user !== from);
      const content = { ...now, users: { ...Object.fromEntries(users), [to]: level } };
      return ok([{ type: "m.room.power_levels", sender: from, stateKey: "", content }]);
    });
  }

  #anyInviter(room: Room): UserId | undefined {
    for (const entry of room.entriesAt(Number.MAX_SAFE_INTEGER, "m.room.member")) {
      if (entry.event.sender === entry.event.stateKey && mayInviteIn(room, entry.event.sender))
        return entry.event.sender;
    }
    return undefined;
  }

  /** Takes somebody out of a room, or withdraws their invitation; nothing when they are not in it. */
  async letGo(roomId: RoomId, user: UserId): Promise<void> {
    const room = await this.#core.registry.get(roomId);
    const now = room === undefined ? undefined : membershipIn(room, user);
    if (now !== "join" && now !== "invite" && now !== "knock") return;
    const left = await this.#membership.change(roomId, { sender: user, target: user, profile: {} }, planLeave);
    if (!left.ok) throw new Error("a room of a post could not be left");
  }
}
