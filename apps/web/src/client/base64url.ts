import { decodeBase64, encodeBase64 } from "./base64.ts";

/** Bytes as text without padding (RFC 4648, section 5). */
export function toBase64Url(bytes: Uint8Array): string {
  return urlSafe(encodeBase64(bytes));
}

/** The same of what is base64 already. */
export function urlSafe(base64: string): string {
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of such a text; undefined when it is none. */
export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined;
  return decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}
