import { failure, ok, parseRoomId, type Result, type RoomId, type UserId } from "@causeway/base";
import { createRoom, deleteGateGrant, listGateGrants, putGateGrant, type Endpoint } from "@causeway/contract";
import { serve, type Caller, type Request, type Route } from "@causeway/platform";
import { isRestricted, LABEL, labelIn } from "./labels.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import type { GateGrant } from "./store-gate.ts";

const LONGEST_MS = 366 * 24 * 60 * 60_000;

/** The endpoints of heads' permissions. */
export function gateRoutes(core: RoomsCore): readonly Route[] {
  const { gate, options } = core;
  return [
    serve(listGateGrants, async ({ caller, params }) => {
      const room = await core.registry.get(params.roomId);
      const isIn = room?.membershipAt(options.db.stream.head(), caller.user) === "join";
      const mine = gate.grantsOf(params.roomId).filter((one) => isIn || options.isHeadOf(caller.user, one.user));
      return isIn || mine.length > 0 ? ok({ personal_devices: mine.map(viewOf) }) : failure("M_FORBIDDEN");
    }),
    serve(putGateGrant, async ({ caller, params, body, now }) => {
      const may = await mayDecide(core, caller, params);
      if (!may.ok) return may;
      if (body.until_ts <= now || body.until_ts > now + LONGEST_MS)
        return failure("M_INVALID_PARAM", "body `until_ts`: has passed, or is more than a year away");
      const { reason, until_ts: until } = body;
      return ok(
        viewOf(await gate.allow({ roomId: params.roomId, user: params.userId, by: caller.user, reason, until })),
      );
    }),
    serve(deleteGateGrant, async ({ caller, params }) => {
      const may = await mayDecide(core, caller, params);
      if (!may.ok) return may;
      await gate.withdraw({ roomId: params.roomId, user: params.userId, by: caller.user });
      return ok({});
    }),
  ];
}

/** Only the head of the person's department decides, and nobody for themselves. */
async function mayDecide(
  core: RoomsCore,
  caller: Caller,
  on: { readonly roomId: RoomId; readonly userId: UserId },
): Promise<Result<undefined>> {
  if (caller.user === on.userId || !core.options.isHeadOf(caller.user, on.userId))
    return failure("NOT_PERMITTED", "Only the head of the person's department decides this.");
  const room = await core.registry.get(on.roomId);
  const membership = room?.membershipAt(core.options.db.stream.head(), on.userId);
  return membership === "join" || membership === "invite"
    ? ok(undefined)
    : failure("M_NOT_FOUND", "The person is not in such a room.");
}

function viewOf(grant: GateGrant): object {
  const { user: user_id, by: allowed_by, reason, at: allowed_ts, until: until_ts } = grant;
  return { user_id, allowed_by, reason, allowed_ts, until_ts };
}

/** What a device that may not see a room may still do about it. */
const STILL_OPEN = /\/(leave|forget|join)$|^\/causeway\//;

/** The same routes, of which none gives anything of a room to a device that may not see it. Whatever names a room in its path is kept by it. */
export function gated(core: RoomsCore, routes: readonly Route[]): readonly Route[] {
  return routes.map((route) => {
    const [path = ""] = [route.endpoint.path].flat();
    if (path === createRoom.path) return guarded(route, (request) => creationFault(core, request));
    return path.includes("/:roomId") && !STILL_OPEN.test(path)
      ? guarded(route, (request) => roomFault(core, request))
      : route;
  });
}

function guarded(
  route: Route,
  faultOf: (request: Request<Endpoint>) => Promise<Result<never> | undefined> | Result<never> | undefined,
): Route {
  return {
    endpoint: route.endpoint,
    handler: (request) => {
      const fault = faultOf(request);
      if (fault === undefined) return route.handler(request);
      return Promise.resolve(fault).then((found) => found ?? route.handler(request));
    },
  };
}

/** The caller, at an endpoint that is not open. */
function callerOf(request: { readonly caller: Caller | undefined }): Caller | undefined {
  return request.caller;
}

/** Answers at once for a room in memory: every send passes here. */
function roomFault(
  core: RoomsCore,
  request: Request<Endpoint>,
): Promise<Result<never> | undefined> | Result<never> | undefined {
  const caller = callerOf(request);
  const roomId: unknown = Reflect.get(Object(request.params), "roomId");
  if (caller === undefined || caller.managed || !core.gate.isOn || typeof roomId !== "string") return undefined;
  const id = parseRoomId(roomId);
  if (id === undefined) return undefined;
  const faultIn = (room: Room | undefined): Result<never> | undefined =>
    room !== undefined && core.gate.hides(caller, room) ? failure("ROOM_GATED") : undefined;
  const loaded = core.registry.loaded(id);
  return loaded === undefined ? core.registry.get(id).then(faultIn) : faultIn(loaded);
}

/** Who makes such a room on such a device would not see it. */
function creationFault(core: RoomsCore, request: Request<Endpoint>): Result<never> | undefined {
  const caller = callerOf(request);
  if (caller === undefined || caller.managed || !core.gate.isOn) return undefined;
  const pieces: unknown = Reflect.get(Object(request.body), "initial_state");
  const isLabelled = (Array.isArray(pieces) ? pieces : []).some((piece: unknown) => {
    const { type, content }: Record<string, unknown> = { ...Object(piece) };
    return type === LABEL && isRestricted(labelIn({ ...Object(content) }));
  });
  return isLabelled
    ? failure("ROOM_GATED", "A RESTRICTED room is made on a managed device: a personal one would not show it.")
    : undefined;
}
