import { randomBytes } from "node:crypto";

const BYTES = 12;

/** A new opaque id of a kind. */
export function newId<Id extends string>(prefix: string, parse: (text: string) => Id | undefined): Id {
  const id = parse(`${prefix}${randomBytes(BYTES).toString("base64url")}`);
  if (id === undefined) throw new Error("an id that was made is none");
  return id;
}
