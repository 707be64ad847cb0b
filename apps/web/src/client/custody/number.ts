import { canonicalJson } from "@causeway/base";

/**
 * The number that people compare for a key: twenty digits out of SHA-256 over what it is for, whose it is, and the key. Somebody
 * between has as long as a recovery is open to look for a key with the same number, not minutes: hence more digits than a sign-in has.
 */
export async function numberOf(use: "recovery" | "custodian", userId: string, publicKey: string): Promise<string> {
  const text = new TextEncoder().encode(canonicalJson([`org.causeway.custody.${use}`, userId, publicKey]));
  const digest = new DataView(await crypto.subtle.digest("SHA-256", text));
  const number = ((digest.getBigUint64(0) << 64n) | digest.getBigUint64(8)) % 10n ** 20n;
  return String(number)
    .padStart(20, "0")
    .replaceAll(/(\d{4})(?=\d)/g, "$1 ");
}
