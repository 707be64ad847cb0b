import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { MatrixClient } from "matrix-js-sdk";
import { askPasskey } from "./passkeys/ceremony.ts";
import type { PasskeyFault } from "./passkeys/passkey-fault.ts";
import { listIn, partOf, textIn } from "./read-json.ts";

/** What the server asks for before it does something that is hard to undo (client-server API, "User-Interactive Authentication"). */
export interface StepUp {
  readonly session: string;
  readonly hasPassword: boolean;
  /** One can show who one is where one signs in: at the identity provider. */
  readonly hasProvider: boolean;
  /** What the browser needs to ask for a passkey; undefined where it would not do, or one has none. */
  readonly passkey?: object;
  /** A passkey would do, and one has none. */
  readonly lacksPasskey: boolean;
  /** Set when the last proof was not right. */
  readonly isWrong: boolean;
}

/** What answers it. */
export type Proof = Readonly<Record<string, unknown>>;

/** The part of a request that carries it. */
export function withProof(auth: Proof | undefined): { readonly auth?: Proof } {
  return auth === undefined ? {} : { auth };
}

const PASSWORD = "m.login.password";
const PROVIDER = "m.login.sso";
const PASSKEY = "org.causeway.passkey";

/** What is asked for, when a refusal asks for a proof; undefined for any other. */
export function stepUpIn(error: unknown): StepUp | undefined {
  return error instanceof MatrixError && error.httpStatus === 401 ? stepUpOf(error.data) : undefined;
}

/** Reads such a refusal. */
export function stepUpOf(refusal: unknown): StepUp | undefined {
  const session = textIn(refusal, "session");
  const flows = listIn(refusal, "flows").map((flow) => listIn(flow, "stages"));
  if (session === "" || flows.length === 0) return undefined;
  const would = (stage: string): boolean => flows.some((stages) => stages.length === 1 && stages[0] === stage);
  const options: unknown = partOf(partOf(partOf(refusal, "params"), PASSKEY), "publicKey");
  const hasPasskey = would(PASSKEY) && listIn(options, "allowCredentials").length > 0;
  return {
    session,
    hasPassword: would(PASSWORD),
    hasProvider: would(PROVIDER),
    ...(hasPasskey ? { passkey: Object(options) } : {}),
    lacksPasskey: would(PASSKEY) && !hasPasskey,
    isWrong: textIn(refusal, "errcode") !== "",
  };
}

/** The proof that a password is. */
export function passwordProof(client: MatrixClient, { session }: StepUp, password: string): Proof {
  const identifier = { type: "m.id.user", user: client.getSafeUserId() };
  return { type: PASSWORD, session, identifier, password };
}

/** Asks the browser for a passkey. */
export async function passkeyProof({ session, passkey }: StepUp): Promise<Proof | PasskeyFault> {
  // What the passkey could open besides is not asked for: it is only to sign.
  const { extensions: _none, ...plain } = Object(passkey);
  const given = await askPasskey(plain);
  return given.ok ? { type: PASSKEY, session, response: given.response } : given.fault;
}

/** What the server's page says on when somebody has shown at the provider who they are. */
const CHANNEL = "causeway-auth";

/**
 * Opens the identity provider in a window of its own, where one signs in again. `done` is called when the server's page there says so;
 * the proof is worth nothing before that. Returns how to listen no longer.
 */
export function openProvider(client: MatrixClient, { session }: StepUp, done: () => void): () => void {
  const address = new URL(`/_matrix/client/v3/auth/${PROVIDER}/fallback/web`, client.getHomeserverUrl());
  address.searchParams.set("session", session);
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = () => done();
  window.open(address, "_blank", "popup,width=480,height=680");
  return () => channel.close();
}

/** The proof that was given at the provider: the session knows it. */
export function providerProof({ session }: StepUp): Proof {
  return { session };
}
