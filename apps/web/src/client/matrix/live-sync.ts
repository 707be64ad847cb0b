import { SyncState, type SyncStateData } from "matrix-js-sdk";

/** Whether a sync has brought what the server has now: it can be reached, and this is not what the device kept. */
export function isLiveSync(state: SyncState, data: SyncStateData | undefined): boolean {
  return (state === SyncState.Syncing || state === SyncState.Prepared) && data?.fromCache !== true;
}
