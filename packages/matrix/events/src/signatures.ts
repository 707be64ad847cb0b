import { canonicalJson, NotCanonicalError } from "@causeway/base";
import { unpadded, type EventSigner, type Hashing, type VerifySignature } from "./crypto.ts";
import type { Content } from "./event.ts";
import { contentHash, referenceText } from "./hashes.ts";
import { serverOf } from "./id-text.ts";
import { isRecord } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";

/** What checking signatures needs. */
export interface VerifyParts {
  readonly verify: VerifySignature;
  /** The public key behind a server's (or user's) key id, or undefined; with `at`, only one that was valid at that time. */
  keyOf(entity: string, keyId: string, at: number | undefined): string | undefined;
}

/** What a check of an event found: of an `altered` one only the redacted form can be trusted. */
export type EventCheck = "good" | "altered" | "bad-signature";

/** An object with a signature added beside those that are there (appendices, "Signing JSON"). `unsigned` stays and is not covered. */
export function signJson(object: Content, signer: EventSigner): Record<string, unknown> {
  return withSignature(object, signer, signer.sign(signedText(object)));
}

/** A received event with this server's signature added: it vouches for a join, or takes an invitation. */
export function signEvent(version: RoomVersion, event: Content, signer: EventSigner): Record<string, unknown> {
  return withSignature(event, signer, signer.sign(referenceText(version, event)));
}

/** Whether an entity has signed an object (appendices, "Checking for a Signature"). */
export function verifyJson(object: Content, entity: string, parts: VerifyParts): boolean {
  return guarded(() => signaturesBy(object, { entity, text: signedText(object), at: undefined }, parts).includes(true));
}

/** The servers without whose signatures an event does not count (server-server API, "Validating hashes and signatures"). */
export function requiredSigners(version: RoomVersion, event: Content): readonly string[] {
  const signers = new Set<string>();
  const content = isRecord(event["content"]) ? event["content"] : {};
  const isMember = event["type"] === "m.room.member";
  // A server for third-party ids may have sent the invitation on: its signature is inside, and the rules look at it.
  if (!isMember || content["membership"] !== "invite" || content["third_party_invite"] === undefined)
    signers.add(serverIn(event["sender"]));
  if (version.eventIds === "chosen-by-server") signers.add(serverIn(event["event_id"]));
  const voucher = content["join_authorised_via_users_server"];
  if (isMember && version.restrictedJoins && voucher !== undefined) signers.add(serverIn(voucher));
  return [...signers];
}

function serverIn(id: unknown): string {
  return typeof id === "string" ? serverOf(id) : "";
}

/** Checks an event's signatures and its content hash (server-server API, "Checks performed on receipt of a PDU"). */
export function checkEvent(version: RoomVersion, event: Content, parts: VerifyParts & Hashing): EventCheck {
  const time = event["origin_server_ts"];
  const at = version.keysExpire && typeof time === "number" ? time : undefined;
  const signed = guarded(() => {
    const text = referenceText(version, event);
    return requiredSigners(version, event).every((entity) => {
      const found = signaturesBy(event, { entity, text, at }, parts);
      return found.length > 0 && found.every(Boolean); // one that is false among good ones is one too many
    });
  });
  if (!signed) return "bad-signature";
  const claimed = isRecord(event["hashes"]) ? event["hashes"]["sha256"] : undefined;
  const same = guarded(() => typeof claimed === "string" && unpadded(claimed) === contentHash(event, parts));
  return same ? "good" : "altered";
}

function signedText(object: Content): string {
  return canonicalJson({ ...object, signatures: undefined, unsigned: undefined });
}

/** Of each signature of an entity by a key that is known: whether it is good. */
function signaturesBy(
  object: Content,
  by: { readonly entity: string; readonly text: string; readonly at: number | undefined },
  parts: VerifyParts,
): readonly boolean[] {
  const { signatures } = object;
  const own = isRecord(signatures) && Object.hasOwn(signatures, by.entity) ? signatures[by.entity] : undefined;
  if (!isRecord(own)) return [];
  return Object.entries(own).flatMap(([keyId, signature]) => {
    const key = keyId.startsWith("ed25519:") ? parts.keyOf(by.entity, keyId, by.at) : undefined;
    if (key === undefined) return [];
    return [typeof signature === "string" && parts.verify(key, signature, by.text)];
  });
}

/** Nothing without canonical JSON was ever signed or hashed. */
function guarded(check: () => boolean): boolean {
  try {
    return check();
  } catch (error) {
    if (error instanceof NotCanonicalError) return false;
    throw error;
  }
}

function withSignature(object: Content, signer: EventSigner, signature: string): Record<string, unknown> {
  const before = isRecord(object["signatures"]) ? object["signatures"] : {};
  const own = before[signer.serverName];
  const after = { ...(isRecord(own) ? own : {}), [signer.keyId]: signature };
  return { ...object, signatures: { ...before, [signer.serverName]: after } };
}
