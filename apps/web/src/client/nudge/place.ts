import { KnownMembership, type MatrixClient } from "matrix-js-sdk";
import { plainName } from "../people.ts";
import { labelOf, type Label } from "../rooms/label.ts";
import { makeRoom } from "../rooms/make-room.ts";
import { hasExternals } from "../rooms/room-item.ts";

/** Whether personal data may be said in a room: it is labelled at least RESTRICTED, and nobody from outside is in it. */
export function isPlaceForPersonalData(client: MatrixClient, roomId: string): boolean {
  const room = client.getRoom(roomId);
  return room !== null && labelOf(room) !== "unclassified" && !hasExternals(client, room);
}

/** A room that personal data can be moved to. */
export interface FitRoom {
  readonly id: string;
  readonly name: string;
  readonly label: Label;
}

/** More would be a list to search in, and the room list is that. */
const MOST = 12;

/** The rooms in which personal data may be said, the latest first. */
export function roomsForPersonalData(client: MatrixClient): readonly FitRoom[] {
  const me = client.getSafeUserId();
  return (
    client
      .getRooms()
      .filter((room) => room.getMyMembership() === KnownMembership.Join && !room.isSpaceRoom())
      // NOTE A room that is kept from a personal device is there as a stub, without one's own membership.
      .filter((room) => room.getMember(me)?.membership === KnownMembership.Join)
      .filter((room) => isPlaceForPersonalData(client, room.roomId) && room.currentState.maySendMessage(me))
      .toSorted((left, right) => right.getLastActiveTimestamp() - left.getLastActiveTimestamp())
      .slice(0, MOST)
      .map((room) => ({ id: room.roomId, name: plainName(room.name) || room.roomId, label: labelOf(room) }))
  );
}

/** Makes a RESTRICTED room of the same name for the same people, without those from outside; resolves to its id. */
export async function makeRestrictedBeside(
  client: MatrixClient,
  facts: {
    readonly name: string;
    readonly members: readonly { readonly userId: string; readonly isExternal: boolean }[];
  },
): Promise<string> {
  const me = client.getSafeUserId();
  const invite = facts.members.filter(({ userId, isExternal }) => userId !== me && !isExternal);
  return await makeRoom(client, {
    name: facts.name,
    topic: "",
    label: "RESTRICTED",
    invite: invite.map(({ userId }) => userId),
  });
}
