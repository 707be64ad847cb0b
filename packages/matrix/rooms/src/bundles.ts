import type { EventId, UserId } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";
import type { Content } from "@causeway/matrix-events";
import { readBundleRows, type BundleRow } from "./store-relations.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";

/** The JSON of `m.relations` for each event that has any (client-server API, "Aggregations of child events"). */
export async function bundlesFor(
  db: ReadDb,
  reader: UserId,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<EventId, string>> {
  const bundles = new Map<EventId, string>();
  if (events.length === 0) return bundles;
  const byTarget = new Map<string, BundleRow[]>();
  for (const row of await readBundleRows(
    db,
    events.map((event) => event.eventId),
  )) {
    const rows = byTarget.get(row.target);
    if (rows === undefined) byTarget.set(row.target, [row]);
    else rows.push(row);
  }
  for (const event of events) {
    const rows = byTarget.get(event.eventId);
    const text = rows === undefined ? "" : bundleOf(event, rows, reader);
    if (text !== "") bundles.set(event.eventId, `{${text}}`);
  }
  return bundles;
}

function bundleOf(event: StoredEvent, rows: readonly BundleRow[], reader: UserId): string {
  const parts: string[] = [];
  const edit = latestEdit(event, rows);
  if (edit !== undefined) parts.push(`"m.replace":${eventText(edit.event)}`);
  const replies = rows.filter((row) => row.relType === "m.thread");
  const latest = replies.at(-1);
  if (latest !== undefined) {
    const took = replies.some((row) => row.event.sender === reader) || event.sender === reader;
    parts.push(
      `"m.thread":{"latest_event":${eventText(latest.event)},"count":${replies.length},"current_user_participated":${took}}`,
    );
  }
  const references = rows
    .filter((row) => row.relType === "m.reference")
    .map((row) => ({ event_id: row.event.eventId }));
  if (references.length > 0) parts.push(`"m.reference":${JSON.stringify({ chunk: references })}`);
  return parts.join(",");
}

/** The newest valid edit: by the same sender, of the same type, not of state, and of an event that is no edit itself. */
function latestEdit(event: StoredEvent, rows: readonly BundleRow[]): BundleRow | undefined {
  if (event.stateKey !== undefined) return undefined;
  const valid = rows.filter(
    (row) =>
      row.relType === "m.replace" &&
      row.event.sender === event.sender &&
      row.event.type === event.type &&
      hasNewContent(row.event),
  );
  return valid.at(-1);
}

function hasNewContent(event: StoredEvent): boolean {
  if (event.type === "m.room.encrypted") return true;
  const parsed: { readonly content?: Content } = JSON.parse(event.client);
  return typeof parsed.content?.["m.new_content"] === "object";
}
