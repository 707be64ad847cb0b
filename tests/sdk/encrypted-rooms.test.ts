import assert from "node:assert/strict";
import { test } from "node:test";
import { EventType, MsgType, ReceiptType, RelationType, type MatrixEvent } from "matrix-js-sdk";
import { startServer, type TestServer } from "../server.ts";
import { readFile, sendFile } from "./attachment.ts";
import { asGuest, makeEncryptedRoom, says, send, setUpIdentity } from "./encrypted-room.ts";
import { register, signIn, type SdkPerson } from "./people.ts";

/** Two people in a room, and all that was sent in it that needs a key to be read. */
interface Talk {
  readonly server: TestServer;
  readonly alice: SdkPerson;
  readonly bob: SdkPerson;
  readonly roomId: string;
  /** Ids of the encrypted events, with what each says in the end. */
  readonly said: Map<string, string>;
}

test("two people talk in an encrypted room, through a restart, and a later device reads it all from the backup", async () => {
  await using server = await startServer();
  for (const name of ["alice", "bob", "carol"]) await register(server.url, name);
  await using alice = await signIn(server.url, "alice");
  await using bob = await signIn(server.url, "bob");
  await setUpIdentity(alice);
  await setUpIdentity(bob);
  const talk: Talk = { server, alice, bob, roomId: await makeEncryptedRoom(alice, asGuest(bob)), said: new Map() };

  await say(talk, [alice, bob], "早晨");
  await say(talk, [bob, alice], "good morning");
  await server.stop();
  await server.start();
  await say(talk, [alice, bob], "after the restart");
  await say(talk, [bob, alice], "after the restart too");

  await reactAndEdit(talk);
  await thread(talk);
  await typingAndReceipts(talk);
  await files(talk);
  await inviteAndRemove(talk);
  await laterDevice(talk);
});

/** One says something, the other reads it; it went encrypted. */
async function say({ roomId, said }: Talk, [from, to]: readonly [SdkPerson, SdkPerson], text: string): Promise<string> {
  const id = await send(from, roomId, text);
  said.set(id, text);
  const received = await to.event(roomId, says(text));
  assert.equal(received.isEncrypted(), true);
  assert.equal(received.getId(), id);
  return id;
}

async function reactAndEdit(talk: Talk): Promise<void> {
  const { alice, bob, roomId, said } = talk;
  const message = await say(talk, [bob, alice], "see you at nine");
  const reaction = await alice.client.sendEvent(roomId, EventType.Reaction, {
    "m.relates_to": { rel_type: RelationType.Annotation, event_id: message, key: "👍" },
  });
  const isReaction = (event: MatrixEvent): boolean => event.getContent()["m.relates_to"]?.key === "👍";
  await bob.event(roomId, (event) => event.getType() === "m.reaction" && isReaction(event));
  await alice.client.redactEvent(roomId, reaction.event_id);
  await bob.until("the reaction is taken back", () =>
    Boolean(bob.client.getRoom(roomId)?.findEventById(reaction.event_id)?.isRedacted()),
  );

  const edit = await send(bob, roomId, {
    body: "* see you at ten",
    "m.new_content": { msgtype: MsgType.Text, body: "see you at ten" },
    "m.relates_to": { rel_type: RelationType.Replace, event_id: message },
  });
  const bodyOf = (person: SdkPerson): unknown =>
    person.client.getRoom(roomId)?.findEventById(message)?.getContent()["body"];
  for (const person of [alice, bob]) await person.until("the edit", () => bodyOf(person) === "see you at ten");
  said.set(message, "see you at ten");
  said.set(edit, "* see you at ten");
}

async function thread(talk: Talk): Promise<void> {
  const { alice, bob, roomId, said } = talk;
  const root = await say(talk, [alice, bob], "the plan");
  for (const [from, to, text] of [
    [bob, alice, "first in the thread"],
    [alice, bob, "second in the thread"],
  ] as const) {
    said.set(await send(from, roomId, { body: text, "m.relates_to": { rel_type: "m.thread", event_id: root } }), text);
    await to.event(roomId, says(text));
  }
  for (const person of [alice, bob]) {
    await person.until("the thread", () => person.client.getRoom(roomId)?.getThread(root)?.length === 2);
    const replies = person.client.getRoom(roomId)?.getThread(root)?.events ?? [];
    assert.ok(replies.some(says("second in the thread")));
  }
}

async function typingAndReceipts(talk: Talk): Promise<void> {
  const { alice, bob, roomId } = talk;
  const isTyping = (): boolean | undefined => alice.client.getRoom(roomId)?.getMember(bob.userId)?.typing;
  await bob.client.sendTyping(roomId, true, 20_000);
  await alice.until("typing", () => isTyping() === true);
  await bob.client.sendTyping(roomId, false, 0);
  await alice.until("typing no more", () => isTyping() === false);

  const lastId = await say(talk, [alice, bob], "have you seen this?");
  const last = bob.client.getRoom(roomId)?.findEventById(lastId);
  assert.ok(last);
  const hasRead = (): boolean => alice.client.getRoom(roomId)?.hasUserReadEvent(bob.userId, lastId) === true;
  await bob.client.sendReadReceipt(last, ReceiptType.ReadPrivate);
  await alice.client.sendTyping(roomId, true, 5000);
  await bob.until("a sync later", () => bob.client.getRoom(roomId)?.getMember(alice.userId)?.typing === true);
  assert.equal(hasRead(), false, "a private receipt is nobody else's");
  await bob.client.sendReadReceipt(last);
  await alice.until("the receipt", hasRead);
}

async function files({ alice, bob, roomId, said, server }: Talk): Promise<void> {
  const text = "%PDF-1.4 巡邏報告 in the clear";
  said.set(await sendFile(alice, roomId, { name: "報告.pdf", text }), "報告.pdf");
  assert.equal(await readFile(bob, roomId, "報告.pdf"), text);
  const event = await bob.event(roomId, says("報告.pdf"));
  const [origin, id] = String(event.getContent()["file"].url).slice("mxc://".length).split("/");
  const path = `/_matrix/client/v1/media/download/${origin}/${id}`;
  assert.equal((await fetch(`${server.url}${path}`)).status, 401, "nobody without a token has it");
  const token = bob.client.getAccessToken();
  const stored = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.ok(!(await stored.text()).includes("PDF"), "the server holds no more than what was sealed");
}

/** Somebody comes in later, reads from then on, is removed, and reads no more. */
async function inviteAndRemove(talk: Talk): Promise<void> {
  const { server, alice, bob, roomId, said } = talk;
  await using carol = await signIn(server.url, "carol");
  await bob.client.invite(roomId, carol.userId);
  await asGuest(carol).join(roomId);
  await alice.until("all three are in", () => alice.client.getRoom(roomId)?.getJoinedMemberCount() === 3);
  const id = await say(talk, [alice, carol], "welcome");
  assert.ok(said.has(id));
  await say(talk, [carol, bob], "thank you");
  await alice.event(roomId, says("thank you"));
  await alice.client.kick(roomId, carol.userId, "the shift is over");
  await carol.until("gone", () => carol.client.getRoom(roomId)?.getMyMembership() === "leave");
  await bob.until("two are left", () => bob.client.getRoom(roomId)?.getJoinedMemberCount() === 2);
  await say(talk, [alice, bob], "between us again");
  const events = carol.client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
  assert.ok(!events.some(says("between us again")));
}

/** A device that signs in later: cross-signed from secret storage, it restores the backup and can read everything. */
async function laterDevice(talk: Talk): Promise<void> {
  const { server, alice, bob, roomId, said } = talk;
  await alice.until("all keys are backed up", async () => {
    const answer = await fetch(`${server.url}/_matrix/client/v3/room_keys/version`, {
      headers: { authorization: `Bearer ${alice.client.getAccessToken()}` },
    });
    const { count } = JSON.parse(await answer.text());
    const sessions = new Set(encryptedEvents(alice, roomId).map((event) => event.getWireContent()["session_id"]));
    return count >= sessions.size;
  });
  await using later = await signIn(server.url, "alice");
  later.secrets.key = alice.secrets.key;
  const crypto = later.client.getCrypto();
  assert.ok(crypto);
  assert.equal(await crypto.userHasCrossSigningKeys(later.userId, true), true);
  await crypto.bootstrapCrossSigning({});
  await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
  const restored = await crypto.restoreKeyBackup();
  assert.equal(restored.imported, restored.total);
  await isCrossSigned(later, bob);

  const room = later.client.getRoom(roomId);
  assert.ok(room);
  for (const [id, text] of said) {
    await later.until(`reading ${text}`, async () => {
      if (room.findEventById(id) === undefined) await later.client.scrollback(room, 100);
      const event = room.findEventById(id);
      return (
        event !== undefined &&
        !event.isBeingDecrypted() &&
        !event.isDecryptionFailure() &&
        event.getContent()["body"] === text
      );
    });
  }
  assert.ok(encryptedEvents(later, roomId).length >= said.size);
  await later.until("nothing is undecryptable", () =>
    encryptedEvents(later, roomId).every((event) => !event.isDecryptionFailure() && !event.isBeingDecrypted()),
  );
  await say(talk, [bob, later], "and to the new one");
  await say(talk, [later, bob], "the new one answers");
  await alice.event(roomId, says("the new one answers"));
}

function encryptedEvents(person: SdkPerson, roomId: string): MatrixEvent[] {
  const room = person.client.getRoom(roomId);
  const threads = room?.getThreads().flatMap((one) => one.events) ?? [];
  return [...(room?.getLiveTimeline().getEvents() ?? []), ...threads].filter((event) => event.isEncrypted());
}

/** The device is signed by its owner, in its own eyes and in those of somebody else. */
async function isCrossSigned(later: SdkPerson, other: SdkPerson): Promise<void> {
  const device = later.client.getDeviceId() ?? "";
  for (const person of [later, other]) {
    await person.until("the new device is signed by its owner", async () => {
      const status = await person.client.getCrypto()?.getDeviceVerificationStatus(later.userId, device);
      return status?.signedByOwner === true;
    });
  }
}
