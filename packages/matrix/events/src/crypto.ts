/** The primitives that events need, handed in so that this package runs anywhere. Base64 is unpadded. */
export interface Hashing {
  /** The unpadded base64 of the SHA-256 of a text's UTF-8 bytes. */
  sha256(text: string): string;
}

/** Signs as a server. */
export interface EventSigner {
  readonly serverName: string;
  /** `ed25519:<id>`. */
  readonly keyId: string;
  /** The unpadded base64 of the ed25519 signature of a text's UTF-8 bytes. */
  sign(text: string): string;
}

/** Checks a signature with a public key, both base64 with or without padding; false for what is neither. */
export type VerifySignature = (publicKey: string, signature: string, text: string) => boolean;

/** Standard base64 without padding as URL-safe base64. */
export function toUrlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_");
}

/** Base64 as the specification writes it, which may be read with padding as well. */
export function unpadded(base64: string): string {
  return base64.replace(/=+$/, "");
}
