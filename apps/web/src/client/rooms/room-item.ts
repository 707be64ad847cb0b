import {
  EventType,
  KnownMembership,
  NotificationCountType,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { personIn, plainName } from "../people.ts";
import type { Said } from "../../i18n/i18n.ts";
import { isMessage } from "../timeline/kinds.ts";
import { previewOf } from "../timeline/preview.ts";
import { labelOf, type Label } from "./label.ts";

/** A room as the list shows it. */
export interface RoomItem {
  readonly id: string;
  readonly name: string;
  readonly isDirect: boolean;
  readonly isInvite: boolean;
  readonly isFavourite: boolean;
  readonly isArchived: boolean;
  readonly isExternal: boolean;
  readonly label: Label;
  readonly unread: number;
  readonly mentions: number;
  readonly preview?: Said;
  readonly at: number;
}

/** What the list says of a room; undefined for one that is not listed (left, or a space). */
export function roomItemOf(client: MatrixClient, room: Room, direct: ReadonlySet<string>): RoomItem | undefined {
  const membership = room.getMyMembership();
  if (membership !== KnownMembership.Join && membership !== KnownMembership.Invite) return undefined;
  if (room.isSpaceRoom()) return undefined;
  const isInvite = membership === KnownMembership.Invite;
  const last = lastShown(room);
  const preview = last === undefined ? undefined : previewOf(client, room, last);
  return {
    id: room.roomId,
    name: plainName(room.name) || room.roomId,
    isDirect: direct.has(room.roomId) || (isInvite && room.getDMInviter() !== undefined),
    isInvite,
    isFavourite: room.tags["m.favourite"] !== undefined,
    isArchived: room.tags["m.lowpriority"] !== undefined,
    isExternal: hasExternals(client, room),
    label: labelOf(room),
    unread: isInvite ? 1 : room.getUnreadNotificationCount(NotificationCountType.Total),
    mentions: isInvite ? 0 : room.getUnreadNotificationCount(NotificationCountType.Highlight),
    at: last?.getTs() ?? room.getLastActiveTimestamp(),
    ...(preview === undefined ? {} : { preview }),
  };
}

/** Whether somebody from outside is in a room or invited to it, as far as its members are known. */
export function hasExternals(client: MatrixClient, room: Room): boolean {
  return room
    .getMembers()
    .some(
      ({ membership, userId }) =>
        (membership === KnownMembership.Join || membership === KnownMembership.Invite) &&
        personIn(client, room, userId).isExternal,
    );
}

/** The newest event that the list tells of. */
function lastShown(room: Room): MatrixEvent | undefined {
  const pending = room.getPendingEvents().findLast(isMessage);
  if (pending !== undefined) return pending;
  return room.getLiveTimeline().getEvents().findLast(isMessage);
}

/** The rooms that the account's data calls direct (client-server API, "Direct messaging"). */
export function directRooms(client: MatrixClient): ReadonlySet<string> {
  const content: unknown = client.getAccountData(EventType.Direct)?.getContent();
  const lists: readonly unknown[] = Object.values(Object(content));
  return new Set(lists.flatMap((ids) => (Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [])));
}
