import { failure, ok, serverOf, type Result, type RoomId, type UserId } from "@causeway/base";
import { PowerLevels, recordIn, roomVersion, type Content } from "@causeway/matrix-events";
import { lookupIn } from "./compose.ts";
import type { Draft } from "./draft.ts";
import { memberContent, type Profile } from "./member-content.ts";
import type { Room } from "./room.ts";

/** What somebody wants to do about a membership. */
export interface MembershipWish {
  readonly sender: UserId;
  readonly target: UserId;
  readonly profile: Profile;
  readonly reason?: string | undefined;
  readonly isDirect?: boolean;
}

function membershipOf(room: Room, user: UserId): string {
  const membership = room.entry("m.room.member", user)?.content["membership"];
  return typeof membership === "string" ? membership : "leave";
}

function draft(wish: MembershipWish, membership: string, more: Content = {}): Draft {
  return {
    type: "m.room.member",
    sender: wish.sender,
    stateKey: wish.target,
    content: { ...memberContent(membership, wish.profile, wish.reason), ...more },
  };
}

/** A join. Nothing to do for somebody who is in; where the room's rules need a voucher, one of its members who may invite is named. */
export function planJoin(
  room: Room,
  wish: MembershipWish,
  mayEnterBy: (allowed: readonly RoomId[]) => boolean,
): Result<readonly Draft[]> {
  const now = membershipOf(room, wish.target);
  if (now === "join") return ok([]);
  const rule = room.entry("m.room.join_rules", "")?.content;
  const restricted = rule?.["join_rule"] === "restricted" || rule?.["join_rule"] === "knock_restricted";
  if (!restricted || now === "invite") return ok([draft(wish, "join")]);
  if (!mayEnterBy(allowedRooms(rule)))
    return failure("M_FORBIDDEN", "You are in none of the rooms whose members may join.");
  const voucher = findVoucher(room);
  if (voucher === undefined) return failure("M_UNABLE_TO_GRANT_JOIN");
  return ok([draft(wish, "join", { join_authorised_via_users_server: voucher })]);
}

/** The rooms whose members a restricted room lets in (client-server API, "Restricted rooms"). */
export function allowedRooms(rule: Content | undefined): readonly RoomId[] {
  const allow = rule?.["allow"];
  if (!Array.isArray(allow)) return [];
  return allow.flatMap((condition: unknown) => {
    const { type, room_id: id }: Record<string, unknown> = { ...(typeof condition === "object" ? condition : {}) };
    return type === "m.room_membership" && typeof id === "string" && id.startsWith("!") ? [id as RoomId] : []; // looks like one; looked up only
  });
}

/** A joined member with the power to invite: the creator, somebody with a level of their own, or anybody where all may. */
function findVoucher(room: Room): UserId | undefined {
  const version = roomVersion(room.version);
  if (version === undefined) return undefined;
  const levels = new PowerLevels(version, lookupIn(room));
  const needed = levels.needed("invite");
  const mayVouch = (user: string): user is UserId =>
    room.entry("m.room.member", user)?.content["membership"] === "join" && levels.of(user) >= needed;
  const named = recordIn(room.entry("m.room.power_levels", "")?.content, "users");
  const first = [room.creator, ...Object.keys(named)].find(mayVouch);
  // Those without a level of their own are all alike.
  if (first !== undefined || levels.of("") < needed) return first;
  for (const entry of room.entriesAt(Number.MAX_SAFE_INTEGER, "m.room.member")) {
    const user = entry.event.stateKey ?? "";
    if (mayVouch(user)) return user;
  }
  return undefined;
}

/** A knock. */
export function planKnock(room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  const now = membershipOf(room, wish.target);
  if (now === "knock") return ok([]);
  if (now === "join" || now === "invite") return failure("M_FORBIDDEN", "You can enter this room already.");
  return ok([draft(wish, "knock")]);
}

/** A leave by oneself: also declines an invitation and withdraws a knock. */
export function planLeave(room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  const now = membershipOf(room, wish.target);
  if (now === "leave") {
    return room.entry("m.room.member", wish.target) === undefined
      ? failure("M_FORBIDDEN", "You are not in this room.")
      : ok([]);
  }
  if (now === "ban") return failure("M_FORBIDDEN", "You are banned from this room.");
  return ok([draft({ ...wish, profile: {} }, "leave")]);
}

/** An invitation. Somebody whom the same person has invited already, with the same words, is not invited again. */
export function planInvite(room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  const now = membershipOf(room, wish.target);
  if (now === "join") return failure("M_FORBIDDEN", "They are in this room already.");
  const before = room.entry("m.room.member", wish.target);
  const again = now === "invite" && before?.event.sender === wish.sender && before.content["reason"] === wish.reason;
  if (again && membershipOf(room, wish.sender) === "join") return ok([]);
  return ok([draft(wish, "invite", wish.isDirect === true ? { is_direct: true } : {})]);
}

/** A removal by somebody else. */
export function planKick(room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  const now = membershipOf(room, wish.target);
  if (now !== "join" && now !== "invite" && now !== "knock")
    return failure("M_FORBIDDEN", "They are not in this room.");
  return ok([draft({ ...wish, profile: {} }, "leave")]);
}

/** A ban. */
export function planBan(_room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  return ok([draft({ ...wish, profile: {} }, "ban")]);
}

/** The end of a ban. */
export function planUnban(room: Room, wish: MembershipWish): Result<readonly Draft[]> {
  if (membershipOf(room, wish.target) !== "ban") return failure("M_FORBIDDEN", "They are not banned from this room.");
  return ok([draft({ ...wish, profile: {} }, "leave")]);
}

/** Whether somebody is of another server, which this one cannot reach yet. */
export function isRemote(user: UserId, serverName: string): boolean {
  return serverOf(user) !== serverName;
}
