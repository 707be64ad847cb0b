import type { Endpoint } from "./endpoint.ts";
import { changePassword, deactivateAccount, deleteDevice, deleteDevices, renameDevice } from "./accounts/account.ts";
import { logout, logoutAll } from "./accounts/sign-in.ts";
import { endSession } from "./cards/sessions.ts";
import {
  createBackup,
  deleteBackup,
  deleteBackupKeys,
  deleteBackupRoom,
  deleteBackupSession,
  putBackupKeys,
  putBackupRoom,
  putBackupSession,
  updateBackup,
} from "./keys/backup.ts";
import { dehydratedEvents, deleteDehydrated, putDehydrated } from "./keys/dehydrated.ts";
import {
  claimKeys,
  queryKeys,
  sendToDevice,
  uploadCrossSigning,
  uploadKeys,
  uploadSignatures,
} from "./keys/device-keys.ts";
import { sendReceipt, setPresence, setReadMarkers } from "./rooms/ephemeral.ts";
import { redactEvent } from "./rooms/events.ts";
import { forgetRoom, leaveRoom } from "./rooms/membership.ts";
import { searchPublicRooms } from "./rooms/reading.ts";
import { searchEvents } from "./rooms/search.ts";
import { createFilter, deleteTag, putAccountData, putRoomAccountData, putTag } from "./user-data/account-data.ts";
import { deletePushRule, putPushRule, putPushRuleActions, putPushRuleEnabled } from "./user-data/push-rules.ts";

/** How an account is held, and may be let go: `locked` may do nothing but sign out, `suspended` may read and put itself in order. */
export type Hold = "locked" | "suspended";

const LOCKED: ReadonlySet<object> = new Set<object>([logout, logoutAll]);
/** Beside reading. What is not in here is refused, so that an endpoint that is new is safe (client-server API, "Account suspension"). */
const SUSPENDED: ReadonlySet<object> = new Set<object>([
  ...LOCKED,
  deleteDevice,
  deleteDevices,
  endSession,
  renameDevice,
  deactivateAccount,
  changePassword,
  createBackup,
  deleteBackup,
  deleteBackupKeys,
  deleteBackupRoom,
  deleteBackupSession,
  putBackupKeys,
  putBackupRoom,
  putBackupSession,
  updateBackup,
  dehydratedEvents,
  deleteDehydrated,
  putDehydrated,
  claimKeys,
  queryKeys,
  sendToDevice,
  uploadCrossSigning,
  uploadKeys,
  uploadSignatures,
  sendReceipt,
  setPresence,
  setReadMarkers,
  redactEvent,
  forgetRoom,
  leaveRoom,
  searchPublicRooms,
  searchEvents,
  createFilter,
  deleteTag,
  putAccountData,
  putRoomAccountData,
  putTag,
  deletePushRule,
  putPushRule,
  putPushRuleActions,
  putPushRuleEnabled,
]);

/** Whether an endpoint may be called by an account that is held. */
export function mayCallWhile(hold: Hold, endpoint: Endpoint): boolean {
  if (hold === "locked") return LOCKED.has(endpoint);
  return endpoint.method === "GET" || SUSPENDED.has(endpoint);
}
