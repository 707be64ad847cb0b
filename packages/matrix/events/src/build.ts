import { canonicalJson, type EventId, type RoomId, type UserId } from "@causeway/base";
import type { EventSigner, Hashing } from "./crypto.ts";
import type { Content, Pdu } from "./event.ts";
import { contentHash, idFromHash, referenceText, withSignature } from "./hashes.ts";
import type { RoomVersion } from "./room-versions.ts";

/** An event before it is hashed and signed. */
export interface UnsignedPdu {
  readonly type: string;
  readonly sender: UserId;
  /** Left out for the create event of a version whose room ids are its hash. */
  readonly room_id?: RoomId;
  readonly state_key?: string;
  readonly content: Content;
  readonly redacts?: EventId;
  readonly origin_server_ts: number;
  readonly depth: number;
  readonly prev_events: readonly EventId[];
  readonly auth_events: readonly EventId[];
}

/** A finished event. */
export interface BuiltEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
}

/** The most bytes of an event's canonical JSON (client-server API, "Size limits"). */
export const MAX_EVENT_BYTES = 65_536;
const MAX_FIELD_BYTES = 255;

/**
 * Hashes, names and signs an event of room version 3 or later.
 * @throws NotCanonicalError when the content has no canonical JSON.
 */
export function buildEvent(version: RoomVersion, unsigned: UnsignedPdu, parts: Hashing & EventSigner): BuiltEvent {
  const hashed: Record<string, unknown> = { ...unsigned, hashes: { sha256: contentHash({ ...unsigned }, parts) } };
  const text = referenceText(version, hashed);
  const eventId = idFromHash(version, parts.sha256(text));
  const pdu = withSignature(hashed, parts, parts.sign(text));
  return { eventId, pdu: pdu as unknown as Pdu }; // `unsigned` with `hashes` and `signatures` added
}

/** Whether an event is within the specification's limits; the refusal names the member that is too long. */
export function sizeFault(pdu: Pdu): string | undefined {
  const fields = { type: pdu.type, sender: pdu.sender, state_key: pdu.state_key ?? "", room_id: pdu.room_id ?? "" };
  for (const [name, value] of Object.entries(fields)) {
    if (value.length > MAX_FIELD_BYTES || utf8Length(value) > MAX_FIELD_BYTES)
      return `\`${name}\` is longer than ${MAX_FIELD_BYTES} bytes`;
  }
  const text = canonicalJson({ ...pdu, unsigned: undefined });
  const tooLarge =
    text.length > MAX_EVENT_BYTES || (text.length * 3 > MAX_EVENT_BYTES && utf8Length(text) > MAX_EVENT_BYTES);
  return tooLarge ? `the event is larger than ${MAX_EVENT_BYTES} bytes` : undefined;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x80) length += unit >= 0x800 && (unit < 0xd800 || unit >= 0xe000) ? 2 : 1;
  }
  return length;
}
