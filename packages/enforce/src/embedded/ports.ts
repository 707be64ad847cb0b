import type { PolicySource } from "../points/source.ts";

/** Port: the policy as an embedded point has it, the time that it decides by, word of each change, and where answers are counted. */
export type EmbeddedSource = Pick<PolicySource, "current" | "now" | "subscribe" | "count">;

/** Port: whom a secret belongs to. Both are looked up by their hash, so that the time it takes says nothing about them. */
export interface Credentials {
  /** The whole user id of a secret for the proxy. */
  userOfSecret(secret: string): string | undefined;
  /** The id of the machine of a point token. */
  machineOfToken(token: string): string | undefined;
}
