import assert from "node:assert/strict";
import { test } from "node:test";
import { EventType, MsgType, Preset, RelationType, type IContent, type MatrixEvent } from "matrix-js-sdk";
import { startServer } from "../server.ts";
import { PASSWORD, register, signIn, type SdkPerson } from "./people.ts";

function says(text: string): (event: MatrixEvent) => boolean {
  return (event) => !event.isDecryptionFailure() && event.getContent()["body"] === text;
}

async function send(person: SdkPerson, roomId: string, body: string, more: IContent = {}): Promise<string> {
  const content = { msgtype: MsgType.Text, body, ...more };
  const sent = await person.client.sendEvent(roomId, EventType.RoomMessage, content as never);
  return sent.event_id;
}

async function makeEncryptedRoom(creator: SdkPerson, invited: SdkPerson): Promise<string> {
  const { room_id: roomId } = await creator.client.createRoom({
    preset: Preset.PrivateChat,
    name: "巡邏",
    invite: [invited.userId],
    initial_state: [{ type: EventType.RoomEncryption, state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
  });
  await invited.until("the invitation", () => invited.client.getRoom(roomId)?.getMyMembership() === "invite");
  await invited.client.joinRoom(roomId);
  await creator.until("the other one is in", () => creator.client.getRoom(roomId)?.getJoinedMemberCount() === 2);
  await invited.until("encryption is known", () => invited.client.getRoom(roomId)?.hasEncryptionStateEvent() === true);
  return roomId;
}

/** Cross-signing, secret storage and a key backup, as a client makes them at the first sign-in. */
async function setUpIdentity(person: SdkPerson): Promise<void> {
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

test("two people talk in an encrypted room, through a restart, and a later device reads it all from the backup", async () => {
  await using server = await startServer();
  for (const name of ["alice", "bob"]) await register(server.url, name);
  await using alice = await signIn(server.url, "alice");
  await using bob = await signIn(server.url, "bob");
  await setUpIdentity(alice);
  const roomId = await makeEncryptedRoom(alice, bob);

  await send(alice, roomId, "早晨");
  await bob.event(roomId, says("早晨"));
  const answer = await send(bob, roomId, "good morning");
  const received = await alice.event(roomId, says("good morning"));
  assert.equal(received.isEncrypted(), true);

  await server.stop();
  await server.start();
  await send(alice, roomId, "after the restart");
  await bob.event(roomId, says("after the restart"));

  await alice.client.sendEvent(roomId, EventType.Reaction, {
    "m.relates_to": { rel_type: RelationType.Annotation, event_id: answer, key: "👍" },
  });
  await bob.event(
    roomId,
    (event) => event.getType() === "m.reaction" && event.getContent()["m.relates_to"]?.key === "👍",
  );
  const edited = {
    "m.new_content": { msgtype: MsgType.Text, body: "good morning!" },
    "m.relates_to": { rel_type: RelationType.Replace, event_id: answer },
  };
  await send(bob, roomId, "* good morning!", edited);
  await alice.until(
    "the edit",
    () => alice.client.getRoom(roomId)?.findEventById(answer)?.getContent()["body"] === "good morning!",
  );
  await send(alice, roomId, "in a thread", { "m.relates_to": { rel_type: "m.thread", event_id: answer } });
  await bob.event(roomId, says("in a thread"));

  await bob.client.sendTyping(roomId, true, 20_000);
  await alice.until("typing", () => alice.client.getRoom(roomId)?.getMember(bob.userId)?.typing === true);
  const last = bob.client.getRoom(roomId)?.getLiveTimeline().getEvents().at(-1);
  assert.ok(last);
  await bob.client.sendReadReceipt(last);
  await alice.until(
    "the receipt",
    () => alice.client.getRoom(roomId)?.hasUserReadEvent(bob.userId, last.getId() ?? "") === true,
  );

  const file = await alice.client.uploadContent(new Blob(["%PDF-1.4 sealed"]), {
    type: "application/octet-stream",
    name: "檔案.bin",
  });
  assert.match(file.content_uri, /^mxc:\/\/localhost\//);
  const url = bob.client.mxcUrlToHttp(file.content_uri, undefined, undefined, undefined, false, true, true);
  const downloaded = await fetch(url ?? "", { headers: { authorization: `Bearer ${bob.client.getAccessToken()}` } });
  assert.equal(await downloaded.text(), "%PDF-1.4 sealed");

  await thirdDevice(server.url, { first: alice, roomId });
});

/** A device that signs in later: cross-signed from secret storage, it restores the backup and can read everything. */
async function thirdDevice(url: string, from: { readonly first: SdkPerson; readonly roomId: string }): Promise<void> {
  const { first, roomId } = from;
  await first.until("all keys are backed up", async () => {
    const answer = await fetch(`${url}/_matrix/client/v3/room_keys/version`, {
      headers: { authorization: `Bearer ${first.client.getAccessToken()}` },
    });
    return /"count":([2-9]|[1-9][0-9])/.test(await answer.text());
  });
  await using later = await signIn(url, "alice");
  later.secrets.key = first.secrets.key;
  const own = later.client.getCrypto();
  assert.ok(own);
  assert.equal(await own.userHasCrossSigningKeys(later.userId, true), true);
  await own.bootstrapCrossSigning({});
  await own.loadSessionBackupPrivateKeyFromSecretStorage();
  await own.restoreKeyBackup();
  const status = await own.getDeviceVerificationStatus(later.userId, later.client.getDeviceId() ?? "");
  assert.equal(status?.signedByOwner, true);
  const room = later.client.getRoom(roomId);
  assert.ok(room);
  for (const text of ["早晨", "after the restart"]) await later.event(roomId, says(text));
  const encrypted = (): MatrixEvent[] =>
    room
      .getLiveTimeline()
      .getEvents()
      .filter((event) => event.isEncrypted());
  assert.ok(encrypted().length >= 4);
  await later.until("nothing is undecryptable", () =>
    encrypted().every((event) => !event.isDecryptionFailure() && !event.isBeingDecrypted()),
  );
}
