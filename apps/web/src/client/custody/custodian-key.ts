import { canonicalJson } from "@causeway/base";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import { urlSafe } from "../base64url.ts";
import { isSealingKey } from "./sealing.ts";

/** A custodian's key as the server hands it on. */
export interface SignedKey {
  readonly algorithm: string;
  readonly public_key: string;
  readonly signature?: string | undefined;
}

/** What a custodian signs: that this key is theirs, for this use and no other. */
function statementOf(userId: string, key: SignedKey): Uint8Array<ArrayBuffer> {
  const { algorithm, public_key } = key;
  const statement = { type: "org.causeway.custody.custodian_key", user_id: userId, algorithm, public_key };
  return new TextEncoder().encode(canonicalJson(statement));
}

/** The master key of somebody's cross-signing: the public half, and for oneself the secret one, both in base64. */
export interface MasterKey {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Signs a custodian's key with their own master key, by the browser's own Ed25519. */
export async function signed(userId: string, key: SignedKey, master: MasterKey): Promise<SignedKey> {
  const jwk = {
    ...{ kty: "OKP", crv: "Ed25519", key_ops: ["sign"] },
    ...{ x: urlSafe(master.publicKey), d: urlSafe(master.secretKey) },
  };
  const signing = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", signing, statementOf(userId, key)));
  return { ...key, signature: encodeBase64(signature).replaceAll("=", "") };
}

/** Whether a key is one of ours and its owner's master key has signed that it is theirs. */
export async function isSignedBy(userId: string, key: SignedKey, masterKey: string): Promise<boolean> {
  const [signature, raw] = [decodeBase64(key.signature ?? ""), decodeBase64(masterKey)];
  if (signature?.length !== 64 || raw?.length !== 32 || !isSealingKey(key)) return false;
  try {
    const verifying = await crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", verifying, signature, statementOf(userId, key));
  } catch {
    return false;
  }
}
