import assert from "node:assert/strict";
import { EventType, MsgType, Preset, type IContent, type MatrixEvent } from "matrix-js-sdk";
import { PASSWORD, type SdkPerson } from "./people.ts";

/** Whether an event says something, and could be decrypted. */
export function says(text: string): (event: MatrixEvent) => boolean {
  return (event) => !event.isDecryptionFailure() && event.getContent()["body"] === text;
}

/** Sends a message; its id. */
export async function send(person: SdkPerson, roomId: string, message: string | IContent): Promise<string> {
  const content = { msgtype: MsgType.Text, ...(typeof message === "string" ? { body: message } : message) };
  const sent = await person.client.sendEvent(roomId, EventType.RoomMessage, content as never);
  return sent.event_id;
}

/** Who is to be in a room, and how they come in once they are invited. */
export interface Guest {
  readonly userId: string;
  join(roomId: string): Promise<void>;
}

/** Makes an encrypted room with somebody else, who is in it at the end. */
export async function makeEncryptedRoom(creator: SdkPerson, guest: Guest): Promise<string> {
  const { room_id: roomId } = await creator.client.createRoom({
    preset: Preset.PrivateChat,
    name: "巡邏",
    invite: [guest.userId],
    initial_state: [{ type: EventType.RoomEncryption, state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
  });
  await guest.join(roomId);
  await creator.until("the other one is in", () => creator.client.getRoom(roomId)?.getJoinedMemberCount() === 2);
  return roomId;
}

/** Somebody with matrix-js-sdk as a guest. */
export function asGuest(person: SdkPerson): Guest {
  return {
    userId: person.userId,
    join: async (roomId) => {
      await person.until("the invitation", () => person.client.getRoom(roomId)?.getMyMembership() === "invite");
      await person.client.joinRoom(roomId);
      await person.until(
        "encryption is known",
        () => person.client.getRoom(roomId)?.hasEncryptionStateEvent() === true,
      );
    },
  };
}

/** Cross-signing, secret storage and a key backup, as a client makes them at the first sign-in. */
export async function setUpIdentity(person: SdkPerson): Promise<void> {
  const crypto = person.client.getCrypto();
  assert.ok(crypto);
  await crypto.bootstrapCrossSigning({
    authUploadDeviceSigningKeys: async (request) => {
      await request({
        type: "m.login.password",
        identifier: { type: "m.id.user", user: person.userId },
        password: PASSWORD,
      });
    },
  });
  await crypto.bootstrapSecretStorage({
    createSecretStorageKey: async () => {
      const key = await crypto.createRecoveryKeyFromPassphrase();
      person.secrets.key = key.privateKey;
      return key;
    },
    setupNewKeyBackup: true,
  });
}
