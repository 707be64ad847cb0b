import { hash, randomBytes } from "node:crypto";

/** How many random bytes make the hash of a name useless to whoever guesses it. */
export const SALT_BYTES = 16;
/** What a salted hash begins with in the log; no id and no code does. */
const MARK = "blind:";
const scratch = Buffer.alloc(4096);
const BLIND = /^blind:[A-Za-z0-9_-]{43}$/;

/** A value that the log must not hold: the log has `blindOf(salt, value)`, salt and value are kept beside it and can be erased. */
export interface Blinded {
  /** Where the hash stands in the entry: `by`, `on`, or the name of a fact. */
  readonly field: string;
  readonly kind: "user" | "text";
  readonly salt: Uint8Array;
  readonly value: string;
}

/** Makes the salt of one value. */
export function newSalt(): Uint8Array {
  return randomBytes(SALT_BYTES);
}

/** The salted hash of a value: `blind:` and SHA-256(0x02 ‖ salt ‖ value) in base64url. 0x02 keeps it apart from hashes of the tree. */
export function blindOf(salt: Uint8Array, value: string): string {
  const room = 1 + salt.length + value.length * 3;
  const bytes = room <= scratch.length ? scratch : Buffer.alloc(room);
  bytes[0] = 2;
  bytes.set(salt, 1);
  const length = 1 + salt.length + bytes.write(value, 1 + salt.length);
  return `${MARK}${hash("sha256", bytes.subarray(0, length), "base64url")}`;
}

/** Whether a text in an entry is a salted hash. */
export function isBlind(text: string): boolean {
  return BLIND.test(text);
}
