import type { MatrixEvent, Room } from "matrix-js-sdk";

/** The relation of a message to the thread that it is in (client-server API, "Threading"). */
const THREAD = "m.thread";

/** How an event says that it relates to another. What relates stands outside the encryption. */
interface Relation {
  readonly kind: string;
  readonly to: string;
  /** The answer in it is for clients that know no threads. */
  readonly isFallback: boolean;
}

/** The relation of an event; nothing in it is trusted to be of the right type. */
export function relationOf(event: Pick<MatrixEvent, "getWireContent">): Relation | undefined {
  const relates: Readonly<Record<string, unknown>> = Object(event.getWireContent()["m.relates_to"]);
  const { rel_type: kind, event_id: to, is_falling_back: fallback } = relates;
  return typeof kind === "string" && typeof to === "string" ? { kind, to, isFallback: fallback === true } : undefined;
}

/** The root of the thread that a message stands in; undefined for what stands in the room itself, roots among them. */
export function threadOf(event: Pick<MatrixEvent, "getWireContent" | "isState" | "getId">): string | undefined {
  const relation = relationOf(event);
  if (relation?.kind !== THREAD || event.isState() || relation.to === event.getId()) return undefined;
  return relation.to;
}

/** Where an event belongs, counting what relates to a message with that message: reactions, edits, votes. */
export function placeOf(event: MatrixEvent, find: (id: string) => MatrixEvent | undefined): string | undefined {
  const own = threadOf(event);
  const relation = relationOf(event);
  if (own !== undefined || relation === undefined || relation.kind === THREAD) return own;
  const target = find(relation.to);
  return target === undefined ? undefined : threadOf(target);
}

/** The message that an event answers; an answer that is only there for clients without threads is none. */
export function answeredBy(event: MatrixEvent): string | undefined {
  return relationOf(event)?.isFallback === true ? undefined : event.replyEventId;
}

/** The newest event that the server has and that belongs to a thread, or to the room itself. */
export function newestIn(room: Room, thread: string | undefined): MatrixEvent | undefined {
  const find = (id: string): MatrixEvent | undefined => room.findEventById(id);
  return room
    .getLiveTimeline()
    .getEvents()
    .findLast((event) => event.status === null && placeOf(event, find) === thread);
}

/** Where a message in a thread goes: its root, and the thread's newest message. */
export interface ThreadPlace {
  readonly root: string;
  readonly latest: string;
}

/**
 * What a new message says that it relates to: its thread, what it answers, or nothing. In a thread it always answers something;
 * where nobody chose what, that is the newest message, and marked as a way for clients that know no threads.
 */
export function relatesTo(place: {
  readonly thread?: ThreadPlace | undefined;
  readonly answers?: string | undefined;
}): Readonly<Record<string, unknown>> {
  const { thread, answers } = place;
  if (thread === undefined && answers === undefined) return {};
  const answer = { "m.in_reply_to": { event_id: answers ?? thread?.latest } };
  if (thread === undefined) return { "m.relates_to": answer };
  const { root } = thread;
  return {
    "m.relates_to": { rel_type: THREAD, event_id: root, is_falling_back: answers === undefined, ...answer },
  };
}
