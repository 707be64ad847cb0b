import type { MatrixClient } from "matrix-js-sdk";
import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { CausewayApi } from "../causeway-api.ts";
import { plainName } from "../people.ts";
import { labelOf } from "../rooms/label.ts";

/** Account data that holds keys; encrypted or not, it is no data to carry about. */
const KEYS = /^(m\.(secret_storage|cross_signing|megolm_backup)|org\.causeway\.custody)\./;

/** Who is not of the directory is refused there, and has nothing in it; any other fault is the export's. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof MatrixError && (error.httpStatus === 403 || error.httpStatus === 404)) return undefined;
  throw error;
}

/** One's own data as JSON: who one is to the directory, sessions, rooms, own messages that this device has, settings. No keys. */
export async function ownData(client: MatrixClient, api: CausewayApi): Promise<string> {
  const [directory, { devices }] = await Promise.all([
    api.get("/directory/me").catch(unlessRefused),
    client.getDevices(),
  ]);
  const me = client.getSafeUserId();
  const rooms = client.getRooms().map((room) => ({
    room_id: room.roomId,
    name: plainName(room.name),
    label: labelOf(room),
    membership: room.getMyMembership(),
    own_messages: room
      .getLiveTimeline()
      .getEvents()
      .filter((event) => event.getSender() === me && event.getType() === "m.room.message")
      .map((event) => ({
        event_id: event.getId(),
        at: new Date(event.getTs()).toISOString(),
        content: event.getContent(),
      })),
  }));
  const settings = [...client.store.accountData.values()]
    .filter((event) => !KEYS.test(event.getType()))
    .map((event) => ({ type: event.getType(), content: event.getContent() }));
  return JSON.stringify(
    { user_id: me, made_at: new Date().toISOString(), directory, sessions: devices, rooms, settings },
    null,
    2,
  );
}
