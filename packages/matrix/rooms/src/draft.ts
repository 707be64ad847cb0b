import { parseEventId, type DeviceId, type EventId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import type { TransactionKey } from "./store-transactions.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event that somebody wants to have in a room, before it has a place in it. */
export interface Draft {
  readonly type: string;
  readonly sender: UserId;
  readonly content: Content;
  /** Set for state events, the empty string included. */
  readonly stateKey?: string;
  /** For redactions: what is to be redacted, as it is kept. */
  readonly redacts?: StoredEvent;
  /** For redactions of state: the event that replaced it and still shows its content, as far as it is on disk. */
  readonly successor?: StoredEvent | undefined;
  /** The root of the thread that it belongs to; whoever drafts it has seen that there is such an event in the room. */
  readonly thread?: EventId | undefined;
  /** Kept with the event, so that the same request makes nothing twice. */
  readonly transaction?: DraftTransaction;
}

/** The request that an event came with. */
export interface DraftTransaction {
  readonly key: TransactionKey;
  readonly device: DeviceId;
  /** As the client called it. */
  readonly id: string;
}

/** A well-formed relation of an event to another. */
export interface DeclaredRelation {
  readonly relType: string;
  readonly target: EventId;
  readonly key: string | undefined;
}

/** The relation that a content declares, if it is well formed (client-server API, "Forming relationships between events"). */
export function relationOf(content: Content): DeclaredRelation | undefined {
  const related = content["m.relates_to"];
  if (typeof related !== "object" || related === null) return undefined;
  const { rel_type: relType, event_id: id, key }: Record<string, unknown> = { ...related };
  const target = typeof id === "string" ? parseEventId(id) : undefined;
  if (typeof relType !== "string" || relType === "" || relType.length > 255 || target === undefined) return undefined;
  return { relType, target, key: typeof key === "string" ? key : undefined };
}

/** Besides messages. Polls are sent under the name of their proposal (MSC3381). */
const NOTIFYING: readonly string[] = [
  "m.room.encrypted",
  "m.poll.start",
  "org.matrix.msc3381.poll.start",
  "m.call.invite",
];

/** Whether an event can notify anybody by the default rules: messages, polls, encrypted events, calls, the end of a room; no notices, no edits. */
export function canNotify(draft: Pick<Draft, "type" | "content" | "stateKey">): boolean {
  if (draft.stateKey !== undefined) return draft.type === "m.room.tombstone" && draft.stateKey === "";
  if (relationOf(draft.content)?.relType === "m.replace") return false;
  if (draft.type === "m.room.message") return draft.content["msgtype"] !== "m.notice";
  return NOTIFYING.includes(draft.type);
}
