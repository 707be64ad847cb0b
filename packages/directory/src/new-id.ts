import { randomFillSync } from "node:crypto";

const BYTES = 12;
/** Random bytes are fetched for many ids at once: an import makes a hundred thousand. */
const pool = Buffer.alloc(BYTES * 512);
let used = pool.length;

/** A new opaque id of a kind. */
export function newId<Id extends string>(prefix: string, parse: (text: string) => Id | undefined): Id {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const id = parse(`${prefix}${pool.toString("base64url", used, used + BYTES)}`);
  used += BYTES;
  if (id === undefined) throw new Error("an id that was made is none");
  return id;
}
