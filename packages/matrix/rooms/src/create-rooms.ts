import type { Result, UserId } from "@causeway/base";
import type { Route } from "@causeway/platform";
import type { CreatedRoom, CreateRequest } from "./create.ts";
import { DelayedEvents } from "./delayed-events.ts";
import { createRoutes, makeRoom, type Making } from "./handlers-create.ts";
import { delayedRoutes } from "./handlers-delayed.ts";
import { discoveryRoutes } from "./handlers-discovery.ts";
import { EventActions, eventRoutes } from "./handlers-events.ts";
import { Handover } from "./handover.ts";
import { directoryRoutes } from "./handlers-directory.ts";
import { gated, gateRoutes } from "./handlers-gate.ts";
import { liveRoutes } from "./handlers-live.ts";
import { MembershipActions, membershipRoutes } from "./handlers-membership.ts";
import { readingRoutes } from "./handlers-reading.ts";
import { carryOverOnJoin, upgradeRoutes } from "./handlers-upgrade.ts";
import { searchRoutes } from "./handlers-search.ts";
import { userDirectoryRoutes } from "./handlers-user-directory.ts";
import { userDataRoutes } from "./handlers-user-data.ts";
import { notificationRoutes } from "./notifications.ts";
import { Live, type LiveListener } from "./live.ts";
import type { Gate } from "./gate.ts";
import { Profiles } from "./profiles.ts";
import { Reading } from "./reading.ts";
import { Receipts, type ReceiptsListener } from "./receipts.ts";
import { roomCounts, type RoomCount } from "./room-counts.ts";
import type { RoomNumber } from "./stored-event.ts";
import { readingOf, RoomsCore, type Rooms, type RoomsOptions } from "./rooms.ts";
import { Search } from "./search.ts";
import { SearchIndexer } from "./search-indexer.ts";
import { UserDirectory } from "./user-directory.ts";
import { UserData, type UserDataListener } from "./user-data.ts";

/** Everybody who is told of something. */
export type RoomsListeners = UserDataListener & ReceiptsListener & LiveListener;

/** Rooms with everything that may be done to them and everything around them. */
export interface AllRooms extends Rooms {
  readonly membership: MembershipActions;
  readonly events: EventActions;
  readonly userData: UserData;
  readonly receipts: Receipts;
  readonly live: Live;
  readonly profiles: Profiles;
  readonly handover: Handover;
  readonly gate: Gate;
  /** Reads what has to be in memory before the first request; `gateChanged` is told when a room opens or closes for somebody's devices. */
  load(gateChanged: (user: UserId, room: RoomNumber, pos: number) => void): Promise<void>;
  /** Routes that give nothing of a room to a device that may not see it. */
  gated(routes: readonly Route[]): readonly Route[];
  /** How many positions the search index has yet to take in. */
  searchBehind(): number;
  /** Rooms after one (0: from the first), by names and counts. */
  counts(after: RoomNumber, limit: number): Promise<readonly RoomCount[]>;
  /** Makes a room for somebody; `also` is kept in the same transaction. */
  make(creator: UserId, request: CreateRequest, also?: Making["also"]): Promise<Result<CreatedRoom>>;
  /** Leaves every room of an account that has ended. */
  leaveAll(user: UserId): Promise<void>;
  /** Keeps what is still to be kept, and stops the timers. */
  close(): Promise<void>;
}

/** Builds the rooms of this server. */
export function createRooms(options: RoomsOptions, listeners: RoomsListeners): AllRooms {
  const late: { receipts?: Receipts; live?: Live; people?: UserDirectory } = {};
  const { db, failed, limits } = options;
  const indexer = new SearchIndexer({ db, failed, limits: limits.search });
  const core = new RoomsCore({
    ...options,
    listener: {
      appended: (events) => {
        late.receipts?.appended(events);
        late.live?.appended(events);
        indexer.appended(events);
        late.people?.appended(events);
        options.listener.appended(events);
      },
    },
  });
  const userData = new UserData(options.db, listeners, (user, changes) => core.book.changed(user, changes));
  const receipts = new Receipts({ core, data: userData, listener: listeners });
  const live = new Live(core, listeners);
  const profiles = new Profiles(core);
  const people = new UserDirectory(core, profiles);
  Object.assign(late, { receipts, live, people });
  indexer.wake();
  return assemble(core, { userData, receipts, live, indexer, profiles, people });
}

interface Parts {
  readonly userData: UserData;
  readonly receipts: Receipts;
  readonly live: Live;
  readonly indexer: SearchIndexer;
  readonly profiles: Profiles;
  readonly people: UserDirectory;
}

function assemble(core: RoomsCore, parts: Parts): AllRooms {
  const { userData, receipts, live, indexer, profiles, people } = parts;
  const { clock, failed } = core.options;
  const expiry = setInterval(() => void core.transactions.expire(clock.now()).catch(failed), 60 * 60_000);
  expiry.unref();
  const membership = new MembershipActions(core, profiles, (user, roomId) =>
    carryOverOnJoin({ core, data: userData }, user, roomId),
  );
  const events = new EventActions(core);
  const reading = new Reading(core, userData);
  const delayed = new DelayedEvents(core, events);
  const search = new Search({ core, reading, data: userData, indexer, limits: core.options.limits.search });
  return {
    ...readingOf(core, userData),
    userData,
    receipts,
    live,
    searchBehind: () => indexer.behind(),
    counts: (after, limit) => roomCounts(core, after, limit),
    membership,
    events,
    profiles,
    handover: new Handover(core, membership),
    gate: core.gate,
    load: (gateChanged) =>
      core.gate.load((user, roomId, pos) => {
        void core.registry.get(roomId).then((room) => {
          if (room !== undefined) gateChanged(user, room.number, pos);
          return undefined;
        }, failed);
      }),
    gated: (routes) => gated(core, routes),
    make: (creator, request, also) => makeRoom({ core, profiles }, { creator, also }, request),
    leaveAll: (user) => membership.leaveAll(user),
    close: async () => {
      clearInterval(expiry);
      live.close();
      await delayed.close();
      await indexer.close();
      await receipts.close();
    },
    routes: [
      ...createRoutes(core, profiles),
      ...membershipRoutes(core, membership),
      ...eventRoutes(core, { events, delayed }, membership),
      ...delayedRoutes(core, delayed),
      ...gateRoutes(core),
      ...readingRoutes(core, reading),
      ...discoveryRoutes(core, reading, membership),
      ...upgradeRoutes({ core, profiles, data: userData }),
      ...searchRoutes(search),
      ...userDirectoryRoutes(people),
      ...directoryRoutes(core, reading, profiles),
      ...userDataRoutes(userData),
      ...liveRoutes(receipts, live),
      ...notificationRoutes(core, receipts),
    ],
  };
}
