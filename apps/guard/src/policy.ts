import type { GuardPolicy } from "@causeway/contract";
import { compilePolicy, documentOfView, type PolicyBase, type PolicyHead, type PolicyView } from "@causeway/policy";
import type { Obeyed } from "./rules.ts";

/** What the server that made this guard told it for good. */
export interface GuardConfig {
  /** Its address, without a slash at the end. */
  readonly server: string;
  readonly installation: string;
  /** Public keys that policies are signed with: ed25519, unpadded base64, by id. */
  readonly keys: Readonly<Record<string, string>>;
  /** What holds for every desktop, until there is more. */
  readonly initial: { readonly head: PolicyHead; readonly base: PolicyBase } | undefined;
}

/** A policy as it came, and as it is kept. */
export interface KeptPolicy {
  readonly signed: string;
  readonly signatures: Readonly<Record<string, string>>;
  readonly base: string;
}

/** Why a policy is not taken. */
export type PolicyFault = "signature" | "unreadable" | "other-installation" | "older" | "no-base";

/** A policy that was taken. */
export interface Taken {
  readonly view: PolicyView;
  readonly kept: KeptPolicy;
  readonly obeyed: Obeyed;
}

/** Looks at a policy that came: signed, of this installation, no older than the one before, and whole. */
export async function takePolicy(
  config: GuardConfig,
  message: Omit<GuardPolicy, "type">,
  before: Taken | undefined,
): Promise<Taken | PolicyFault> {
  if (!(await isSigned(config, message))) return "signature";
  const view = readView(message.signed);
  if (view === undefined) return "unreadable";
  if (view.head.installation !== config.installation) return "other-installation";
  if (before !== undefined && (view.head.version < before.view.head.version || view.now < before.view.now))
    return "older";
  const text = message.base ?? before?.kept.base;
  if (text === undefined || (await hashOf(text)) !== view.base) return "no-base";
  const base = readBase(text);
  if (base === undefined) return "unreadable";
  const kept = { signed: message.signed, signatures: message.signatures, base: text };
  return { view, kept, obeyed: obeyedOf(view, base) };
}

/** What is obeyed before there was ever a policy: everything that is blocked on desktops. */
export function initialPolicy({ initial }: GuardConfig): Obeyed | undefined {
  if (initial === undefined) return undefined;
  const document = { ...initial.head, ...initial.base, grants: [], machines: [] };
  const subject = { machine: { key: "", class: "internal-desktop" } } as const;
  return { document, policy: compilePolicy(document), subject };
}

function obeyedOf(view: PolicyView, base: PolicyBase): Obeyed {
  const document = documentOfView(view, base);
  return { document, policy: compilePolicy(document), subject: view.subject };
}

/** The hash by which a view names its base. */
export async function hashOf(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(hash))).replace(/=+$/, "");
}

async function isSigned({ keys }: GuardConfig, { signed, signatures }: Omit<GuardPolicy, "type">): Promise<boolean> {
  const bytes = new TextEncoder().encode(signed);
  for (const [id, signature] of Object.entries(signatures)) {
    const known = Object.hasOwn(keys, id) ? keys[id] : undefined;
    if (known !== undefined && (await verifies(known, signature, bytes))) return true;
  }
  return false;
}

async function verifies(publicKey: string, signature: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", bytesOf(publicKey), "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, bytesOf(signature), bytes);
  } catch {
    return false; // no key, or no signature
  }
}

/** @throws where it is no base64 */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** NOTE What is read here was signed by the server, which parsed it; the shape is looked at so far that nonsense is no policy. */
function readView(text: string): PolicyView | undefined {
  const found = parse(text);
  const { head, subject, now, base, grants } = Object(found);
  const { format, version, installation } = Object(head);
  const isView =
    format === 1 && Number.isSafeInteger(version) && typeof installation === "string" && Number.isSafeInteger(now);
  if (!isView || typeof base !== "string" || !Array.isArray(grants)) return undefined;
  return typeof Object(Object(subject).machine).key === "string" ? (found as PolicyView) : undefined;
}

function readBase(text: string): PolicyBase | undefined {
  const found = parse(text);
  const { services, rules } = Object(found);
  return Array.isArray(services) && Array.isArray(rules) ? (found as PolicyBase) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
