import { redact, type Content, type RoomVersion } from "@causeway/matrix-events";
import { contentOf } from "./room.ts";
import type { StoredEvent } from "./stored-event.ts";

/**
 * An event as it is kept after its redaction, with the event that did it (client-server API, "Redactions"). What it replaced is
 * still named, because whether a piece of state ever changed is read from that.
 */
export function redactedForm(version: RoomVersion, event: StoredEvent, because: StoredEvent): StoredEvent {
  const parsed: Content = JSON.parse(event.client);
  const { content }: Record<string, unknown> = redact(version, parsed);
  const client = JSON.stringify({
    ...parsed,
    content,
    ...(version.senderIsCreator || parsed["redacts"] === undefined ? {} : { redacts: undefined }),
  });
  const { replaces_state: before } = unsignedOf(event);
  const named = before === undefined ? "" : `,"replaces_state":${JSON.stringify(before)}`;
  return { ...event, client, extra: `"redacted_because":${because.client}${named}` };
}

/** Whether a state event took the place of another. */
export function replaces(event: StoredEvent, before: StoredEvent): boolean {
  return event.extra.endsWith(`"replaces_state":${JSON.stringify(before.eventId)}`);
}

/** A state event whose `prev_content` is what is left of the event before it. */
export function withoutPrevious(event: StoredEvent, redacted: StoredEvent): StoredEvent {
  const unsigned = unsignedOf(event);
  if (unsigned["prev_content"] === undefined) return event;
  return { ...event, extra: JSON.stringify({ ...unsigned, prev_content: contentOf(redacted) }).slice(1, -1) };
}

/** Whether an event has been redacted. */
export function isRedacted(event: StoredEvent): boolean {
  return event.extra.startsWith('"redacted_because":');
}

function unsignedOf(event: StoredEvent): Content {
  return JSON.parse(`{${event.extra}}`);
}
