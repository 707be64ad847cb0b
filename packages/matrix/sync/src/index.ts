export { createSync, type Sync, type SyncOptions } from "./create-sync.ts";
export { Hub, type HubParts } from "./hub.ts";
export { defaultSyncLimits, type SyncLimits } from "./limits.ts";
export type {
  AccountDatum,
  DeviceListChange,
  KeyCounts,
  SyncKeys,
  SyncLive,
  SyncReceipts,
  SyncUserData,
  ToDeviceMessage,
  ToDeviceRange,
  UnreadCounts,
} from "./ports.ts";
