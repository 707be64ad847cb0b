import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import type { MatrixClient } from "matrix-js-sdk";
import { plainName } from "../people.ts";
import { withProof, type Proof } from "../step-up.ts";

/** A place where one is signed in. */
export interface SessionView {
  readonly id: string;
  readonly name: string;
  readonly lastSeen?: number;
  readonly isThis: boolean;
}

/** One's own sessions: this one first, then the latest used. */
export async function ownSessions(client: MatrixClient): Promise<readonly SessionView[]> {
  const { devices } = await client.getDevices();
  const here = client.getDeviceId();
  return devices
    .map(({ device_id: id, display_name: name, last_seen_ts: lastSeen }) => ({
      id,
      name: plainName(name ?? "") || id,
      isThis: id === here,
      ...(lastSeen === undefined ? {} : { lastSeen }),
    }))
    .toSorted(
      (left, right) => Number(right.isThis) - Number(left.isThis) || (right.lastSeen ?? 0) - (left.lastSeen ?? 0),
    );
}

/** Signs sessions out. The server wants a proof (client-server API, "User-Interactive Authentication"). */
export async function endSessions(
  client: MatrixClient,
  ids: readonly string[],
  auth: Proof | undefined,
): Promise<"ended"> {
  await client.http.authedRequest(Method.Post, "/delete_devices", {}, { devices: ids, ...withProof(auth) });
  return "ended";
}
