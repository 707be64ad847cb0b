import { EventType, RelationType, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { personIn, type PersonView } from "../people.ts";

/** One reaction to a message, with who made it. */
export interface ReactionView {
  readonly emoji: string;
  readonly people: readonly PersonView[];
  readonly isOwn: boolean;
}

/** What is longer is no emoji. */
const LONGEST = 32;

/** The reactions to a message, the most used first. */
export function reactionsTo(client: MatrixClient, room: Room, event: MatrixEvent): readonly ReactionView[] {
  const id = event.getId();
  if (id === undefined) return [];
  const relations = room.relations.getChildEventsForEvent(id, RelationType.Annotation, EventType.Reaction);
  const sorted = relations?.getSortedAnnotationsByKey() ?? [];
  return sorted.flatMap(([emoji, events]) => {
    const senders = new Set([...events].filter((it) => !it.isRedacted()).map((it) => it.getSender() ?? ""));
    if (senders.size === 0 || emoji.length > LONGEST) return [];
    const people = [...senders].map((userId) => personIn(client, room, userId));
    return [{ emoji, people, isOwn: senders.has(client.getSafeUserId()) }];
  });
}

/** The own reaction with an emoji to a message, when there is one. */
export function ownReaction(
  client: MatrixClient,
  room: Room,
  to: { readonly id: string; readonly emoji: string },
): MatrixEvent | undefined {
  const relations = room.relations.getChildEventsForEvent(to.id, RelationType.Annotation, EventType.Reaction);
  const found = relations?.getAnnotationsBySender()?.[client.getSafeUserId()];
  return [...(found ?? [])].find((event) => !event.isRedacted() && event.getRelation()?.key === to.emoji);
}
