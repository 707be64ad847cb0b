import { allow, canonicalJson, NotCanonicalError, refuse, type Decision } from "@causeway/base";
import type { VerifySignature } from "./crypto.ts";
import type { AuthEvent, Content } from "./event.ts";
import { isRecord } from "./power-levels.ts";

/** The `signed` part of a third-party invitation: a server for third-party ids says who they are. */
export interface SignedInvite {
  readonly token: string;
  readonly mxid: string;
  readonly all: Content;
}

/** Reads `third_party_invite.signed` of a membership, or returns undefined. */
export function signedInviteOf(content: Content): SignedInvite | undefined {
  const invite = content["third_party_invite"];
  const all = isRecord(invite) ? invite["signed"] : undefined;
  if (!isRecord(all)) return undefined;
  const { token, mxid } = all;
  return typeof token === "string" && typeof mxid === "string" ? { token, mxid, all } : undefined;
}

/** Whether any signature of an invitation is by a key that the room's `m.room.third_party_invite` names. */
export function checkInviteSignature(signed: SignedInvite, invite: AuthEvent, verify: VerifySignature): Decision {
  const text = textOf(signed.all);
  if (text === undefined) return refuse("the third-party invitation has no canonical JSON");
  const keys = keysOf(invite.content);
  for (const signature of signaturesOf(signed.all)) {
    if (keys.some((key) => verify(key, signature, text))) return allow;
  }
  return refuse("no signature of the third-party invitation is by one of its keys");
}

function textOf(signed: Content): string | undefined {
  try {
    return canonicalJson({ ...signed, signatures: undefined, unsigned: undefined });
  } catch (error) {
    if (error instanceof NotCanonicalError) return undefined;
    throw error;
  }
}

function keysOf(content: Content): readonly string[] {
  const list: readonly unknown[] = Array.isArray(content["public_keys"]) ? content["public_keys"] : [];
  const keys = [content["public_key"], ...list.map((entry) => (isRecord(entry) ? entry["public_key"] : undefined))];
  return keys.filter((key) => typeof key === "string");
}

function signaturesOf(signed: Content): readonly string[] {
  const { signatures } = signed;
  if (!isRecord(signatures)) return [];
  return Object.values(signatures)
    .flatMap((byKey) => (isRecord(byKey) ? Object.entries(byKey) : []))
    .flatMap(([keyId, signature]) =>
      keyId.startsWith("ed25519:") && typeof signature === "string" ? [signature] : [],
    );
}
