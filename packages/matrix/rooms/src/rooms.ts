import type { RecordAudit } from "@causeway/audit";
import type { EventId, RoomId, UserId } from "@causeway/base";
import type { Clock } from "@causeway/base";
import type { Database, Route } from "@causeway/platform";
import { bundlesFor } from "./bundles.ts";
import { Gate } from "./gate.ts";
import { MembershipIndex } from "./membership-index.ts";
import type { DirectoryNames, KnownUsers, RoomsListener, Signer } from "./ports.ts";
import { RoomRegistry } from "./registry.ts";
import { RuleBook } from "./rule-book.ts";
import type { Room } from "./room.ts";
import { defaultSearchLimits, type SearchLimits } from "./search-limits.ts";
import { defaultIndexerLimits, type IndexerLimits } from "./search-indexer.ts";
import { defaultUserDirectoryLimits, type UserDirectoryLimits } from "./user-directory-limits.ts";
import { page, stateChangedIn, statePieceAt, type PageOf } from "./store.ts";
import { joinedRoomsChangedSince, type Membership } from "./store-memberships.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";
import { Transactions } from "./transactions.ts";
import type { UserData } from "./user-data.ts";
import { visibilityFor, type Visibility } from "./visibility.ts";
import { RoomWriter } from "./writer.ts";

/** Limits of rooms; the configuration fills them. */
export interface RoomsLimits {
  readonly maxLoadedRooms: number;
  readonly tailEvents: number;
  readonly maxPeopleInMemory: number;
  readonly transactionsPerDevice: number;
  readonly transactionDevices: number;
  readonly defaultRoomVersion: string;
  /** The largest page of history. */
  readonly maxPage: number;
  /** How far ahead an event may be scheduled, and how many of one person may wait. */
  readonly maxDelayMs: number;
  readonly maxDelayed: number;
  /** Whether RESTRICTED rooms are kept from personal devices. */
  readonly gatesPersonalDevices: boolean;
  readonly search: SearchLimits & IndexerLimits;
  readonly people: UserDirectoryLimits;
}

/** The limits when nothing else is configured. */
export const defaultRoomsLimits: RoomsLimits = {
  maxLoadedRooms: 5000,
  tailEvents: 100,
  maxPeopleInMemory: 50_000,
  transactionsPerDevice: 20_000,
  transactionDevices: 50_000,
  defaultRoomVersion: "12",
  maxPage: 1000,
  maxDelayMs: 30 * 24 * 60 * 60_000,
  maxDelayed: 100,
  gatesPersonalDevices: true,
  search: { ...defaultSearchLimits, ...defaultIndexerLimits },
  people: defaultUserDirectoryLimits,
};

/** What rooms are made of. */
export interface RoomsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly limits: RoomsLimits;
  readonly users: KnownUsers;
  readonly names: DirectoryNames;
  readonly listener: RoomsListener;
  /** Port: whether somebody is, or acts as, the head of a department of another's. */
  readonly isHeadOf: (head: UserId, person: UserId) => boolean;
  /** Told of work that failed after its answer was given. */
  readonly failed: (error: unknown) => void;
  /** Keeps the record of what is decided about a room, in the same transaction. */
  readonly audit: RecordAudit;
}

/** What every part of this package shares: reading, writing, and who is where. */
export class RoomsCore {
  readonly options: RoomsOptions;
  readonly registry: RoomRegistry;
  readonly book: RuleBook;
  readonly memberships: MembershipIndex;
  readonly writer: RoomWriter;
  readonly gate: Gate;
  readonly transactions: Transactions;

  constructor(options: RoomsOptions) {
    const { db, clock, signer, limits } = options;
    this.options = options;
    this.gate = new Gate({ db, clock, audit: options.audit, isOn: limits.gatesPersonalDevices });
    this.book = new RuleBook(db);
    this.registry = new RoomRegistry(db, limits, () => this.book.ready());
    this.book.onChange((user) => {
      for (const room of this.registry.all()) room.callers?.stale(user);
    });
    this.memberships = new MembershipIndex(db, limits.maxPeopleInMemory);
    this.transactions = new Transactions(db, {
      perDevice: limits.transactionsPerDevice,
      devices: limits.transactionDevices,
    });
    this.writer = new RoomWriter({
      db,
      clock,
      signer,
      registry: this.registry,
      book: this.book,
      memberships: this.memberships,
      listener: options.listener,
      audit: options.audit,
      tailEvents: limits.tailEvents,
    });
  }
}

/** What the rest of the server may ask of rooms. */
export interface Rooms {
  readonly routes: readonly Route[];
  /** The room, read from disk at its first use. */
  room(room: RoomId | RoomNumber): Promise<Room | undefined>;
  /** Everything that somebody is to any room; stays up to date. */
  membershipsOf(user: UserId): Promise<ReadonlyMap<RoomNumber, Membership>>;
  loadedMembershipsOf(user: UserId): ReadonlyMap<RoomNumber, Membership> | undefined;
  /** The rooms that somebody is joined to where an event came after a position. */
  roomsChangedSince(user: UserId, pos: number): Promise<readonly RoomNumber[]>;
  page(room: Room, want: PageOf): Promise<readonly StoredEvent[]>;
  statePieceAt(
    room: Room,
    piece: { readonly type: string; readonly stateKey: string; readonly pos: number },
  ): Promise<StoredEvent | undefined>;
  stateChangedIn(room: Room, range: { readonly from: number; readonly to: number }): Promise<readonly StoredEvent[]>;
  visibilityFor(room: Room, user: UserId): Promise<Visibility>;
  /** The JSON of `m.relations` for events of one room. */
  bundlesFor(reader: UserId, events: readonly StoredEvent[]): Promise<ReadonlyMap<EventId, string>>;
}

/** The reading half of `Rooms`. */
export function readingOf(core: RoomsCore, data: UserData): Omit<Rooms, "routes"> {
  const { db } = core.options;
  return {
    room: (room) => core.registry.get(room),
    membershipsOf: (user) => core.memberships.of(user),
    loadedMembershipsOf: (user) => core.memberships.loaded(user),
    roomsChangedSince: (user, pos) => joinedRoomsChangedSince(db, user, pos),
    page: (room, want) => page(db, room.number, want),
    statePieceAt: (room, piece) => statePieceAt(db, room.number, piece),
    stateChangedIn: (room, range) => stateChangedIn(db, room.number, range),
    visibilityFor: (room, user) => visibilityFor(db, room, user),
    bundlesFor: async (user, events) =>
      events.length === 0 ? new Map() : await bundlesFor(db, { user, ignored: await data.ignoredBy(user) }, events),
  };
}
