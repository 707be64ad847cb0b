import { canonicalJson, parseJson } from "@causeway/base";
import { checkEvent, redactContent, referenceHash, type Content, type RoomVersion } from "@causeway/matrix-events";
import type { Hashing, VerifyParts } from "@causeway/matrix-events";
import type { WholeEventRow } from "./store-verify.ts";

/** What a check of signatures needs. */
export type EventVerifier = VerifyParts & Hashing;

/** A kept event, put together as servers exchange it. */
export interface WholeEvent {
  readonly row: WholeEventRow;
  readonly client: Content;
  readonly content: Content;
  /** What its `unsigned` always holds. */
  readonly extra: Content;
  readonly pdu: Content;
  readonly prevEvents: readonly string[];
  readonly authEvents: readonly string[];
  readonly depth: number;
  readonly isRedacted: boolean;
}

const LIMITS = { maxDepth: 1000 };

function objectIn(text: string): Content | undefined {
  const parsed = parseJson(text, LIMITS);
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value))
    return undefined;
  return { ...parsed.value };
}

function textsIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((one) => typeof one === "string") ? value : undefined;
}

/** Reads a row as the event that it is; undefined when its texts are not what this server writes. */
export function wholeEvent(version: RoomVersion, row: WholeEventRow): WholeEvent | undefined {
  const [client, rest, extra] = [objectIn(row.client), objectIn(row.rest), objectIn(`{${row.extra}}`)];
  if (client === undefined || rest === undefined || extra === undefined) return undefined;
  const content = client["content"];
  const [prevEvents, authEvents, depth] = [textsIn(rest["prev_events"]), textsIn(rest["auth_events"]), rest["depth"]];
  if (typeof content !== "object" || content === null || prevEvents === undefined || authEvents === undefined)
    return undefined;
  if (typeof depth !== "number") return undefined;
  const isCreateWithoutRoom = version.createEventIsRoom && row.type === "m.room.create";
  // NOTE Clients always find `redacts` at the top; servers do so before version 11 only (version 11, "Event format").
  const { event_id: _id, redacts, room_id, ...own } = client;
  const pdu = {
    ...own,
    ...(isCreateWithoutRoom ? {} : { room_id }),
    ...(redacts === undefined || version.senderIsCreator ? {} : { redacts }),
    ...rest,
  };
  const isRedacted = "redacted_because" in extra;
  return { row, client, content: { ...content }, extra, pdu, prevEvents, authEvents, depth, isRedacted };
}

/** What is wrong with an event by itself: its columns, its hashes, its signature. Kinds of fault. */
export function faultsOfEvent(version: RoomVersion, event: WholeEvent, verifier: EventVerifier): readonly string[] {
  const faults: string[] = [];
  if (!columnsFit(event)) faults.push("event-columns");
  if (version.eventIds === "chosen-by-server") return faults; // these name others by pairs, which are not kept
  const hash = referenceHash(version, event.pdu, verifier);
  const id = version.eventIds === "base64" ? hash : hash.replaceAll("+", "-").replaceAll("/", "_");
  if (event.row.event_id !== `$${id}`) faults.push("event-hash");
  const checked = checkEvent(version, event.pdu, verifier);
  if (checked === "bad-signature") faults.push("event-signature");
  // Of a redacted event the content is gone, so that only its reference hash can still be compared.
  else if (checked === "altered" && !event.isRedacted) faults.push("event-content");
  if (
    event.isRedacted &&
    canonicalJson(redactContent(version, event.row.type, event.content)) !== canonicalJson(event.content)
  )
    faults.push("redaction-incomplete");
  return faults;
}

function columnsFit({ row, client }: WholeEvent): boolean {
  return (
    client["event_id"] === row.event_id &&
    client["type"] === row.type &&
    client["sender"] === row.sender &&
    client["origin_server_ts"] === row.ts &&
    (client["state_key"] ?? null) === row.state_key
  );
}
