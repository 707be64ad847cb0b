import { randomBytes } from "node:crypto";

const DIGITS = "0123456789abcdefghijklmnopqrstuv";

/**
 * The id of a new entry: `au_` and 26 digits of base 32, the time first. It is there before the entry has a place in the log; later ones
 * sort after earlier ones, so that an index grows at its end.
 */
export function newEntryId(now: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(randomBytes(10), 6);
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += DIGITS[(held >> bits) & 31];
      held &= (1 << bits) - 1;
    }
  }
  return `au_${text}${DIGITS[(held << (5 - bits)) & 31]}`;
}
