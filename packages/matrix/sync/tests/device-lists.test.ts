import { engines, sharedWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const encryption = {
  initial_state: [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
};

function uploadKeys(person: Person, mark = "1"): Promise<unknown> {
  const { userId, deviceId } = person;
  return person
    .post("/keys/upload", {
      device_keys: {
        user_id: userId,
        device_id: deviceId,
        algorithms: ["m.megolm.v1.aes-sha2"],
        keys: { [`ed25519:${deviceId}`]: `key${mark}`, [`curve25519:${deviceId}`]: "key" },
        signatures: { [userId]: { [`ed25519:${deviceId}`]: "signature" } },
      },
    })
    .then((answer) => answer.ok());
}

function lists(answer: JsonView): { changed: unknown; left: unknown } {
  const sorted = (name: string): unknown =>
    answer
      .at("device_lists", name)
      .list.map((one) => one.text)
      .toSorted();
  return { changed: sorted("changed"), left: sorted("left") };
}

function ids(...people: readonly Person[]): string[] {
  return people.map((one) => one.userId).toSorted();
}

for (const engine of engines) {
  describe(`lists of devices that changed, on ${engine}`, () => {
    const world = sharedWorld({ engine });

    /** The same by `/sync` and by `/keys/changes` between the same two tokens. */
    async function seen(person: Person): Promise<{ changed: unknown; left: unknown }> {
      const from = person.since;
      const told = lists(await person.sync());
      const asked = (await person.get("/keys/changes", { from, to: person.since })).ok().json;
      const again = lists({ at: (_: string, name: string) => asked.at(name) } as unknown as JsonView);
      assert.deepEqual(again, told);
      return told;
    }

    test("new keys are told to those who share a room, to oneself, and to nobody else; once", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      await alice.createRoomWith([bob], encryption);
      for (const one of [alice, bob, carol]) await one.sync();
      await uploadKeys(alice);
      assert.deepEqual(await seen(bob), { changed: ids(alice), left: [] });
      assert.deepEqual(await seen(alice), { changed: ids(alice), left: [] });
      assert.deepEqual(await seen(carol), { changed: [], left: [] });
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
      await uploadKeys(alice);
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
      await uploadKeys(alice, "2");
      assert.deepEqual(await seen(bob), { changed: ids(alice), left: [] });
      assert.equal((await bob.sync({ since: "none" })).at("device_lists").isThere, false);
    });

    test("who comes into an encrypted room is new to those in it, and they to them", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob], { preset: "public_chat", ...encryption });
      for (const one of [alice, bob, carol]) await one.sync();
      (await carol.join(room)).ok();
      assert.deepEqual(await seen(carol), { changed: ids(alice, bob, carol), left: [] });
      assert.deepEqual(await seen(bob), { changed: ids(carol), left: [] });
      const content = { membership: "join", displayname: "another name" };
      (await carol.setState(room, "m.room.member", { content, key: carol.userId })).ok();
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
    });

    test("when encryption begins everybody in the room is to be asked for", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.sync();
      (await alice.setState(room, "m.room.encryption", { content: { algorithm: "m.megolm.v1.aes-sha2" } })).ok();
      assert.deepEqual(await seen(alice), { changed: ids(alice, bob), left: [] });
    });

    test("who leaves the last encrypted room that is shared is left, on both sides; not while one is shared", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const one = await alice.createRoomWith([bob], encryption);
      const two = await alice.createRoomWith([bob], encryption);
      const plain = await alice.createRoomWith([bob]);
      for (const person of [alice, bob]) await person.sync();
      (await bob.leave(one)).ok();
      assert.deepEqual(await seen(alice), { changed: [], left: [] });
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
      (await alice.about("kick", two, bob)).ok();
      assert.deepEqual(await seen(alice), { changed: [], left: ids(bob) });
      assert.deepEqual(await seen(bob), { changed: [], left: ids(alice) });
      (await bob.leave(plain)).ok();
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
      await uploadKeys(bob);
      assert.deepEqual(await seen(alice), { changed: [], left: [] });
    });

    test("who leaves a crowd has left all of it but those whom they meet elsewhere", async () => {
      const [alice, ...crowd] = await world().people(
        "alice",
        ...Array.from({ length: 24 }, (_, index) => `crowd${index}`),
      );
      assert.ok(alice !== undefined);
      const room = await alice.createRoomWith(crowd, encryption);
      await alice.createRoomWith(crowd.slice(0, 2), encryption);
      await alice.sync();
      (await alice.leave(room)).ok();
      assert.deepEqual(await seen(alice), { changed: [], left: ids(...crowd.slice(2)) });
    });

    test("who declines an invitation has left nobody", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({ ...encryption, invite: [bob.userId] });
      await bob.sync();
      (await bob.leave(room)).ok();
      assert.deepEqual(await seen(bob), { changed: [], left: [] });
    });

    test("a sign-out is told, and a filter hides rooms but no keys", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], encryption);
      const phone = await alice.device();
      await uploadKeys(phone);
      const filter = { room: { not_rooms: [room] } };
      await bob.sync({ filter });
      (await phone.post("/logout")).ok();
      assert.deepEqual(lists(await bob.sync({ filter })), { changed: ids(alice), left: [] });
      (await alice.leave(room)).ok();
      assert.deepEqual(lists(await bob.sync({ filter })), { changed: [], left: ids(alice) });
    });

    test("after a restart what changed before is still told", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await alice.createRoomWith([bob], encryption);
      await bob.sync();
      await uploadKeys(alice);
      await world().restart();
      assert.deepEqual(await seen(bob), { changed: ids(alice), left: [] });
    });

    test("tokens of `/keys/changes` are looked at like those of `/sync`", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await alice.sync();
      await bob.sync();
      for (const from of ["nope", "", "s1_2_3", bob.since])
        assert.equal((await alice.get("/keys/changes", { from, to: alice.since })).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.get("/keys/changes", { from: alice.since })).brief, "400 M_MISSING_PARAM");
    });
  });
}
