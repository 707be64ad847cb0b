import { canonicalJson, failure, NotCanonicalError, ok, type Result } from "@causeway/base";

/** The canonical JSON of a key as it is kept: what is signed must have one, and be of a bearable size. */
export function keptJson(value: unknown, maxBytes: number): Result<string> {
  let text: string;
  try {
    text = canonicalJson(value);
  } catch (error) {
    if (error instanceof NotCanonicalError) return failure("M_BAD_JSON", `A key has ${error.message}.`);
    throw error;
  }
  return Buffer.byteLength(text) > maxBytes ? failure("M_TOO_LARGE", "A key is too large.") : ok(text);
}
