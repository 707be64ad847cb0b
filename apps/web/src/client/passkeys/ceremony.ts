import { fromBase64Url, toBase64Url } from "../base64url.ts";
import { partOf, textIn } from "../read-json.ts";
import { passkeyFaultOf, type PasskeyFault } from "./passkey-fault.ts";
import { unlockOf, type PasskeyUnlock } from "./sealing.ts";

/** What came of asking the browser for a passkey. */
export type Ceremony =
  | {
      readonly ok: true;
      /** For the server: without what only this device may know. */
      readonly response: object;
      /** What the passkey opens, where its authenticator can do that. */
      readonly unlock?: PasskeyUnlock;
    }
  | { readonly ok: false; readonly fault: PasskeyFault };

/** How it is asked for. */
export interface Asking {
  /** Conditional: among the suggestions under a field, without a window. */
  readonly mediation?: CredentialMediationRequirement;
  readonly signal?: AbortSignal;
}

/** Whether passkeys can be suggested under a field here. */
export async function canSuggestPasskeys(): Promise<boolean> {
  if (whyNot() !== undefined) return false;
  return (await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false)) ?? false;
}

/** Asks for a passkey. `options` is what the server gave. */
export async function askPasskey(options: unknown, asking: Asking = {}): Promise<Ceremony> {
  return await ceremony(async () => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(withoutExtensions(options));
    const extensions = prfInputs(options);
    return await navigator.credentials.get({ ...asking, publicKey: { ...publicKey, extensions } });
  });
}

/** Makes a passkey. */
export async function makePasskey(options: unknown): Promise<Ceremony> {
  return await ceremony(async () => {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(withoutExtensions(options));
    const extensions = prfInputs(options);
    return await navigator.credentials.create({ publicKey: { ...publicKey, extensions } });
  });
}

async function ceremony(ask: () => Promise<Credential | null>): Promise<Ceremony> {
  const fault = whyNot();
  if (fault !== undefined) return { ok: false, fault };
  try {
    const credential = await ask();
    if (!(credential instanceof PublicKeyCredential)) return { ok: false, fault: "cancelled" };
    const output = prfOutput(credential.getClientExtensionResults());
    const response = withoutPrfOutput(credential.toJSON());
    return {
      ok: true,
      response,
      ...(output === undefined ? {} : { unlock: await unlockOf(credential.id, output) }),
    };
  } catch (error) {
    return { ok: false, fault: passkeyFaultOf(error) };
  }
}

function whyNot(): PasskeyFault | undefined {
  if (globalThis.isSecureContext !== true) return "insecure";
  const isThere = "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;
  return isThere ? undefined : "unsupported";
}

/** NOTE Browsers differ in which extensions they read from JSON; what is asked of PRF is read here, and nothing else is wanted. */
function withoutExtensions<T>(options: unknown): T {
  const { extensions: _ours, ...rest } = Object(options);
  return rest as T; // checked by the browser
}

/** What PRF is to be evaluated with. */
export function prfInputs(options: unknown): AuthenticationExtensionsClientInputs {
  const prf = partOf(partOf(options, "extensions"), "prf");
  const all = valuesIn(partOf(prf, "eval"));
  const each = Object.entries(Object(partOf(prf, "evalByCredential"))).flatMap(([id, values]) => {
    const read = valuesIn(values);
    return read === undefined ? [] : [[id, read] as const];
  });
  if (each.length > 0) return { prf: { evalByCredential: Object.fromEntries(each) } };
  return all === undefined ? {} : { prf: { eval: all } };
}

function valuesIn(values: unknown): AuthenticationExtensionsPRFValues | undefined {
  const first = fromBase64Url(textIn(values, "first"));
  return first === undefined || first.length === 0 ? undefined : { first };
}

function prfOutput(results: AuthenticationExtensionsClientOutputs): Uint8Array<ArrayBuffer> | undefined {
  const first = results.prf?.results?.first;
  if (first === undefined) return undefined;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return bytes.length === 0 ? undefined : bytes;
}

/** What a browser made, without the output of PRF: that is this device's secret, and the server refuses a client that sends it. */
export function withoutPrfOutput(credential: unknown): object {
  const results = Object(partOf(credential, "clientExtensionResults"));
  const { prf, ...others } = results;
  const isEnabled: unknown = partOf(prf, "enabled");
  const kept = typeof isEnabled === "boolean" ? { ...others, prf: { enabled: isEnabled } } : others;
  return { ...Object(credential), clientExtensionResults: kept };
}

/** Whether the new passkey can open anything besides. */
export function canUnlock(response: object): boolean {
  return partOf(partOf(partOf(response, "clientExtensionResults"), "prf"), "enabled") === true;
}

/** Options for asking one's own passkeys here, without the server: for what they open, not for their signature. */
export function unlockOptions(passkeys: readonly { readonly id: string; readonly salt: string }[]): object {
  return {
    challenge: toBase64Url(crypto.getRandomValues(new Uint8Array(32))),
    allowCredentials: passkeys.map(({ id }) => ({ type: "public-key", id })),
    userVerification: "required",
    extensions: {
      prf: { evalByCredential: Object.fromEntries(passkeys.map(({ id, salt }) => [id, { first: salt }])) },
    },
  };
}

/** Tells the browser that the server knows a passkey no longer, so that it is not offered again; best effort (WebAuthn Level 3). */
export async function forgetAtBrowser(credentialId: string): Promise<void> {
  if (whyNot() !== undefined || !("signalUnknownCredential" in PublicKeyCredential)) return;
  await PublicKeyCredential.signalUnknownCredential({ rpId: location.hostname, credentialId }).catch(() => undefined);
}
