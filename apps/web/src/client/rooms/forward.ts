import {
  EventType,
  KnownMembership,
  MsgType,
  type IContent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { worryAbout } from "../nudge/worry.ts";
import { isPlaceForPersonalData } from "../nudge/place.ts";
import type { Outbox } from "../outbox.ts";
import { plainName } from "../people.ts";
import { textOf } from "../timeline/content.ts";
import { labelOf, labels, type Label } from "./label.ts";
import { hasExternals } from "./room-item.ts";

/** Why a message may not go to a room. */
export type ForwardRefusal =
  /** The room has a lower label than the one that the message is from. */
  | "downhill"
  /** It is a file from an encrypted room, and the room is not: its key would be there for the server to read. */
  | "not-encrypted"
  /** It holds personal data, and the room is not meant for it. */
  | "personal-data"
  /** People from outside are in the room, and none were where it was said. */
  | "external"
  | "may-not-send";

/** A room that a message could go to. */
export interface ForwardTarget {
  readonly id: string;
  readonly name: string;
  readonly label: Label;
  readonly refusal?: ForwardRefusal;
}

/** The rooms that a message of one room could go to, the latest first, each with what stands against it. */
export function forwardTargets(client: MatrixClient, event: MatrixEvent | undefined): readonly ForwardTarget[] {
  const fromId = event?.getRoomId();
  const from = client.getRoom(fromId);
  const content = event?.getContent();
  if (from === null || content === undefined) return [];
  return client
    .getRooms()
    .filter((room) => room.roomId !== fromId && room.getMyMembership() === KnownMembership.Join && !room.isSpaceRoom())
    .toSorted((left, right) => right.getLastActiveTimestamp() - left.getLastActiveTimestamp())
    .map((room) => {
      const refusal = refusalOf(client, content, { from, to: room });
      const target = { id: room.roomId, name: plainName(room.name) || room.roomId, label: labelOf(room) };
      return refusal === undefined ? target : { ...target, refusal };
    });
}

function refusalOf(
  client: MatrixClient,
  content: IContent,
  { from, to }: { readonly from: Room; readonly to: Room },
): ForwardRefusal | undefined {
  if (labels.indexOf(labelOf(to)) < labels.indexOf(labelOf(from))) return "downhill";
  if (!to.currentState.maySendMessage(client.getSafeUserId())) return "may-not-send";
  if (hasExternals(client, to) && !hasExternals(client, from)) return "external";
  if (content["file"] !== undefined && !to.hasEncryptionStateEvent()) return "not-encrypted";
  const isWorrying = worryAbout(textOf(content)) !== undefined;
  return isWorrying && !isPlaceForPersonalData(client, to.roomId) ? "personal-data" : undefined;
}

/** Says a message again in another room, without whom it answered or called. Nothing is sent where it may not go. */
export function forward(
  parts: { readonly client: MatrixClient; readonly outbox: Outbox },
  event: MatrixEvent | undefined,
  to: string,
): boolean {
  const { client, outbox } = parts;
  const target = forwardTargets(client, event).find(({ id }) => id === to);
  if (target === undefined || target.refusal !== undefined || event?.getType() !== EventType.RoomMessage) return false;
  const content = event.getContent();
  const { "m.relates_to": _relation, "m.mentions": _mentions, "org.causeway.reason": _reason, ...rest } = content;
  const isText = content["msgtype"] === MsgType.Text;
  outbox.say(to, isText ? { ...rest, body: textOf(content), "m.mentions": {} } : { ...rest, "m.mentions": {} });
  return true;
}
