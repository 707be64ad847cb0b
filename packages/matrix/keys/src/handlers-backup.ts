import { failure, ok, type Result } from "@causeway/base";
import {
  createBackup,
  deleteBackup,
  deleteBackupKeys,
  deleteBackupRoom,
  deleteBackupSession,
  getBackup,
  getBackupKeys,
  getBackupRoom,
  getBackupSession,
  getCurrentBackup,
  putBackupKeys,
  putBackupRoom,
  putBackupSession,
  updateBackup,
} from "@causeway/contract";
import { JsonText, serve, type Caller, type Route } from "@causeway/platform";
import type { Backups, SessionData } from "./backup.ts";
import type { HiddenRooms } from "./ports.ts";
import type { BackupSession } from "./store-backup.ts";

/** The endpoints of key backups. */
export function backupRoutes(backups: Backups, hidden: HiddenRooms): readonly Route[] {
  return [...versionRoutes(backups), ...putRoutes(backups), ...readRoutes(backups, hidden)];
}

function versionRoutes(backups: Backups): readonly Route[] {
  return [
    serve(createBackup, ({ caller, body }) => backups.create(caller.user, body.algorithm, body.auth_data)),
    serve(getCurrentBackup, ({ caller }) => backups.view(caller.user, undefined)),
    serve(getBackup, ({ caller, params }) => backups.view(caller.user, params.version)),
    serve(updateBackup, ({ caller, params, body }) => {
      if (body.version !== undefined && body.version !== params.version)
        return failure("M_INVALID_PARAM", "The versions in the path and the body differ.");
      return backups.update(caller.user, params.version, { algorithm: body.algorithm, authData: body.auth_data });
    }),
    serve(deleteBackup, ({ caller, params }) => backups.delete(caller.user, params.version)),
  ];
}

interface RoomData {
  readonly sessions: Readonly<Record<string, SessionData>>;
}

function listed(
  roomId: string,
  room: RoomData,
): { readonly roomId: string; readonly sessionId: string; readonly data: SessionData }[] {
  return Object.entries(room.sessions).map(([sessionId, data]) => ({ roomId, sessionId, data }));
}

function putRoutes(backups: Backups): readonly Route[] {
  return [
    serve(putBackupKeys, ({ caller, query, body }) =>
      backups.put(
        caller.user,
        query.version,
        Object.entries(body.rooms).flatMap(([roomId, room]) => listed(roomId, room)),
      ),
    ),
    serve(putBackupRoom, ({ caller, params, query, body }) =>
      backups.put(caller.user, query.version, listed(params.roomId, body)),
    ),
    serve(putBackupSession, ({ caller, params, query, body }) =>
      backups.put(caller.user, query.version, [{ roomId: params.roomId, sessionId: params.sessionId, data: body }]),
    ),
    serve(deleteBackupKeys, ({ caller, query }) => backups.remove(caller.user, query.version, {})),
    serve(deleteBackupRoom, ({ caller, params, query }) =>
      backups.remove(caller.user, query.version, { roomId: params.roomId }),
    ),
    serve(deleteBackupSession, ({ caller, params, query }) =>
      backups.remove(caller.user, query.version, { roomId: params.roomId, sessionId: params.sessionId }),
    ),
  ];
}

/** A key as it was given; its sealed part is not read on the way out. */
function textOf(session: BackupSession): string {
  const { firstIndex, forwarded, isVerified, data } = session;
  return `{"first_message_index":${firstIndex},"forwarded_count":${forwarded},"is_verified":${isVerified},"session_data":${data}}`;
}

function sessionsText(sessions: readonly BackupSession[]): string {
  return `{"sessions":{${sessions.map((one) => `${JSON.stringify(one.sessionId)}:${textOf(one)}`).join(",")}}}`;
}

function roomsText(sessions: readonly BackupSession[]): string {
  const rooms = [...Map.groupBy(sessions, (one) => one.roomId)];
  return `{"rooms":{${rooms.map(([room, ofRoom]) => `${JSON.stringify(room)}:${sessionsText(ofRoom)}`).join(",")}}}`;
}

/** Keys of rooms that the device may not see stay where they are. */
async function withoutHidden(
  hidden: HiddenRooms,
  caller: Caller,
  found: Result<readonly BackupSession[]>,
): Promise<Result<readonly BackupSession[]>> {
  if (!found.ok || caller.managed) return found;
  const hides = new Map<string, boolean>();
  for (const { roomId } of found.value) if (!hides.has(roomId)) hides.set(roomId, await hidden.hides(caller, roomId));
  return ok(found.value.filter(({ roomId }) => hides.get(roomId) !== true));
}

function readRoutes(backups: Backups, hidden: HiddenRooms): readonly Route[] {
  const answer = (
    found: Result<readonly BackupSession[]>,
    view: (sessions: readonly BackupSession[]) => Result<JsonText>,
  ): Result<JsonText> => (found.ok ? view(found.value) : found);
  return [
    serve(getBackupKeys, async ({ caller, query }) =>
      answer(await withoutHidden(hidden, caller, await backups.get(caller.user, query.version, {})), (sessions) =>
        ok(new JsonText(roomsText(sessions))),
      ),
    ),
    serve(getBackupRoom, async ({ caller, params, query }) =>
      answer(await backups.get(caller.user, query.version, { roomId: params.roomId }), (sessions) =>
        ok(new JsonText(sessionsText(sessions))),
      ),
    ),
    serve(getBackupSession, async ({ caller, params, query }) =>
      answer(
        await backups.get(caller.user, query.version, { roomId: params.roomId, sessionId: params.sessionId }),
        ([session]) =>
          session === undefined
            ? failure("M_NOT_FOUND", "The backup has no such key.")
            : ok(new JsonText(textOf(session))),
      ),
    ),
  ];
}
