import { isStrictLocalpart } from "@causeway/base";

/** What a provider calls somebody, as the localpart of a user id (appendices, "Mapping from other character sets"); undefined when none fits. */
export function localpartFrom(name: string): string | undefined {
  const bytes = new TextEncoder().encode(name.normalize("NFC").toLowerCase());
  let mapped = "";
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    mapped += /[a-z0-9._/+-]/.test(char) ? char : `=${byte.toString(16).padStart(2, "0")}`;
  }
  return isStrictLocalpart(mapped) && !mapped.startsWith("_") ? mapped : undefined;
}
