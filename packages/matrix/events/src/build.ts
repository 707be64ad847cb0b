import { canonicalJson, type EventId, type RoomId, type UserId } from "@causeway/base";
import type { EventSigner, Hashing } from "./crypto.ts";
import type { Content, Pdu } from "./event.ts";
import { idFromHash } from "./hashes.ts";
import { redactContent } from "./redact.ts";
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
  /** Room versions 1 and 2 alone: the id that this server chose, and the reference hashes of the events that are named. */
  readonly event_id?: EventId;
  readonly references?: ReadonlyMap<EventId, string>;
}

/** An event that has its id and lacks only the signature, which changes nothing of it: signing can be left to another thread. */
export interface HashedEvent {
  readonly eventId: EventId;
  readonly pdu: Omit<Pdu, "signatures">;
  /** What servers sign. */
  readonly toSign: string;
  /** The canonical JSON of its content, for the text that clients get (`clientText`). */
  readonly contentJson: string;
  /** The canonical JSON of the event as servers exchange it, with the canonical JSON of its signatures. */
  readonly jsonWith: (signatures: string) => string;
}

/** A finished event. */
export interface BuiltEvent {
  readonly eventId: EventId;
  readonly pdu: Pdu;
  /** The canonical JSON of the event as servers exchange it. */
  readonly json: string;
  /** The canonical JSON of its content: the same text as in `json`, for the text that clients get (`clientText`). */
  readonly contentJson: string;
}

/** The members of an event, in the order of canonical JSON. */
const MEMBERS = [
  "auth_events",
  "content",
  "depth",
  "event_id",
  "hashes",
  "origin_server_ts",
  "prev_events",
  "redacts",
  "room_id",
  "sender",
  "signatures",
  "state_key",
  "type",
] as const;

/** The canonical JSON of each member that an event has. */
type Texts = { [name in (typeof MEMBERS)[number]]?: string };

/**
 * Hashes and names an event. The content is written as text once; everything else is put together from texts.
 * @throws NotCanonicalError when the content has no canonical JSON.
 */
export function hashEvent(version: RoomVersion, unsigned: UnsignedPdu, hashing: Hashing): HashedEvent {
  const { references, ...event } = unsigned;
  const texts = textsOf(version, event, references);
  const sha256 = hashing.sha256(objectOf(texts));
  texts.hashes = canonicalJson({ sha256 });
  const toSign = objectOf({
    ...texts,
    content: canonicalJson(redactContent(version, event.type, event.content)),
    redacts: undefined,
  });
  return {
    eventId: event.event_id ?? idFromHash(version, hashing.sha256(toSign)),
    pdu: { ...event, hashes: { sha256 } },
    toSign,
    contentJson: texts.content ?? "{}",
    jsonWith: (signatures) => objectOf({ ...texts, signatures }),
  };
}

/** Hashes, names and signs an event. @throws NotCanonicalError when the content has no canonical JSON. */
export function buildEvent(version: RoomVersion, unsigned: UnsignedPdu, parts: Hashing & EventSigner): BuiltEvent {
  const { eventId, pdu, toSign, contentJson, jsonWith } = hashEvent(version, unsigned, parts);
  const signatures = { [parts.serverName]: { [parts.keyId]: parts.sign(toSign) } };
  return { eventId, pdu: { ...pdu, signatures }, json: jsonWith(canonicalJson(signatures)), contentJson };
}

function textsOf(version: RoomVersion, unsigned: UnsignedPdu, references: UnsignedPdu["references"]): Texts {
  const chosen = version.eventIds === "chosen-by-server";
  if (chosen !== (unsigned.event_id !== undefined)) throw new Error("events choose their ids in versions 1 and 2 only");
  const refer = (ids: readonly EventId[]): string =>
    canonicalJson(chosen ? ids.map((id) => [id, { sha256: references?.get(id) }]) : ids);
  const texts: Texts = {
    auth_events: refer(unsigned.auth_events),
    content: canonicalJson(unsigned.content),
    depth: canonicalJson(unsigned.depth),
    origin_server_ts: canonicalJson(unsigned.origin_server_ts),
    prev_events: refer(unsigned.prev_events),
    sender: canonicalJson(unsigned.sender),
    type: canonicalJson(unsigned.type),
  };
  for (const name of ["event_id", "redacts", "room_id", "state_key"] as const) {
    if (unsigned[name] !== undefined) texts[name] = canonicalJson(unsigned[name]);
  }
  return texts;
}

function objectOf(texts: { readonly [name in keyof Texts]?: string | undefined }): string {
  let out = "";
  for (const name of MEMBERS) {
    const text = texts[name];
    if (text !== undefined) out += `${out === "" ? "{" : ","}"${name}":${text}`;
  }
  return `${out}}`;
}
