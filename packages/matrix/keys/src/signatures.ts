import { canonicalJson } from "@causeway/base";
import { createPublicKey, verify } from "node:crypto";

/** Whether an object carries a good ed25519 signature by a user's key (appendices, "Checking for a signature"). */
export function isSignedBy(
  object: Readonly<Record<string, unknown>>,
  by: { readonly user: string; readonly keyId: string; readonly publicKey: string },
): boolean {
  const signature = signatureIn(object, by.user, by.keyId);
  if (signature === undefined) return false;
  try {
    const text = canonicalJson({ ...object, signatures: undefined, unsigned: undefined });
    const x = Buffer.from(by.publicKey, "base64").toString("base64url");
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
  } catch {
    return false; // a key or a text that cannot be signed carries no good signature
  }
}

/** The signature that an object carries by a user's key. */
export function signatureIn(
  object: Readonly<Record<string, unknown>>,
  user: string,
  keyId: string,
): string | undefined {
  const signatures = member(object, "signatures");
  const signature = member(member(signatures, user), keyId);
  return typeof signature === "string" ? signature : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

/** The one public key of a cross-signing key: its id without the algorithm, which is the key itself. */
export function publicKeyOf(key: { readonly keys?: unknown }): string | undefined {
  const entries = typeof key.keys === "object" && key.keys !== null ? Object.entries(key.keys) : [];
  const [name, value] = entries.length === 1 ? (entries[0] ?? []) : [];
  return typeof value === "string" && name === `ed25519:${value}` ? value : undefined;
}
