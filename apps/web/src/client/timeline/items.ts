import { EventStatus, EventType, KnownMembership, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { reasonIn } from "../nudge/reason.ts";
import { reasonOf } from "../refusal.ts";
import { isWaiting } from "../outbox.ts";
import { personIn, plainName, type PersonView } from "../people.ts";
import { mayEndPoll } from "../polls/poll-model.ts";
import { pollPart } from "../polls/poll.ts";
import { answeredBy, relationOf } from "../threads/thread-of.ts";
import type { ThreadSummary } from "../threads/threads.ts";
import { contentOf, type MessageContent } from "./content.ts";
import { isMessage } from "./kinds.ts";
import { reactionsTo, type ReactionView } from "./reactions.ts";

/** How far an own message has got. */
export type Delivery = "sent" | "sending" | "waiting" | "failed";

/** The message that another one answers. */
export interface QuotedView {
  readonly id: string;
  readonly sender?: PersonView;
  readonly content?: MessageContent;
}

/** One message as the timeline shows it. */
export interface MessageItem {
  readonly kind: "message";
  readonly key: string;
  readonly id: string;
  readonly at: number;
  readonly sender: PersonView;
  readonly isOwn: boolean;
  /** The first of several in a row by one person: it carries the name. */
  readonly isFirst: boolean;
  readonly content: MessageContent;
  /** Why personal data was sent here. */
  readonly reason?: string;
  readonly isEdited: boolean;
  readonly reactions: readonly ReactionView[];
  readonly answers?: QuotedView;
  readonly delivery: Delivery;
  /** What the server said when it refused the message. */
  readonly refusal?: string;
  /** People other than its sender who have read up to here. */
  readonly readBy: readonly PersonView[];
  readonly mayEdit: boolean;
  readonly mayDelete: boolean;
  /** What was said in the thread below it. */
  readonly thread?: ThreadSummary;
  /** Whether it may be answered in a thread. */
  readonly mayThread: boolean;
}

/** A change of the room, as a sentence. */
export interface HappenedItem {
  readonly kind: "happened";
  readonly key: string;
  readonly at: number;
  readonly said: Said;
}

/** A line of the timeline. */
export type TimelineItem =
  | { readonly kind: "start"; readonly key: string }
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  | HappenedItem
  /** Many changes in a row, folded together. */
  | { readonly kind: "folded"; readonly key: string; readonly items: readonly HappenedItem[] }
  | MessageItem;

/** What the items are made from. */
export interface ItemParts {
  readonly client: MatrixClient;
  readonly room: Room;
  readonly events: readonly MatrixEvent[];
  /** The last event that was read when the room was opened. */
  readonly readUpTo: string | undefined;
  readonly hasAll: boolean;
  /** Whether an event stands in what is shown: the room itself, or one of its threads. */
  readonly isHere: (event: MatrixEvent) => boolean;
  readonly find: (id: string) => MatrixEvent | undefined;
  /** Ids of those who have read up to an event. */
  readonly readersOf: (event: MatrixEvent) => readonly string[];
  /** The thread below a message; undefined where threads are not shown. */
  readonly threadBelow: ((event: MatrixEvent) => ThreadSummary | undefined) | undefined;
}

/** Messages closer together than this, by one person, stand under one name. */
const TOGETHER_MS = 5 * 60_000;

/** The lines of the timeline, oldest first. */
export function itemsOf(parts: ItemParts): readonly TimelineItem[] {
  const items: TimelineItem[] = parts.hasAll ? [{ kind: "start", key: "start" }] : [];
  let before: MessageItem | undefined;
  let day = "";
  let isUnreadDue = false;
  for (const event of parts.events) {
    const item = parts.isHere(event) ? itemOf(parts, event, before) : undefined;
    if (item !== undefined) {
      const itsDay = new Date(item.at).toDateString();
      if (itsDay !== day) {
        day = itsDay;
        before = undefined;
        items.push({ kind: "day", key: `day ${itsDay}`, at: item.at });
      }
      const isUnread = isUnreadDue && item.kind === "message" && !item.isOwn;
      if (isUnread) {
        items.push({ kind: "unread", key: "unread" });
        isUnreadDue = false;
      }
      const standsAlone = item.kind === "message" && (isUnread || before === undefined) && !item.isFirst;
      items.push(standsAlone ? { ...item, isFirst: true } : item);
      before = item.kind === "message" ? item : undefined;
    }
    if (event.getId() === parts.readUpTo) isUnreadDue = true;
  }
  return folded(items);
}

/** More changes than this in a row would push the messages out of sight. */
const MOST_CHANGES = 3;

function folded(items: readonly TimelineItem[]): readonly TimelineItem[] {
  const lines: TimelineItem[] = [];
  let row: HappenedItem[] = [];
  const close = (): void => {
    const [first] = row;
    if (first === undefined) return;
    if (row.length > MOST_CHANGES) lines.push({ kind: "folded", key: `folded ${first.key}`, items: row });
    else lines.push(...row);
    row = [];
  };
  for (const item of items) {
    if (item.kind === "happened") row.push(item);
    else {
      close();
      lines.push(item);
    }
  }
  close();
  return lines;
}

type Line = HappenedItem | MessageItem;

function itemOf(parts: ItemParts, event: MatrixEvent, before: MessageItem | undefined): Line | undefined {
  if (event.isState() || pollPart(event.getType()) === "end") return happened(parts, event);
  if (!isMessage(event)) return undefined;
  return messageOf(parts, event, before);
}

function messageOf(parts: ItemParts, event: MatrixEvent, before: MessageItem | undefined): MessageItem {
  const { client, room } = parts;
  const senderId = event.getSender() ?? "";
  const me = client.getSafeUserId();
  const at = event.getTs();
  const delivery = deliveryOf(event);
  const answers = quoted(parts, event);
  const reason = event.isRedacted() ? undefined : reasonIn(event.getContent());
  const isSettled = delivery === "sent" && !event.isRedacted();
  const thread = parts.threadBelow?.(event);
  return {
    kind: "message",
    // The key stays when the server gives the event its id, so that nothing jumps.
    key: event.getUnsigned().transaction_id ?? event.getTxnId() ?? event.getId() ?? "",
    id: event.getId() ?? "",
    at,
    sender: personIn(client, room, senderId),
    isOwn: senderId === me,
    isFirst: before === undefined || before.sender.userId !== senderId || at - before.at > TOGETHER_MS,
    content: contentOf(event),
    ...(reason === undefined ? {} : { reason }),
    isEdited: !event.isRedacted() && event.replacingEventId() !== undefined,
    reactions: isSettled ? reactionsTo(client, room, event) : [],
    ...(answers === undefined ? {} : { answers }),
    delivery,
    ...(delivery === "failed" && event.error !== null ? { refusal: reasonOf(event.error) } : {}),
    readBy: readersOf(parts, event),
    mayEdit: isSettled && senderId === me && contentOf(event).kind === "text",
    mayDelete: isSettled && (senderId === me || room.currentState.maySendRedactionForEvent(event, me)),
    ...(thread === undefined ? {} : { thread }),
    mayThread: isSettled && parts.threadBelow !== undefined,
  };
}

function deliveryOf(event: MatrixEvent): Delivery {
  switch (event.status) {
    case EventStatus.NOT_SENT:
      return isWaiting(event) ? "waiting" : "failed";
    case EventStatus.CANCELLED:
      return "failed";
    case EventStatus.ENCRYPTING:
    case EventStatus.QUEUED:
    case EventStatus.SENDING:
      return "sending";
    default:
      return "sent";
  }
}

function quoted(parts: ItemParts, event: MatrixEvent): QuotedView | undefined {
  const id = answeredBy(event);
  if (id === undefined || event.isRedacted()) return undefined;
  const target = parts.find(id);
  if (target === undefined) return { id };
  return { id, sender: personIn(parts.client, parts.room, target.getSender() ?? ""), content: contentOf(target) };
}

function readersOf({ client, room, readersOf: readers }: ItemParts, event: MatrixEvent): readonly PersonView[] {
  const me = client.getSafeUserId();
  return readers(event)
    .filter((userId) => userId !== me && userId !== event.getSender())
    .map((userId) => personIn(client, room, userId));
}

/** What changed in the room, as a sentence; undefined for what nobody wants to read. */
function happened(parts: ItemParts, event: MatrixEvent): Line | undefined {
  const { client, room } = parts;
  const name = personIn(client, room, event.getSender() ?? "").name;
  const said = sentenceOf(parts, event, name);
  if (said === undefined) return undefined;
  return { kind: "happened", key: event.getId() ?? "", at: event.getTs(), said };
}

function sentenceOf(parts: ItemParts, event: MatrixEvent, name: string): Said | undefined {
  const content = event.getContent();
  if (!event.isState()) return endSentence(parts, event, name);
  switch (event.getType()) {
    case EventType.RoomCreate:
      return { key: "happened.created", values: { name } };
    case EventType.RoomName:
      return typeof content["name"] === "string"
        ? { key: "happened.renamed", values: { name, room: plainName(content["name"]) } }
        : undefined;
    case EventType.RoomTopic:
      return { key: "happened.topic", values: { name } };
    case EventType.RoomMember:
      return membershipSentence(parts, event, name);
    default:
      return undefined;
  }
}

/** That a poll was ended, when whoever says so may end it. */
function endSentence(parts: ItemParts, event: MatrixEvent, name: string): Said | undefined {
  const target = parts.find(relationOf(event)?.to ?? "");
  const content = target === undefined ? undefined : contentOf(target);
  const who = { maker: target?.getSender(), userId: event.getSender() };
  if (target === undefined || !parts.isHere(target) || event.isRedacted()) return undefined;
  if (content?.kind !== "poll" || !mayEndPoll(parts.room, who)) return undefined;
  return { key: "happened.pollEnded", values: { name, question: content.text } };
}

function membershipSentence({ client, room }: ItemParts, event: MatrixEvent, name: string): Said | undefined {
  const { membership, displayname } = event.getContent();
  const before: unknown = event.getPrevContent()["membership"];
  const target = personIn(client, room, event.getStateKey() ?? "").name;
  const whom = typeof displayname === "string" ? plainName(displayname) || target : target;
  if (membership === before) return undefined;
  const isOwnDoing = event.getSender() === event.getStateKey();
  switch (membership) {
    case KnownMembership.Join:
      return { key: "happened.joined", values: { name } };
    case KnownMembership.Invite:
      return { key: "happened.invited", values: { name, whom } };
    case KnownMembership.Leave:
      return isOwnDoing
        ? { key: "happened.left", values: { name } }
        : { key: "happened.removed", values: { name, whom: target } };
    case KnownMembership.Ban:
      return { key: "happened.removed", values: { name, whom: target } };
    default:
      return undefined;
  }
}
