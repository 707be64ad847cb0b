import { failedSignIn, type SignInFault } from "./sign-in-fault.ts";
import { parseSession, type Session } from "./session.ts";

/** What came of an attempt to sign in. */
export type SignInOutcome =
  | { readonly ok: true; readonly session: Session }
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

/** Sends any kind of login to the server and reads its answer. */
export async function askForSession(server: string, body: object): Promise<SignInOutcome> {
  let response: Response;
  try {
    response = await fetch(`${server}/_matrix/client/v3/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...body, refresh_token: true }),
    });
  } catch {
    return { ok: false, fault: { kind: "unreachable" } };
  }
  const answer: unknown = await response.json().catch(() => ({}));
  if (!response.ok) return { ok: false, fault: failedSignIn(response, answer) };
  const session = sessionOf(answer);
  return session === undefined ? { ok: false, fault: { kind: "surprise" } } : { ok: true, session };
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
