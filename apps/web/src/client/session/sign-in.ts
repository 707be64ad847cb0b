import { askPasskey, type Asking } from "../passkeys/ceremony.ts";
import type { PasskeyUnlock } from "../passkeys/sealing.ts";
import { partOf } from "../read-json.ts";
import { failedSignIn, type SignInFault } from "./sign-in-fault.ts";
import { parseSession, type Session } from "./session.ts";

/** What came of an attempt to sign in. */
export type SignInOutcome =
  | { readonly ok: true; readonly session: Session; readonly unlock?: PasskeyUnlock }
  | { readonly ok: false; readonly fault: SignInFault };

/** Signs in with a password (client-server API, "Login"). `server` is the origin of the homeserver. */
export async function signInWithPassword(
  server: string,
  given: { readonly username: string; readonly password: string; readonly deviceName: string },
): Promise<SignInOutcome> {
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: given.username.trim() },
    password: given.password,
    initial_device_display_name: given.deviceName,
  };
  return await askForSession(server, body);
}

const PASSKEY = "org.causeway.passkey";

/** Signs in with a passkey of this server, whosever it is; what it opens besides stays here. */
export async function signInWithPasskey(
  server: string,
  given: { readonly deviceName: string; readonly asking?: Asking },
): Promise<SignInOutcome> {
  const begun = await post(`${server}/causeway/v1/passkeys/sign-in/options`, {}, PASSKEY);
  if (!begun.ok) return begun;
  const made = await askPasskey(partOf(begun.answer, "publicKey"), given.asking);
  if (!made.ok) return { ok: false, fault: { kind: "passkey", fault: made.fault } };
  const body = { type: PASSKEY, response: made.response, initial_device_display_name: given.deviceName };
  const outcome = await askForSession(server, body);
  return outcome.ok && made.unlock !== undefined ? { ...outcome, unlock: made.unlock } : outcome;
}

/** Sends any kind of login to the server and reads its answer. */
export async function askForSession(server: string, body: { readonly type: string }): Promise<SignInOutcome> {
  const answered = await post(`${server}/_matrix/client/v3/login`, { ...body, refresh_token: true }, body.type);
  if (!answered.ok) return answered;
  const session = sessionOf(answered.answer);
  return session === undefined ? { ok: false, fault: { kind: "surprise" } } : { ok: true, session };
}

async function post(
  address: string,
  body: object,
  type: string,
): Promise<{ readonly ok: true; readonly answer: unknown } | { readonly ok: false; readonly fault: SignInFault }> {
  let response: Response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return { ok: false, fault: { kind: "unreachable" } };
  }
  const answer: unknown = await response.json().catch(() => ({}));
  return response.ok ? { ok: true, answer } : { ok: false, fault: failedSignIn(response, answer, type) };
}

function sessionOf(answer: unknown): Session | undefined {
  const {
    user_id: userId,
    device_id: deviceId,
    access_token: accessToken,
    refresh_token: refreshToken,
  } = Object(answer);
  return parseSession(JSON.stringify({ userId, deviceId, accessToken, refreshToken }));
}

/** Ends a session on the server; whatever the answer, it is over on this device. */
export async function endSession(ask: typeof fetch, server: string, session: Session): Promise<void> {
  await ask(`${server}/_matrix/client/v3/logout`, {
    method: "POST",
    headers: { authorization: `Bearer ${session.accessToken}`, "content-type": "application/json" },
    body: "{}",
    keepalive: true,
  }).catch(() => undefined);
}
