import { createHash } from "node:crypto";

/** Crockford's base 32, in lower case: no i, l, o, u. */
const DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";

/** The publisher's part of a package family name: 13 characters of a hash over the publisher's name, as Windows makes it. */
export function publisherId(publisher: string): string {
  const hash = createHash("sha256").update(Buffer.from(publisher, "utf16le")).digest();
  // 64 bits, and one more so that they divide by five.
  const bits = hash.readBigUInt64BE(0) << 1n;
  return Array.from({ length: 13 }, (_, place) => DIGITS[Number((bits >> BigInt(60 - 5 * place)) & 31n)]).join("");
}

/** A package family name in its two parts; undefined when it is none. */
export function readFamilyName(
  name: string,
): { readonly packageName: string; readonly publisherId: string } | undefined {
  const parts = /^([A-Za-z0-9][A-Za-z0-9.-]{1,48}[A-Za-z0-9])_([0-9a-hjkmnp-tv-z]{13})$/.exec(name);
  const [, packageName, id] = parts ?? [];
  return packageName === undefined || id === undefined ? undefined : { packageName, publisherId: id };
}

/** Whether a package family name is of a publisher: a wrong one of the two would block nothing, or something else. */
export function isOfPublisher(familyName: string, publisher: string): boolean {
  return readFamilyName(familyName)?.publisherId === publisherId(publisher);
}
