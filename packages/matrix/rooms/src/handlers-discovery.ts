import { failure, ok, type Result, type UserId } from "@causeway/base";
import {
  getEventByTimestamp,
  getHierarchy,
  getMutualRooms,
  getRoomSummary,
  reportEvent,
  reportRoom,
  reportUser,
} from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { MembershipActions } from "./handlers-membership.ts";
import { hierarchyOf } from "./hierarchy.ts";
import type { Reading } from "./reading.ts";
import type { RoomsCore } from "./rooms.ts";
import { addReport, type Reported } from "./store-reports.ts";
import { fullSummaryOf, mayKnowOf } from "./summary.ts";
import { eventAtTime } from "./timestamp.ts";

/** The endpoints by which people find rooms and events, and report them. */
export function discoveryRoutes(core: RoomsCore, reading: Reading, memberships: MembershipActions): readonly Route[] {
  return [
    serve(getHierarchy, ({ caller, params, query }) =>
      hierarchyOf(core, caller.user, {
        root: params.roomId,
        suggestedOnly: query.suggested_only,
        maxDepth: query.max_depth,
        limit: query.limit,
        from: query.from,
      }),
    ),
    serve(getRoomSummary, async ({ caller, params }) => {
      const id = await memberships.resolve(params.roomIdOrAlias);
      const room = id.ok ? await core.registry.get(id.value) : undefined;
      const head = core.options.db.stream.head();
      const membership = room?.membershipAt(head, caller.user);
      if (room === undefined || !(await mayKnowOf(core, caller.user, room)))
        return failure("M_NOT_FOUND", "There is no such room that you may know of.");
      return ok({ ...fullSummaryOf(room, head), ...(membership === undefined ? {} : { membership }) });
    }),
    serve(getMutualRooms, async ({ caller, query }) => {
      if (query.user_id === caller.user) return failure("M_INVALID_PARAM", "query `user_id`: is yourself");
      if (query.from !== undefined) return failure("M_INVALID_PARAM", "query `from`: not a token of this server");
      const joined = await mutualRooms(core, caller.user, query.user_id);
      return ok({ joined, count: joined.length });
    }),
    serve(getEventByTimestamp, ({ caller, params, query }) =>
      eventAtTime({ core, reading }, caller.user, { roomId: params.roomId, ts: query.ts, dir: query.dir }),
    ),
    ...reportRoutes(core, reading),
  ];
}

async function mutualRooms(core: RoomsCore, left: UserId, right: UserId): Promise<readonly string[]> {
  const [mine, theirs] = await Promise.all([core.memberships.of(left), core.memberships.of(right)]);
  return [...mine.values()]
    .filter((one) => one.membership === "join" && theirs.get(one.room)?.membership === "join")
    .map((one) => one.roomId);
}

function reportRoutes(core: RoomsCore, reading: Reading): readonly Route[] {
  const keep = async (of: Reported, by: UserId, reason: string): Promise<Result<object>> => {
    const tx = core.options.db.begin();
    const at = core.options.clock.now();
    addReport(tx, { ...of, by, at, reason });
    const [on, facts] = "room" in of ? [of.room, { event: of.event }] : [of.about, { person: of.about }];
    core.options.audit(tx, { act: "room.reported", by, on, at, facts: { ...facts, reason } });
    await tx.commit();
    return ok({});
  };
  return [
    serve(reportRoom, async ({ caller, params, body }) => {
      const room = await core.registry.get(params.roomId);
      const was = room?.membershipAt(core.options.db.stream.head(), caller.user) !== undefined;
      // A room that the caller cannot know of is reported like one that does not exist.
      if (room === undefined || !(was || (await mayKnowOf(core, caller.user, room))))
        return failure("M_NOT_FOUND", "There is no such room.");
      return await keep({ room: room.id }, caller.user, body.reason);
    }),
    serve(reportEvent, async ({ caller, params, body }) => {
      const found = await reading.event(caller.user, params.roomId, params.eventId);
      const head = core.options.db.stream.head();
      if (!found.ok || found.value.room.membershipAt(head, caller.user) !== "join")
        return failure("M_NOT_FOUND", "No such event.");
      const { roomId: room, eventId: event } = params;
      return await keep({ room, event }, caller.user, body.reason ?? "");
    }),
    serve(reportUser, async ({ caller, params, body }) =>
      (await core.options.users.isActive(params.userId))
        ? await keep({ about: params.userId }, caller.user, body.reason)
        : failure("M_NOT_FOUND", "Nobody here has this user id."),
    ),
  ];
}
