import type { CausewayApi } from "../causeway-api.ts";
import { plainName } from "../people.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";
import { withProof, type Proof } from "../step-up.ts";

/** One of one's own passkeys. */
export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly lastUsed?: number;
  /** Its authenticator can open things (PRF). */
  readonly canUnlock: boolean;
  /** What PRF is evaluated with. */
  readonly salt: string;
  /** The key of secret storage, sealed for it. */
  readonly sealed?: string;
}

const BASE = "/passkeys";

function viewOf(value: unknown): PasskeyView {
  const id = textIn(value, "id");
  const [lastUsed, sealed] = [numberIn(value, "last_used_ts"), textIn(value, "sealed")];
  return {
    id,
    name: plainName(textIn(value, "name")) || id,
    created: numberIn(value, "created_ts") ?? 0,
    ...(lastUsed === undefined ? {} : { lastUsed }),
    canUnlock: partOf(value, "prf") === true,
    salt: textIn(value, "salt"),
    ...(sealed === "" ? {} : { sealed }),
  };
}

/** One's own passkeys, oldest first. */
export async function ownPasskeys(api: CausewayApi): Promise<readonly PasskeyView[]> {
  return listIn(await api.get(BASE), "passkeys").map(viewOf);
}

/** What the browser needs to make one; the server wants a proof first. */
export async function passkeyCreation(api: CausewayApi, auth: Proof | undefined): Promise<unknown> {
  return partOf(await api.post(`${BASE}/options`, withProof(auth)), "publicKey");
}

/** Adds what the browser made. */
export async function addPasskey(api: CausewayApi, name: string, response: object): Promise<PasskeyView> {
  return viewOf(await api.post(BASE, { name, response }));
}

/** Removes one, and what is sealed for it. */
export async function removePasskey(api: CausewayApi, id: string, auth: Proof | undefined): Promise<void> {
  await api.delete(`${BASE}/${encodeURIComponent(id)}`, {}, withProof(auth));
}

/** Keeps what is sealed for one. */
export async function keepSealed(api: CausewayApi, id: string, sealed: string): Promise<void> {
  await api.put(`${BASE}/${encodeURIComponent(id)}`, { sealed });
}
