import { canonicalJson, type EventId } from "@causeway/base";
import { toUrlSafe, type EventSigner, type Hashing, type VerifySignature } from "./crypto.ts";
import type { Content } from "./event.ts";
import { redact } from "./redact.ts";
import type { RoomVersion } from "./room-versions.ts";

/** The content hash of an event (server-server API, "Calculating the content hash for an event"). */
export function contentHash(event: Content, hashing: Hashing): string {
  return hashing.sha256(canonicalJson({ ...event, unsigned: undefined, signatures: undefined, hashes: undefined }));
}

/** The text whose hash names an event and which servers sign: the redacted event without signatures and `unsigned`. */
export function referenceText(version: RoomVersion, event: Content): string {
  return canonicalJson({ ...redact(version, event), signatures: undefined, unsigned: undefined });
}

/** The id of an event (server-server API, "Calculating the reference hash for an event"). Versions 1 and 2: the one it carries. */
export function eventIdOf(version: RoomVersion, event: Content, hashing: Hashing): EventId {
  if (version.eventIds === "chosen-by-server") return String(event["event_id"]) as EventId; // the sending server's choice
  return idFromHash(version, hashing.sha256(referenceText(version, event)));
}

/** Writes a reference hash as an event id. */
export function idFromHash(version: RoomVersion, hash: string): EventId {
  return `$${version.eventIds === "base64" ? hash : toUrlSafe(hash)}` as EventId; // made here
}

/** An object with a signature added (appendices, "Signing details"). */
export function signJson(object: Content, signer: EventSigner): Record<string, unknown> {
  const text = canonicalJson({ ...object, signatures: undefined, unsigned: undefined });
  return withSignature(object, signer, signer.sign(text));
}

/** Adds a signature beside those that are there. */
export function withSignature(
  object: Content,
  signer: Pick<EventSigner, "serverName" | "keyId">,
  signature: string,
): Record<string, unknown> {
  const before: Record<string, Record<string, string>> = {
    ...(object["signatures"] as Record<string, Record<string, string>> | undefined),
  };
  return {
    ...object,
    signatures: { ...before, [signer.serverName]: { ...before[signer.serverName], [signer.keyId]: signature } },
  };
}

/** What checking an event needs. */
export interface VerifyParts {
  readonly hashing: Hashing;
  readonly verify: VerifySignature;
  /** The public key of a server's key id, or undefined. */
  keyOf(server: string, keyId: string): string | undefined;
}

/** What a check of an event found: `altered` means that only its redacted form can be trusted. */
export type EventCheck = "good" | "altered" | "bad-signature";

/** Checks an event's signature by a server and its content hash (server-server API, "Checks performed on receipt of a PDU"). */
export function checkEvent(version: RoomVersion, event: Content, server: string, parts: VerifyParts): EventCheck {
  const signatures = event["signatures"];
  const own: unknown =
    typeof signatures === "object" && signatures !== null ? Reflect.get(signatures, server) : undefined;
  if (typeof own !== "object" || own === null) return "bad-signature";
  const text = referenceText(version, event);
  const signed = Object.entries(own).some(([keyId, signature]) => {
    const key = parts.keyOf(server, keyId);
    return key !== undefined && typeof signature === "string" && parts.verify(key, signature, text);
  });
  if (!signed) return "bad-signature";
  const hashes = event["hashes"];
  const claimed: unknown = typeof hashes === "object" && hashes !== null ? Reflect.get(hashes, "sha256") : undefined;
  return claimed === contentHash(event, parts.hashing) ? "good" : "altered";
}
