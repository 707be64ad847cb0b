import { canonicalJson, parseEventId, type EventId } from "@causeway/base";
import { toUrlSafe, type Hashing } from "./crypto.ts";
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

/** The reference hash of an event (server-server API, "Calculating the reference hash for an event"). */
export function referenceHash(version: RoomVersion, event: Content, hashing: Hashing): string {
  return hashing.sha256(referenceText(version, event));
}

/**
 * The id of an event as servers exchange it: its reference hash; in versions 1 and 2 the one it carries, undefined when that
 * is none.
 */
export function eventIdOf(version: RoomVersion, event: Content, hashing: Hashing): EventId | undefined {
  if (version.eventIds !== "chosen-by-server") return idFromHash(version, referenceHash(version, event, hashing));
  const { event_id: chosen } = event;
  return typeof chosen === "string" ? parseEventId(chosen) : undefined;
}

/** Writes a reference hash as an event id. */
export function idFromHash(version: RoomVersion, hash: string): EventId {
  return `$${version.eventIds === "base64" ? hash : toUrlSafe(hash)}` as EventId; // made here
}
