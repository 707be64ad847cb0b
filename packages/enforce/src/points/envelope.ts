import { verifySignature } from "@causeway/platform";
import { applyDelta, type PolicyDelta, type PolicyDocument } from "@causeway/policy";
import { z } from "zod";

/** A key that policies are signed with. */
export const verifyKey = z.object({ id: z.string(), public_key: z.string() });
/** A key that policies are signed with. */
export type VerifyKey = z.output<typeof verifyKey>;

const envelope = z.object({ signed: z.string(), signatures: z.record(z.string(), z.string()) });
const head = z.object({
  format: z.literal(1),
  installation: z.string(),
  version: z.number().int().min(1),
  issued: z.number().int(),
  since: z.number().int().optional(),
});
const keyList = z.object({
  format: z.literal(1),
  installation: z.string(),
  serial: z.number().int(),
  keys: z.array(verifyKey).min(1).max(20),
});

/** Whom a point believes. */
export interface Trust {
  readonly installation: string;
  readonly keys: readonly VerifyKey[];
  /** Of the list of keys. */
  readonly serial: number;
}

/** Why something that came is not believed. `again`: it is the version that is there already. `gap`: steps are missing. */
export type EnvelopeFault = "unreadable" | "signature" | "other-installation" | "older" | "again" | "gap";

/** Reads a signed text; a fault when none of the keys has signed it. */
function openEnvelope(text: string, keys: readonly VerifyKey[]): { readonly signed: string } | EnvelopeFault {
  const parsed = envelope.safeParse(parse(text));
  if (!parsed.success) return "unreadable";
  const { signed, signatures } = parsed.data;
  const isSigned = keys.some(({ id, public_key: key }) => {
    const signature = Object.hasOwn(signatures, id) ? signatures[id] : undefined;
    return signature !== undefined && verifies(key, signature, signed);
  });
  return isSigned ? { signed } : "signature";
}

/** The policy that comes of what a server sent, after the one that there is; or why it is not taken. */
export function takePolicy(
  text: string,
  trust: Trust,
  before: PolicyDocument | undefined,
): PolicyDocument | EnvelopeFault {
  const opened = openEnvelope(text, trust.keys);
  if (typeof opened === "string") return opened;
  const value = parse(opened.signed);
  const facts = head.safeParse(value);
  if (!facts.success) return "unreadable";
  const { installation, version, issued, since } = facts.data;
  if (installation !== trust.installation) return "other-installation";
  if (before !== undefined && version === before.version) return "again";
  if (before !== undefined && (version < before.version || issued < before.issued)) return "older";
  // NOTE Signed by the server, which made it from typed rows: its members are not looked at one by one.
  if (since === undefined) return value as PolicyDocument;
  if (before === undefined) return "gap";
  const after = applyDelta(before, value as PolicyDelta);
  return typeof after === "string" ? "gap" : after;
}

/** The keys to believe from now on; or why a list is not taken. */
export function takeKeys(text: string, trust: Trust): Trust | EnvelopeFault {
  const opened = openEnvelope(text, trust.keys);
  if (typeof opened === "string") return opened;
  const list = keyList.safeParse(parse(opened.signed));
  if (!list.success) return "unreadable";
  const { installation, serial, keys } = list.data;
  if (installation !== trust.installation) return "other-installation";
  if (serial === trust.serial) return "again";
  return serial < trust.serial ? "older" : { installation, serial, keys };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function verifies(key: string, signature: string, text: string): boolean {
  try {
    return verifySignature(key, signature, text);
  } catch {
    return false; // no key, or no signature
  }
}
