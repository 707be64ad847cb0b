import type { EventId, UserId } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";
import { relationOf } from "./draft.ts";
import { isRedacted } from "./redacted-form.ts";
import { contentOf } from "./room.ts";
import { readEdits, readReferences, readThreadSums, type ThreadSum } from "./store-relations.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";

/** For whom aggregations are made, and what they may not see. */
export interface BundleReader {
  readonly user: UserId;
  /** People whose replies do not count for the reader. */
  readonly ignored: ReadonlySet<UserId>;
  /** Nothing after this is seen by somebody who has left. */
  readonly until?: number | undefined;
}

/** The JSON of `m.relations` for each event that has any (client-server API, "Aggregations of child events"). Events are of one room. */
export async function bundlesFor(
  db: ReadDb,
  reader: BundleReader,
  events: readonly StoredEvent[],
): Promise<ReadonlyMap<EventId, string>> {
  const parents = events.filter((event) => event.stateKey === undefined);
  const first = parents[0];
  if (first === undefined) return new Map();
  const range = { room: first.room, until: reader.until ?? Number.MAX_SAFE_INTEGER };
  const ids = parents.map((event) => event.eventId);
  const [edits, threads, references] = await Promise.all([
    readEdits(db, ids, range),
    readThreadSums(db, ids, { ...range, reader: reader.user, ignored: [...reader.ignored] }),
    readReferences(db, ids, range),
  ]);
  // The latest reply of a thread has children of its own; threads do not nest, so this ends here.
  const latest = [...threads.values()].map((sum) => sum.latest);
  const within = latest.length === 0 ? undefined : await bundlesFor(db, reader, latest);
  const bundles = new Map<EventId, string>();
  for (const event of parents) {
    const parts: string[] = [];
    const edit = latestEdit(event, edits.get(event.eventId) ?? []);
    if (edit !== undefined) parts.push(`"m.replace":${eventText(edit)}`);
    const thread = threads.get(event.eventId);
    if (thread !== undefined) parts.push(`"m.thread":${threadText(event, thread, { reader, within })}`);
    const chunk = references.get(event.eventId);
    if (chunk !== undefined)
      parts.push(`"m.reference":${JSON.stringify({ chunk: chunk.map((id) => ({ event_id: id })) })}`);
    if (parts.length > 0) bundles.set(event.eventId, `{${parts.join(",")}}`);
  }
  return bundles;
}

function threadText(
  root: StoredEvent,
  thread: ThreadSum,
  with_: { readonly reader: BundleReader; readonly within: ReadonlyMap<EventId, string> | undefined },
): string {
  const took = thread.participated || root.sender === with_.reader.user;
  const latest = eventText(thread.latest, { relations: with_.within?.get(thread.latest.eventId) });
  return `{"latest_event":${latest},"count":${thread.count},"current_user_participated":${took}}`;
}

/**
 * The newest valid edit: by the same sender, of the same type, not of state, and of an event that is neither redacted nor an edit
 * itself (client-server API, "Validity of replacement events").
 */
export function latestEdit(event: StoredEvent, edits: readonly StoredEvent[]): StoredEvent | undefined {
  if (edits.length === 0 || isRedacted(event) || relationOf(contentOf(event))?.relType === "m.replace")
    return undefined;
  let best: StoredEvent | undefined;
  for (const edit of edits) {
    if (edit.sender !== event.sender || edit.type !== event.type || edit.stateKey !== undefined) continue;
    if (!hasNewContent(edit)) continue;
    if (best === undefined || isNewer(edit, best)) best = edit;
  }
  return best;
}

function isNewer(left: StoredEvent, right: StoredEvent): boolean {
  return left.ts === right.ts ? left.eventId > right.eventId : left.ts > right.ts;
}

function hasNewContent(event: StoredEvent): boolean {
  if (event.type === "m.room.encrypted") return true; // the new content is inside what cannot be read here
  const content = contentOf(event)["m.new_content"];
  return typeof content === "object" && content !== null && !Array.isArray(content);
}
