export { createRooms, type AllRooms, type RoomsListeners } from "./create-rooms.ts";
export type { AppendedEvent, MembershipChange } from "./appended.ts";
export { historyToken, parseHistoryToken } from "./history-token.ts";
export { roomsMigrations } from "./migrations/index.ts";
export type { DirectoryNames, KnownUsers, RemoteJoins, RoomsListener, Signer } from "./ports.ts";
export { contentOf, type Room, type StateEntry } from "./room.ts";
export {
  defaultRoomsLimits,
  type AppendedTransaction,
  type Rooms,
  type RoomsLimits,
  type RoomsOptions,
} from "./rooms.ts";
export type { PageOf } from "./store.ts";
export type { Membership } from "./store-memberships.ts";
export { eventText, type RoomNumber, type StoredEvent, type UnsignedAdditions } from "./stored-event.ts";
export type { Visibility } from "./visibility.ts";
