import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { MatrixClient } from "matrix-js-sdk";
import { plainName } from "../people.ts";
import { listIn, partOf, textIn } from "../read-json.ts";

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

/** What came of signing sessions out. */
export type EndOutcome = "ended" | "wrong-password" | "no-password";

/** Signs sessions out. The server wants the password again (client-server API, "User-Interactive Authentication"). */
export async function endSessions(client: MatrixClient, ids: readonly string[], password: string): Promise<EndOutcome> {
  const asked = await attempt(client, ids);
  if (asked === undefined) return "ended";
  const flows = listIn(asked, "flows").map((flow) => JSON.stringify(partOf(flow, "stages")));
  if (!flows.includes(JSON.stringify(["m.login.password"]))) return "no-password";
  const answered = await attempt(client, ids, {
    type: "m.login.password",
    session: textIn(asked, "session"),
    identifier: { type: "m.id.user", user: client.getSafeUserId() },
    password,
  });
  return answered === undefined ? "ended" : "wrong-password";
}

/** Undefined when it is done, else what the server asks for. Any other refusal is thrown. */
async function attempt(
  client: MatrixClient,
  ids: readonly string[],
  auth?: Readonly<Record<string, unknown>> & { readonly type: string },
): Promise<unknown> {
  try {
    await client.deleteMultipleDevices([...ids], auth);
    return undefined;
  } catch (error) {
    if (error instanceof MatrixError && error.httpStatus === 401) return error.data;
    throw error;
  }
}
