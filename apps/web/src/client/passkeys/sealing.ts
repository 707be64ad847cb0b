import { fromBase64Url, toBase64Url } from "../base64url.ts";

/** What a passkey gave besides its signature (WebAuthn, PRF extension), as a key that shows itself to nobody. */
export interface PasskeyUnlock {
  /** The id of the passkey. */
  readonly passkey: string;
  readonly secret: CryptoKey;
}

const VERSION = "v1";
const PURPOSE = "org.causeway.passkey.storage-key";
const IV_BYTES = 12;
const none = new Uint8Array();

/** Takes up the output of PRF, and wipes it where it lay. */
export async function unlockOf(passkey: string, output: Uint8Array<ArrayBuffer>): Promise<PasskeyUnlock> {
  const secret = await crypto.subtle.importKey("raw", output, "HKDF", false, ["deriveKey"]);
  output.fill(0);
  return { passkey, secret };
}

/** Each account and each passkey has a key of its own: what was sealed for one is never opened for another. */
async function keyOf({ passkey, secret }: PasskeyUnlock, userId: string): Promise<CryptoKey> {
  const info = new TextEncoder().encode(JSON.stringify([PURPOSE, VERSION, userId, passkey]));
  const how = { name: "HKDF", hash: "SHA-256", salt: none, info };
  return await crypto.subtle.deriveKey(how, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seals the key of secret storage for a passkey: the text may lie anywhere. */
export async function sealKey(unlock: PasskeyUnlock, userId: string, key: Uint8Array<ArrayBuffer>): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keyOf(unlock, userId), key);
  return [VERSION, toBase64Url(iv), toBase64Url(new Uint8Array(sealed))].join(".");
}

/** The key in a sealed text; undefined for one of another passkey, of another account, or that was changed. */
export async function openSealed(
  unlock: PasskeyUnlock,
  userId: string,
  text: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [version, iv = "", sealed = "", ...rest] = text.split(".");
  const [nonce, bytes] = [fromBase64Url(iv), fromBase64Url(sealed)];
  if (version !== VERSION || rest.length > 0 || nonce?.length !== IV_BYTES || bytes === undefined) return undefined;
  try {
    const how = { name: "AES-GCM", iv: nonce };
    return new Uint8Array(await crypto.subtle.decrypt(how, await keyOf(unlock, userId), bytes));
  } catch {
    return undefined;
  }
}
