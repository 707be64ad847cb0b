import type { Accounts } from "@causeway/accounts";
import type { RecordAudit } from "@causeway/audit";
import { parseRoomId, systemUserOf, type ServerName } from "@causeway/base";
import type { Directory } from "@causeway/directory";
import { createKeys, defaultKeysLimits, type Keys } from "@causeway/matrix-keys";
import { createMedia, defaultMediaLimits } from "@causeway/matrix-media";
import { createRooms, defaultRoomsLimits, type AllRooms } from "@causeway/matrix-rooms";
import { createSync, defaultSyncLimits, type Hub } from "@causeway/matrix-sync";
import type { Caller, Database, ServerSigner } from "@causeway/platform";
import { isHeadOf, namesOf } from "./wire-directory.ts";
import type { Late, WireOptions } from "./wire-parts.ts";

/** Builds rooms: what is appended is told to sync and to push. */
export function wireRooms(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly signer: ServerSigner;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly audit: RecordAudit;
    readonly late: Late;
    readonly failed: (error: unknown) => void;
  },
): AllRooms {
  const { config, clock } = options;
  const { late } = parts;
  return createRooms(
    {
      db: parts.db,
      clock,
      signer: parts.signer,
      limits: {
        ...defaultRoomsLimits,
        maxLoadedRooms: config.maxLoadedRooms,
        tailEvents: config.tailEvents,
        maxDelayMs: config.maxDelayMs,
        maxDelayed: config.maxDelayed,
        gatesPersonalDevices: config.devicesGate === "on",
        defaultRoomVersion: config.defaultRoomVersion,
      },
      users: {
        isActive: (user) => parts.accounts.isActive(user),
        isSystem: (user) => user === systemUserOf(parts.signer.serverName),
      },
      names: namesOf(parts.people, systemUserOf(parts.signer.serverName)),
      isHeadOf: (head, person) => isHeadOf(parts.people, head, person),
      listener: {
        appended: (events) => {
          late.hub?.appended(events);
          late.push?.appended(events);
          late.cards?.appended(events);
        },
      },
      failed: parts.failed,
      audit: parts.audit,
    },
    {
      accountDataChanged: (user, change) => late.hub?.accountDataChanged(user, change),
      receiptChanged: ({ room, user, kind, pos }) => {
        late.hub?.roomChangedFor(user, room, pos);
        if (kind === "public") late.hub?.roomChanged(room, pos);
      },
      typingChanged: (room) => late.hub?.liveChanged(room),
      presenceChanged: (user) => late.hub?.presenceChanged(user),
    },
  );
}

/** Builds keys: what changes for a device is told to sync. */
export function wireKeys(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly accounts: Accounts;
    readonly rooms: AllRooms;
    readonly hub: Hub;
    readonly failed: (error: unknown) => void;
  },
): Keys {
  const { accounts, rooms, hub } = parts;
  return createKeys({
    db: parts.db,
    clock: options.clock,
    limits: defaultKeysLimits,
    devices: { devicesOf: (user) => accounts.devicesOf(user) },
    interactive: { check: (caller, operation, given) => accounts.check(caller, operation, given.auth, given.ip) },
    hidden: { hides: (caller, roomId) => hides(rooms, caller, roomId) },
    listener: {
      toDevice: (to, pos, text) => hub.toDevice(to, pos, text),
      deviceListChanged: (change, pos) => hub.deviceListChanged(change, pos),
      keyCountsChanged: (user, device) => hub.keyCountsChanged(user, device),
    },
    failed: parts.failed,
  });
}

/** Whether a device may see nothing of a room. */
async function hides(rooms: AllRooms, caller: Caller, roomId: string): Promise<boolean> {
  const id = caller.managed ? undefined : parseRoomId(roomId);
  const room = id === undefined ? undefined : await rooms.room(id);
  return room !== undefined && rooms.gate.hides(caller, room);
}

/** Builds media in the data directory. */
export function wireMedia(
  { config, clock, directory }: WireOptions,
  parts: { readonly db: Database; readonly serverName: ServerName },
): ReturnType<typeof createMedia> {
  return createMedia({
    ...{ db: parts.db, clock, server: parts.serverName, directory: directory.media },
    limits: { ...defaultMediaLimits, maxBytes: config.maxUploadBytes },
  });
}

/** Builds sync over the hub that everything new passes through. */
export function wireSync(
  { config, clock }: WireOptions,
  parts: { readonly db: Database; readonly rooms: AllRooms; readonly keys: Keys; readonly hub: Hub },
): ReturnType<typeof createSync> {
  const { rooms, keys } = parts;
  return createSync(
    {
      stream: parts.db.stream,
      clock,
      limits: {
        ...defaultSyncLimits,
        defaultTimeline: config.defaultTimeline,
        maxTimeline: config.maxTimeline,
        maxWaitMs: config.maxSyncWaitMs,
      },
      rooms,
      keys,
      userData: rooms.userData,
      receipts: rooms.receipts,
      live: rooms.live,
      gate: rooms.gate,
    },
    parts.hub,
  );
}
