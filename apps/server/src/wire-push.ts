import type { Clock } from "@causeway/base";
import { createPush, defaultPushTimes, newVapidKeys, parseVapidKeys, type VapidKeys } from "@causeway/matrix-push";
import { parseQuietHours, QUIET_HOURS } from "@causeway/matrix-push-rules";
import type { AllRooms } from "@causeway/matrix-rooms";
import { writeDurably, type Config, type Database } from "@causeway/platform";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const KEY_FILE = "web-push.key";
const MAX_PUSHERS = 50;

/** Builds push and reads the pushers. */
export async function wirePush(parts: {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly directory: { readonly path: string };
  readonly rooms: AllRooms;
  readonly publicUrl: () => string;
  readonly failed: (error: unknown) => void;
  readonly undelivered: (error: unknown) => void;
}): Promise<ReturnType<typeof createPush>> {
  const { config, db, clock, rooms, failed, undelivered } = parts;
  const made = createPush({
    db,
    clock,
    failed,
    undelivered,
    webHosts: config.pushWebHosts,
    gatewayHosts: config.pushGatewayHosts,
    privateNetworks: config.pushPrivateNetworks,
    keys: openVapidKeys(parts.directory.path),
    contact: () => config.pushContact ?? contactFrom(parts.publicUrl()),
    maxPushers: MAX_PUSHERS,
    times: { ...defaultPushTimes, graceMs: config.pushGraceMs, firstRetryMs: config.pushRetryMs },
    rulesOf: (user) => rooms.userData.rulesOf(user),
    quietHoursOf: async (user) => parseQuietHours(await rooms.userData.get(user, { roomId: "", type: QUIET_HOURS })),
    hasRead: (user, room, since) => rooms.receipts.readSince(room, user, since),
  });
  await made.push.load();
  return made;
}

/** A push service takes no http address: then the server's name as a mailbox, which says as much. */
function contactFrom(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? publicUrl : `mailto:postmaster@${new URL(publicUrl).hostname}`;
}

/** The key pair for push services: browsers subscribe with it, so it stays. */
function openVapidKeys(directory: string): VapidKeys {
  const file = join(directory, KEY_FILE);
  if (!existsSync(file)) writeDurably(file, `${JSON.stringify(newVapidKeys())}\n`);
  return parseVapidKeys(readFileSync(file, "utf8"));
}
