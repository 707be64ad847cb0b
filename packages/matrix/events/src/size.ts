import { canonicalJson } from "@causeway/base";
import type { Pdu } from "./event.ts";
import { fitsField, MAX_FIELD_BYTES, utf8Length } from "./id-text.ts";

/** The most bytes of an event's canonical JSON (client-server API, "Size limits"). */
export const MAX_EVENT_BYTES = 65_536;

/**
 * Why an event is larger than the specification allows, or undefined. Give its canonical JSON as servers exchange it where it is
 * at hand (`BuiltEvent.json`, `HashedEvent.jsonWith`), so that it is not made again, or a shorter text where it is known to fit.
 */
export function sizeFault(pdu: Omit<Pdu, "signatures">, json?: () => string): string | undefined {
  const fields = { type: pdu.type, sender: pdu.sender, state_key: pdu.state_key, room_id: pdu.room_id };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && !fitsField(value)) return `\`${name}\` is longer than ${MAX_FIELD_BYTES} bytes`;
  }
  const text = json === undefined ? canonicalJson({ ...pdu, unsigned: undefined }) : json();
  const tooLarge =
    text.length > MAX_EVENT_BYTES || (text.length * 3 > MAX_EVENT_BYTES && utf8Length(text) > MAX_EVENT_BYTES);
  return tooLarge ? `the event is larger than ${MAX_EVENT_BYTES} bytes` : undefined;
}
