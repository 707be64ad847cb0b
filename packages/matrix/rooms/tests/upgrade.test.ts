import { parseDeviceId, parseUserId } from "@causeway/base";
import { engines, path, sharedWorld, testWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function upgrade(person: Person, room: string, wish: object): Promise<Answered> {
  return person.post(path`/rooms/${room}/upgrade`, wish);
}

async function upgraded(person: Person, room: string, wish: object): Promise<string> {
  return (await upgrade(person, room, wish)).ok().at("replacement_room").text;
}

const LABEL = "org.causeway.label";

/** Makes somebody's device one of the government's: on others a RESTRICTED room is not shown. */
async function manage(world: TestWorld, person: Person): Promise<void> {
  const [user, device] = [parseUserId(person.userId), parseDeviceId(person.deviceId)];
  assert.ok(user !== undefined && device !== undefined);
  assert.ok((await world.server.accounts.setDeviceClass(user, device, { managed: true, by: user })).ok);
}

for (const engine of engines) {
  describe(`room upgrades on ${engine}`, () => {
    const world = sharedWorld({ engine });

    for (const [from, to] of [
      ["10", "11"],
      ["11", "12"],
      ["12", "12"],
      ["12", "11"],
      ["6", "10"],
    ] as const) {
      test(`a room of version ${from} goes on as one of version ${to} with what it was`, async () => {
        await using own = await testWorld({ engine });
        const [alice, bob, banned] = await own.people("alice", "bob", "banned");
        for (const person of [alice, bob]) await manage(own, person);
        const room = await alice.createRoomWith([bob], {
          room_version: from,
          name: "Registry",
          topic: "Forms",
          visibility: "public",
          preset: "private_chat",
          room_alias_name: "registry",
          creation_content: { type: "m.space" },
          initial_state: [
            { type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } },
            { type: LABEL, content: { label: "RESTRICTED" } },
            { type: "m.room.history_visibility", content: { history_visibility: "joined" } },
            { type: "m.space.child", state_key: "!child:localhost", content: { via: ["localhost"] } },
            { type: "org.example.private", content: { stays: true } },
          ],
        });
        const levels = (await alice.state(room, "m.room.power_levels")).ok();
        const users = { ...Object(levels.at("users").value), [bob.userId]: 50 };
        (await alice.setState(room, "m.room.power_levels", { content: { ...Object(levels.body), users } })).ok();
        await alice.post(path`/rooms/${room}/ban`, { user_id: banned.userId, reason: "spam" });
        const next = await upgraded(alice, room, { new_version: to });
        const tombstone = (await bob.get(path`/rooms/${room}/state/m.room.tombstone`, { format: "event" })).ok();
        assert.equal(tombstone.at("content", "replacement_room").text, next);
        const create = (await alice.state(next, "m.room.create")).ok();
        assert.equal(create.at("predecessor", "room_id").text, room);
        assert.equal(
          create.at("predecessor", "event_id").value,
          to === "12" ? undefined : tombstone.at("event_id").text,
        );
        assert.deepEqual([create.at("type").text, create.at("room_version").text], ["m.space", to]);
        for (const type of [
          "m.room.name",
          "m.room.topic",
          "m.room.encryption",
          LABEL,
          "m.room.history_visibility",
          "m.room.join_rules",
        ])
          assert.deepEqual((await alice.state(next, type)).ok().body, (await bob.state(room, type)).ok().body, type);
        assert.ok((await alice.state(next, "m.space.child", "!child:localhost")).ok());
        assert.equal((await alice.state(next, "org.example.private")).brief, "404 M_NOT_FOUND");
        const out = (await alice.state(next, "m.room.member", banned.userId)).ok();
        assert.deepEqual(out.body, { membership: "ban", reason: "spam" });
        assert.equal((await alice.state(next, "m.room.member", bob.userId)).brief, "404 M_NOT_FOUND");
        const after = (await alice.state(next, "m.room.power_levels")).ok();
        const mine = to === "12" ? {} : { [alice.userId]: 100 };
        assert.deepEqual(after.at("users").value, { ...mine, [bob.userId]: 50 });
        if (to === "12") assert.ok(after.at("events", "m.room.tombstone").number > after.at("state_default").number);
        const found = (await bob.get(path`/directory/room/${"#registry:localhost"}`)).ok();
        assert.equal(found.at("room_id").text, next);
        assert.equal((await alice.state(next, "m.room.canonical_alias")).ok().at("alias").text, "#registry:localhost");
        assert.deepEqual((await bob.state(room, "m.room.canonical_alias")).ok().body, {});
        const listed = (await bob.get("/publicRooms"))
          .ok()
          .at("chunk")
          .list.map((one) => one.at("room_id").text);
        assert.deepEqual(listed, [next]);
        const closed = (await bob.state(room, "m.room.power_levels")).ok();
        assert.deepEqual([closed.at("events_default").number, closed.at("invite").number], [50, 50]);
        // Its label stands from its first moment, so that only encrypted text is taken.
        assert.equal((await alice.trySend(next, { body: "plain" })).brief, "403 LABEL_NEEDS_ENCRYPTION");
        const sealed = { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "x" };
        assert.equal((await alice.trySend(next, sealed, { type: "m.room.encrypted" })).brief, "200");
        await own.restart();
        assert.deepEqual((await alice.state(next, "m.room.power_levels")).ok().body, after.body);
        assert.equal((await bob.state(room, "m.room.tombstone")).ok().at("replacement_room").text, next);
      });
    }

    test("further creators are named anew, only where a version has them, and their levels are not written down", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({
        room_version: "11",
        power_level_content_override: { users: { [alice.userId]: 100, [bob.userId]: 100 } },
      });
      const next = await upgraded(alice, room, { new_version: "12", additional_creators: [bob.userId, bob.userId] });
      const create = (await alice.state(next, "m.room.create")).ok();
      assert.deepEqual(create.at("additional_creators").value, [bob.userId]);
      assert.deepEqual((await alice.state(next, "m.room.power_levels")).ok().at("users").value, {});
      const again = await upgraded(alice, next, { new_version: "12" });
      assert.equal((await alice.state(again, "m.room.create")).ok().at("additional_creators").isThere, false);
      assert.deepEqual((await alice.state(again, "m.room.power_levels")).ok().at("users").value, { [bob.userId]: 100 });
      const back = await upgraded(alice, again, { new_version: "10", additional_creators: [bob.userId] });
      assert.equal((await alice.state(back, "m.room.create")).ok().at("additional_creators").isThere, false);
    });

    test("who has no power for it, is not in the room, or asks for what is not there changes nothing", async () => {
      const [alice, bob, stranger] = await world().people("alice", "bob", "stranger");
      const room = await alice.createRoomWith([bob]);
      assert.equal((await upgrade(bob, room, { new_version: "12" })).brief, "403 M_FORBIDDEN");
      assert.equal((await upgrade(stranger, room, { new_version: "12" })).brief, "403 M_FORBIDDEN");
      assert.equal((await upgrade(stranger, "!nowhere:localhost", { new_version: "12" })).brief, "403 M_FORBIDDEN");
      assert.equal((await upgrade(alice, room, { new_version: "99" })).brief, "400 M_UNSUPPORTED_ROOM_VERSION");
      assert.equal((await upgrade(alice, room, {})).brief, "400 M_BAD_JSON");
      assert.equal(
        (await upgrade(alice, room, { new_version: "12", additional_creators: ["x"] })).brief,
        "400 M_BAD_JSON",
      );
      assert.equal((await alice.state(room, "m.room.tombstone")).brief, "404 M_NOT_FOUND");
      assert.deepEqual((await bob.get("/joined_rooms")).ok().at("joined_rooms").value, [room]);
      await alice.send(room, "still here");
    });

    test("a moderator who may upgrade can, though they could not set every level again", async () => {
      const [alice, mod] = await world().people("alice", "mod");
      const room = await alice.createRoomWith([mod], {
        room_version: "10",
        power_level_content_override: {
          users: { [alice.userId]: 100, [mod.userId]: 50 },
          events: { "m.room.tombstone": 50, "m.room.power_levels": 100, "m.room.encryption": 100 },
        },
        initial_state: [{ type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
      });
      const next = await upgraded(mod, room, { new_version: "11" });
      const users = (await mod.state(next, "m.room.power_levels")).ok().at("users").value;
      assert.deepEqual(users, { [alice.userId]: 100, [mod.userId]: 50 });
      assert.equal(
        (await alice.state(room, "m.room.power_levels")).ok().at("events_default").number,
        0,
        "left as it was",
      );
    });

    test("tags, rules and direct chats come along with those who come, but not on the word of another room", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { preset: "public_chat" });
      for (const person of [alice, bob]) {
        (await person.put(path`/user/${person.userId}/rooms/${room}/tags/m.favourite`, { order: 0.5 })).ok();
        (await person.put(path`/pushrules/global/room/${room}`, { actions: [] })).ok();
      }
      (await bob.put(path`/user/${bob.userId}/account_data/m.direct`, { [alice.userId]: [room] })).ok();
      const false_ = await alice.createRoom({
        preset: "public_chat",
        creation_content: { predecessor: { room_id: room } },
      });
      (await bob.join(false_)).ok();
      const next = await upgraded(alice, room, { new_version: "12" });
      (await bob.join(next)).ok();
      for (const person of [alice, bob]) {
        const tags = (await person.get(path`/user/${person.userId}/rooms/${next}/tags`)).ok();
        assert.deepEqual(tags.body, { tags: { "m.favourite": { order: 0.5 } } });
        assert.deepEqual((await person.get(path`/pushrules/global/room/${next}`)).ok().at("actions").value, []);
      }
      const direct = (await bob.get(path`/user/${bob.userId}/account_data/m.direct`)).ok();
      assert.deepEqual(direct.body, { [alice.userId]: [room, next] });
      assert.deepEqual((await bob.get(path`/user/${bob.userId}/rooms/${false_}/tags`)).ok().body, { tags: {} });
    });

    test("of two who upgrade at once each gets a room, and the old one names one of them", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { preset: "trusted_private_chat" });
      const both = await Promise.all([alice, bob].map((one) => upgrade(one, room, { new_version: "12" })));
      const rooms = both.map((one) => one.ok().at("replacement_room").text);
      assert.notEqual(rooms[0], rooms[1]);
      assert.ok(rooms.includes((await alice.state(room, "m.room.tombstone")).ok().at("replacement_room").text));
    });
  });
}
