import { instant, type Instant } from "@causeway/base";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How long a page that was left open still says which machine was stopped. */
const LIFE_MS = 8 * 3_600_000;
const MAC_BYTES = 16;

/**
 * Says to the rest of Causeway which machine was stopped, so that a request made from the page is about that one: behind a proxy every
 * browser comes from the proxy's address. A hint is the machine's source address, or its id where it showed a token, with an end, signed
 * with a key that only this installation has. It opens nothing: whoever decides sees the machine.
 */
export interface MachineHints {
  /** A hint about a machine, to be put into an address. */
  write(machine: string, now: Instant): string;
  /** The source address or id of the machine; undefined for a hint that is forged or too old. */
  read(hint: string, now: Instant): string | undefined;
}

/** Hints under a key. */
export function createMachineHints(key: Uint8Array): MachineHints {
  const mac = (machine: string, ends: string): Buffer =>
    createHmac("sha256", key).update(`causeway machine hint 1\n${machine}\n${ends}`).digest().subarray(0, MAC_BYTES);
  return {
    write: (machine, now) => {
      const ends = Math.ceil((now + LIFE_MS) / 1000).toString(36);
      return `${Buffer.from(machine).toString("base64url")}.${ends}.${mac(machine, ends).toString("base64url")}`;
    },
    read: (hint, now) => {
      const match = /^([A-Za-z0-9_-]{1,120})\.([0-9a-z]{1,9})\.([A-Za-z0-9_-]{22})$/.exec(hint);
      if (match === null) return undefined;
      const { 1: name = "", 2: ends = "", 3: given = "" } = match;
      const machine = Buffer.from(name, "base64url").toString("utf8");
      if (!timingSafeEqual(Buffer.from(given, "base64url"), mac(machine, ends))) return undefined;
      return instant(Number.parseInt(ends, 36) * 1000) > now ? machine : undefined;
    },
  };
}
