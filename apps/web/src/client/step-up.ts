import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { MatrixClient } from "matrix-js-sdk";
import { listIn, partOf, textIn } from "./read-json.ts";

/** What the server asks for before it does something that is hard to undo (client-server API, "User-Interactive Authentication"). */
export interface StepUp {
  readonly session: string;
  readonly hasPassword: boolean;
  /** What the browser needs to ask for a passkey; undefined when there is none, or no way to use one here. */
  readonly passkey?: PublicKeyCredentialRequestOptionsJSON;
  /** Set when the last proof was not right. */
  readonly isWrong: boolean;
}

/** What answers it. */
export type Proof = Readonly<Record<string, unknown>>;

const PASSKEY = "org.causeway.passkey";

/** What is asked for, when a refusal asks for a proof; undefined for any other. */
export function stepUpIn(error: unknown): StepUp | undefined {
  if (!(error instanceof MatrixError) || error.httpStatus !== 401) return undefined;
  const session = textIn(error.data, "session");
  const stages = listIn(error.data, "flows").map((flow) => JSON.stringify(partOf(flow, "stages")));
  if (session === "" || stages.length === 0) return undefined;
  const options: unknown = partOf(partOf(partOf(error.data, "params"), PASSKEY), "publicKey");
  const isUsable = options !== undefined && "PublicKeyCredential" in globalThis;
  return {
    session,
    hasPassword: stages.includes(JSON.stringify(["m.login.password"])),
    ...(isUsable ? { passkey: options as PublicKeyCredentialRequestOptionsJSON } : {}), // checked by the browser
    isWrong: textIn(error.data, "errcode") !== "",
  };
}

/** The proof that a password is. */
export function passwordProof(client: MatrixClient, { session }: StepUp, password: string): Proof {
  const identifier = { type: "m.id.user", user: client.getSafeUserId() };
  return { type: "m.login.password", session, identifier, password };
}

/** Asks the browser for a passkey. Undefined when the person let it be. */
export async function passkeyProof({ session, passkey }: StepUp): Promise<Proof | undefined> {
  if (passkey === undefined) return undefined;
  // What the passkey could unlock besides is nothing that the server may see: it is not even asked for.
  const { extensions: _none, ...plain } = passkey;
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(plain);
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) return undefined;
  return { type: PASSKEY, session, response: credential.toJSON() };
}
