import { instant, type Instant } from "@causeway/base";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { VerifyMachineHint } from "./ports.ts";

/** Signed hints of the machine that was stopped: the proxy's page is opened by the browser, and its link leads here by whatever way. */
export interface MachineHints {
  /** A hint for an address, good for a while. */
  hintOf(address: string, now: Instant): string;
  readonly verify: VerifyMachineHint;
}

const HINT = /^([A-Za-z0-9_-]{1,80})\.([0-9]{1,15})\.([A-Za-z0-9_-]{43})$/;

/** Makes and checks hints under a key that only the server and its points have. */
export function createMachineHints(of: { readonly key: Uint8Array; readonly ttlMs: number }): MachineHints {
  const sign = (text: string): Buffer => createHmac("sha256", of.key).update(`causeway machine hint ${text}`).digest();
  return {
    hintOf: (address, now) => {
      const said = `${Buffer.from(address).toString("base64url")}.${now + of.ttlMs}`;
      return `${said}.${sign(said).toString("base64url")}`;
    },
    verify: (hint, now) => {
      const [, address = "", until = "", mac = ""] = HINT.exec(hint) ?? [];
      const given = Buffer.from(mac, "base64url");
      const right = sign(`${address}.${until}`);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return instant(Number(until)) > now ? Buffer.from(address, "base64url").toString("utf8") : undefined;
    },
  };
}
