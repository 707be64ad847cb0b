import type { Result, UserId } from "@causeway/base";
import type { CreatedRoom, CreateRequest } from "./create.ts";
import { createRoutes, makeRoom } from "./handlers-create.ts";
import { EventActions, eventRoutes } from "./handlers-events.ts";
import { MembershipActions, membershipRoutes } from "./handlers-membership.ts";
import { Profiles } from "./profiles.ts";
import { readingOf, RoomsCore, type Rooms, type RoomsOptions } from "./rooms.ts";

/** Rooms with everything that may be done to them. */
export interface AllRooms extends Rooms {
  readonly membership: MembershipActions;
  readonly events: EventActions;
  /** Makes a room for somebody. */
  make(creator: UserId, request: CreateRequest): Promise<Result<CreatedRoom>>;
  /** Writes somebody's present name into the rooms that they are in, after it changed in the directory. */
  profileChanged(user: UserId): Promise<void>;
}

/** Builds the rooms of this server. */
export function createRooms(options: RoomsOptions): AllRooms {
  const core = new RoomsCore(options);
  const profiles = new Profiles(core);
  const membership = new MembershipActions(core, profiles);
  const events = new EventActions(core);
  return {
    ...readingOf(core),
    membership,
    events,
    make: (creator, request) => makeRoom(core, profiles, creator, request),
    profileChanged: (user) => profiles.tellRooms(user),
    routes: [...createRoutes(core, profiles), ...membershipRoutes(core, membership), ...eventRoutes(core, events, membership)],
  };
}
