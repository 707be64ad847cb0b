import {
  failure,
  failureAs,
  ok,
  parseRoomAlias,
  parseRoomId,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import {
  banFromRoom,
  forgetRoom,
  getJoinedRooms,
  inviteToRoom,
  joinByIdOrAlias,
  joinRoom,
  kickFromRoom,
  knockRoom,
  leaveRoom,
  unbanFromRoom,
} from "@causeway/contract";
import { serve, UnmetExpectation, type Route } from "@causeway/platform";
import {
  allowedRooms,
  isRemote,
  planBan,
  planInvite,
  planJoin,
  planKick,
  planKnock,
  planLeave,
  planUnban,
  type MembershipWish,
} from "./membership.ts";
import type { Draft } from "./draft.ts";
import type { Profiles } from "./profiles.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { findAlias } from "./store-aliases.ts";
import { forgetMembership } from "./store-memberships.ts";

/** What people do about who is in a room. */
export class MembershipActions {
  #core: RoomsCore;
  #profiles: Profiles;
  #joined: (user: UserId, roomId: RoomId) => Promise<void>;

  /** `joined` is told of everybody who has come into a room. */
  constructor(core: RoomsCore, profiles: Profiles, joined: (user: UserId, roomId: RoomId) => Promise<void>) {
    this.#core = core;
    this.#profiles = profiles;
    this.#joined = joined;
  }

  /** Joins a room; one that does not exist is refused like one that is closed. */
  async join(user: UserId, roomId: RoomId, reason?: string): Promise<Result<RoomId>> {
    const wish: MembershipWish = { sender: user, target: user, profile: await this.#profiles.forMember(user), reason };
    const rule = (await this.#core.registry.get(roomId))?.entry("m.room.join_rules", "")?.content;
    const inside = await this.#roomsOf(user, allowedRooms(rule));
    const done = await this.#core.writer.append(roomId, (room) =>
      planJoin(room, wish, (allowed) => allowed.some((other) => inside.has(other))),
    );
    if (done.ok && done.value.length > 0) await this.#joined(user, roomId);
    return done.ok ? ok(roomId) : done;
  }

  async #roomsOf(user: UserId, rooms: readonly RoomId[]): Promise<ReadonlySet<RoomId>> {
    if (rooms.length === 0) return new Set();
    const joined = [...(await this.#core.memberships.of(user)).values()].filter((one) => one.membership === "join");
    const known = new Set(joined.map((one) => one.roomId));
    return new Set(rooms.filter((room) => known.has(room)));
  }

  /** Asks to be let in. */
  async knock(user: UserId, roomId: RoomId, reason?: string): Promise<Result<RoomId>> {
    const wish: MembershipWish = { sender: user, target: user, profile: await this.#profiles.forMember(user), reason };
    const done = await this.#core.writer.append(roomId, (room) => planKnock(room, wish));
    return done.ok ? ok(roomId) : done;
  }

  /** Applies one of the plans that need no more than the room. */
  async change(
    roomId: RoomId,
    wish: MembershipWish,
    plan: (room: Room, wish: MembershipWish) => Result<readonly Draft[]>,
  ): Promise<Result<object>> {
    const done = await this.#core.writer.append(roomId, (room) => plan(room, wish));
    return done.ok ? ok({}) : done;
  }

  /** Why nobody can be invited under a user id, or undefined. Told only to those who are in the room. */
  async inviteFault(roomId: RoomId, sender: UserId, target: UserId): Promise<Result<never> | undefined> {
    const inside = (await this.#core.registry.get(roomId))?.entry("m.room.member", sender)?.content["membership"];
    if (inside !== "join") return failure("M_FORBIDDEN", "You are not in this room.");
    if (isRemote(target, this.#core.options.signer.serverName))
      return failure("M_FORBIDDEN", "People of other servers cannot be invited.");
    return (await this.#core.options.users.isActive(target))
      ? undefined
      : failure("M_NOT_FOUND", "Nobody here has this user id.");
  }

  /** Invites somebody who has an account here. */
  async invite(roomId: RoomId, wish: Omit<MembershipWish, "profile">): Promise<Result<object>> {
    const fault = await this.inviteFault(roomId, wish.sender, wish.target);
    if (fault !== undefined) return fault;
    return await this.change(roomId, { ...wish, profile: await this.#profiles.forMember(wish.target) }, planInvite);
  }

  /** Finds the room of an id or an alias. */
  async resolve(idOrAlias: string): Promise<Result<RoomId>> {
    const id = parseRoomId(idOrAlias);
    if (id !== undefined) return ok(id);
    const alias = parseRoomAlias(idOrAlias);
    const found = alias === undefined ? undefined : await findAlias(this.#core.options.db, alias);
    return found === undefined ? failure("M_NOT_FOUND", "No room has this alias.") : ok(found.roomId);
  }

  /** Leaves every room, and declines every invitation, of an account that has ended. */
  async leaveAll(user: UserId): Promise<void> {
    for (const one of [...(await this.#core.memberships.of(user)).values()]) {
      if (one.membership === "leave" || one.membership === "ban") continue;
      const left = await this.change(one.roomId, { sender: user, target: user, profile: {} }, planLeave);
      if (!left.ok) throw new Error("a room could not be left");
    }
  }

  /** Forgets a room that somebody has left. */
  async forget(user: UserId, roomId: RoomId): Promise<Result<object>> {
    const mine = [...(await this.#core.memberships.of(user)).values()].find((one) => one.roomId === roomId);
    if (mine === undefined) return failure("M_NOT_FOUND", "You have never been in this room.");
    if (mine.forgotten) return ok({});
    if (mine.membership !== "leave" && mine.membership !== "ban") return notLeft();
    const tx = this.#core.options.db.begin();
    forgetMembership(tx, user, mine.room);
    tx.onCommitted(() => this.#core.memberships.apply(user, { ...mine, forgotten: true }));
    try {
      await tx.commit();
    } catch (error) {
      if (error instanceof UnmetExpectation) return notLeft();
      throw error;
    }
    return ok({});
  }
}

function notLeft(): Result<never> {
  return failureAs(400, "M_UNKNOWN", "Leave the room first.");
}

/** The endpoints of membership. */
export function membershipRoutes(core: RoomsCore, actions: MembershipActions): readonly Route[] {
  return [...ownRoutes(core, actions), ...othersRoutes(actions)];
}

function ownRoutes(core: RoomsCore, actions: MembershipActions): readonly Route[] {
  const roomAnswer = (done: Result<RoomId>): Result<object> => (done.ok ? ok({ room_id: done.value }) : done);
  return [
    serve(joinRoom, async ({ caller, params, body }) =>
      roomAnswer(await actions.join(caller.user, params.roomId, body.reason)),
    ),
    serve(joinByIdOrAlias, async ({ caller, params, body }) => {
      const roomId = await actions.resolve(params.roomIdOrAlias);
      return roomId.ok ? roomAnswer(await actions.join(caller.user, roomId.value, body.reason)) : roomId;
    }),
    serve(knockRoom, async ({ caller, params, body }) => {
      const roomId = await actions.resolve(params.roomIdOrAlias);
      return roomId.ok ? roomAnswer(await actions.knock(caller.user, roomId.value, body.reason)) : roomId;
    }),
    serve(leaveRoom, ({ caller, params, body }) =>
      actions.change(
        params.roomId,
        { sender: caller.user, target: caller.user, profile: {}, reason: body.reason },
        planLeave,
      ),
    ),
    serve(forgetRoom, ({ caller, params }) => actions.forget(caller.user, params.roomId)),
    serve(getJoinedRooms, async ({ caller }) => {
      const all = [...(await core.memberships.of(caller.user)).values()];
      return ok({ joined_rooms: all.filter((one) => one.membership === "join").map((one) => one.roomId) });
    }),
  ];
}

function othersRoutes(actions: MembershipActions): readonly Route[] {
  const wish = (request: {
    caller: { user: UserId };
    body: { user_id: UserId; reason?: string | undefined };
  }): MembershipWish => ({
    sender: request.caller.user,
    target: request.body.user_id,
    profile: {},
    reason: request.body.reason,
  });
  return [
    serve(inviteToRoom, ({ caller, params, body }) => {
      if (body.user_id !== undefined)
        return actions.invite(params.roomId, wish({ caller, body: { user_id: body.user_id, reason: body.reason } }));
      return "medium" in body || "address" in body
        ? failure("M_THREEPID_DENIED", "Invitations by e-mail or telephone are not offered here.")
        : failure("M_BAD_JSON", "body `user_id`: is missing");
    }),
    serve(kickFromRoom, (request) => actions.change(request.params.roomId, wish(request), planKick)),
    serve(banFromRoom, (request) => actions.change(request.params.roomId, wish(request), planBan)),
    serve(unbanFromRoom, (request) => actions.change(request.params.roomId, wish(request), planUnban)),
  ];
}
