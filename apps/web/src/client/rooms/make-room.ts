import { EventType, Preset, type ICreateRoomOpts, type MatrixClient } from "matrix-js-sdk";
import { directRooms } from "./room-item.ts";
import { LABEL_EVENT, type Label } from "./label.ts";
import { markDirect } from "./room.ts";

const ENCRYPTION = {
  type: EventType.RoomEncryption,
  state_key: "",
  content: { algorithm: "m.megolm.v1.aes-sha2" },
} as const;

/** What somebody wants of a new room. */
export interface NewRoom {
  readonly name: string;
  readonly topic: string;
  readonly label: Label;
  readonly invite: readonly string[];
}

/** Makes an encrypted room with its label; returns its id. */
export async function makeRoom(client: MatrixClient, wanted: NewRoom): Promise<string> {
  const options: ICreateRoomOpts = {
    preset: Preset.PrivateChat,
    name: wanted.name.trim(),
    ...(wanted.topic.trim() === "" ? {} : { topic: wanted.topic.trim() }),
    invite: [...wanted.invite],
    initial_state: [ENCRYPTION, { type: LABEL_EVENT, state_key: "", content: { label: wanted.label } }],
  };
  const made = await client.createRoom(options);
  return made.room_id;
}

/** The direct room with somebody: the one that there is, or a new one, encrypted. */
export async function directRoomWith(client: MatrixClient, userId: string): Promise<string> {
  const direct = directRooms(client);
  const known = client.getRooms().find((room) => {
    const isOpen = room.getMyMembership() === "join" && room.getInvitedAndJoinedMemberCount() === 2;
    return direct.has(room.roomId) && isOpen && room.getMember(userId) !== null;
  });
  if (known !== undefined) return known.roomId;
  const made = await client.createRoom({
    preset: Preset.TrustedPrivateChat,
    is_direct: true,
    invite: [userId],
    initial_state: [ENCRYPTION, { type: LABEL_EVENT, state_key: "", content: { label: "unclassified" } }],
  });
  await markDirect(client, userId, made.room_id);
  return made.room_id;
}
