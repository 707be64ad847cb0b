import { engines, path, sharedWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

/** A room's whole state: content by type and state key. */
async function stateOf(person: Person, room: string): Promise<ReadonlyMap<string, unknown>> {
  const state = (await person.get(path`/rooms/${room}/state`)).ok();
  return new Map(
    state.json.list.map((event) => [
      `${event.at("type").text}|${event.at("state_key").text}`,
      event.at("content").value,
    ]),
  );
}

/** The types of the state events of a new room, in the order in which they were made. */
async function orderOf(person: Person, room: string): Promise<readonly string[]> {
  const page = (await person.get(path`/rooms/${room}/messages`, { dir: "f", limit: 100 })).ok();
  return page.at("chunk").list.map((event) => event.at("type").text);
}

const PRESETS = [
  { preset: "private_chat", join: "invite", history: "shared", guests: "can_join" },
  { preset: "trusted_private_chat", join: "invite", history: "shared", guests: "can_join" },
  { preset: "public_chat", join: "public", history: "shared", guests: "forbidden" },
] as const;
const VERSIONS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

for (const engine of engines) {
  describe(`rooms are made on ${engine}`, () => {
    const world = sharedWorld({ engine });

    for (const { preset, join, history, guests } of PRESETS) {
      test(`${preset} sets who may join, see the history, and come as a guest`, async () => {
        const [alice, bob] = await world().people("alice", "bob");
        for (const version of ["11", "12"]) {
          const room = await alice.createRoom({ preset, room_version: version, invite: [bob.userId] });
          const state = await stateOf(alice, room);
          assert.deepEqual(state.get("m.room.join_rules|"), { join_rule: join });
          assert.deepEqual(state.get("m.room.history_visibility|"), { history_visibility: history });
          assert.deepEqual(state.get("m.room.guest_access|"), { guest_access: guests });
          const levels = Object(state.get("m.room.power_levels|"));
          const create = Object(state.get("m.room.create|"));
          const equals = preset === "trusted_private_chat";
          if (version === "12") {
            assert.deepEqual(levels.users, {}, "creators stand above levels");
            assert.deepEqual(create.additional_creators, equals ? [bob.userId] : undefined);
            assert.equal(levels.events["m.room.tombstone"], 150);
          } else {
            assert.deepEqual(levels.users, { [alice.userId]: 100, ...(equals ? { [bob.userId]: 100 } : {}) });
            assert.equal(create.additional_creators, undefined);
          }
        }
      });
    }

    test("without a preset, who may find the room decides it", async () => {
      const alice = await world().person("alice");
      const open = await alice.createRoom({ visibility: "public" });
      assert.deepEqual((await alice.state(open, "m.room.join_rules")).body, { join_rule: "public" });
      const closed = await alice.createRoom({ visibility: "private" });
      assert.deepEqual((await alice.state(closed, "m.room.join_rules")).body, { join_rule: "invite" });
      const listed = (await alice.get(path`/directory/list/room/${open}`)).ok();
      assert.equal(listed.at("visibility").text, "public");
    });

    test("events come in the order that the specification gives, the given state before name and topic", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({
        preset: "private_chat",
        room_alias_name: `order-${engine}`,
        name: "Registry",
        topic: "Forms",
        invite: [bob.userId],
        initial_state: [
          { type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } },
          { type: "org.example.second", state_key: "x", content: { n: 2 } },
          { type: "m.room.history_visibility", content: { history_visibility: "joined" } },
        ],
      });
      assert.deepEqual(await orderOf(alice, room), [
        "m.room.create",
        "m.room.member",
        "m.room.power_levels",
        "m.room.canonical_alias",
        "m.room.join_rules",
        "m.room.guest_access",
        "m.room.encryption",
        "org.example.second",
        "m.room.history_visibility",
        "m.room.name",
        "m.room.topic",
        "m.room.member",
      ]);
      const state = await stateOf(alice, room);
      assert.deepEqual(state.get("m.room.history_visibility|"), { history_visibility: "joined" });
      assert.equal(Object(state.get("m.room.topic|")).topic, "Forms");
    });

    test("name and topic win over the given state", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({
        name: "The name",
        initial_state: [{ type: "m.room.name", content: { name: "Another" } }],
      });
      assert.equal((await alice.state(room, "m.room.name")).at("name").text, "The name");
    });

    test("invitations to a direct room say so, and carry the inviter's and the invited's names", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.put(path`/profile/${bob.userId}/displayname`, { displayname: "Bob · 鮑勃" });
      const room = await alice.createRoom({ preset: "trusted_private_chat", is_direct: true, invite: [bob.userId] });
      const invite = (await bob.sync()).at("rooms", "invite", room, "invite_state", "events").list;
      const own = invite.find((event) => event.at("state_key").value === bob.userId);
      assert.deepEqual(own?.at("content").value, { membership: "invite", displayname: "Bob · 鮑勃", is_direct: true });
      const alone = await alice.createRoom({ invite: [bob.userId] });
      const plain = (await bob.sync()).at("rooms", "invite", alone, "invite_state", "events").list;
      assert.equal(
        plain.find((event) => event.at("state_key").value === bob.userId)?.at("content", "is_direct").value,
        undefined,
      );
    });

    test("extra content of the create event is kept, what the server decides is not taken", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({
        room_version: "10",
        creation_content: { type: "m.space", "m.federate": false, creator: "@mallory:localhost", room_version: "1" },
      });
      const create = (await alice.state(room, "m.room.create")).ok().body;
      assert.deepEqual(create, { type: "m.space", "m.federate": false, creator: alice.userId, room_version: "10" });
    });

    test("power levels can be overridden, but not so that the room could not be made", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({
        room_version: "11",
        power_level_content_override: {
          events_default: 25,
          users: { [alice.userId]: 90 },
          events: { "m.room.name": 10 },
        },
      });
      const levels = (await alice.state(room, "m.room.power_levels")).ok();
      assert.equal(levels.at("events_default").number, 25);
      assert.equal(levels.at("ban").number, 50);
      assert.deepEqual(levels.at("users").value, { [alice.userId]: 90 });
      assert.deepEqual(levels.at("events").value, { "m.room.name": 10 });
      const without = await alice.post("/createRoom", {
        room_version: "11",
        name: "x",
        power_level_content_override: { users: { [alice.userId]: 0 } },
      });
      assert.equal(without.brief, "400 M_INVALID_ROOM_STATE");
      const above = await alice.post("/createRoom", {
        room_version: "12",
        power_level_content_override: { users: { [alice.userId]: 100 } },
      });
      assert.equal(above.brief, "400 M_INVALID_ROOM_STATE", "creators of version 12 have no level");
    });

    test("every version that is offered can be chosen, others are refused by name", async () => {
      const alice = await world().person("alice");
      const offered = (await alice.get("/capabilities")).ok().at("capabilities", "m.room_versions");
      assert.equal(offered.at("default").text, "12");
      for (const version of VERSIONS) {
        assert.equal(offered.at("available", version).value, "stable");
        const room = await alice.createRoom({ room_version: version });
        assert.equal((await alice.state(room, "m.room.create")).at("room_version").value, version);
        assert.equal(room.includes(":"), version !== "12", "only version 12 has ids without a server");
        const event = await alice.send(room, "hello");
        assert.equal((await alice.get(path`/rooms/${room}/event/${event}`)).ok().at("content", "body").text, "hello");
      }
      for (const version of ["0", "13", "org.example.v1", ""])
        assert.equal(
          (await alice.post("/createRoom", { room_version: version })).brief,
          "400 M_UNSUPPORTED_ROOM_VERSION",
        );
    });

    test("the same alias is given once, also to two at the same time, and nothing is left of who was too late", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const wish = { room_alias_name: `pub-${engine}`, name: "Pub" };
      const both = await Promise.all([alice.post("/createRoom", wish), bob.post("/createRoom", wish)]);
      assert.deepEqual(both.map((one) => one.brief).toSorted(), ["200", "400 M_ROOM_IN_USE"]);
      const joined = [await alice.get("/joined_rooms"), await bob.get("/joined_rooms")];
      assert.equal(joined.flatMap((one) => one.ok().at("joined_rooms").list).length, 1);
    });

    test("what is malformed is refused, and nothing is made", async () => {
      const alice = await world().person("alice");
      const faults: readonly (readonly [unknown, string])[] = [
        ["{not json", "400 M_NOT_JSON"],
        [[], "400 M_BAD_JSON"],
        [{ invite: "nobody" }, "400 M_BAD_JSON"],
        [{ invite: ["nobody"] }, "400 M_BAD_JSON"],
        [{ preset: "chat" }, "400 M_BAD_JSON"],
        [{ name: 5 }, "400 M_BAD_JSON"],
        [{ initial_state: [{ content: {} }] }, "400 M_BAD_JSON"],
        [{ creation_content: { additional_creators: ["x"] } }, "400 M_INVALID_ROOM_STATE"],
        [{ creation_content: { additional_creators: "x" } }, "400 M_INVALID_ROOM_STATE"],
        [{ room_alias_name: "a:b" }, "400 M_INVALID_PARAM"],
        [{ invite: ["@nobody:localhost"] }, "403 M_FORBIDDEN"],
        [{ invite: ["@somebody:elsewhere.example"] }, "403 M_FORBIDDEN"],
        [{ invite_3pid: [{ id_server: "x", medium: "email", address: "a@b.c" }] }, "403 M_THREEPID_DENIED"],
        [{ initial_state: [{ type: "m.room.create", content: {} }] }, "400 M_INVALID_ROOM_STATE"],
        [
          { initial_state: [{ type: "m.room.member", state_key: "@no:localhost", content: { membership: "invite" } }] },
          "403 M_FORBIDDEN",
        ],
      ];
      for (const [body, refusal] of faults)
        assert.equal((await alice.post("/createRoom", body)).brief, refusal, JSON.stringify(body));
      assert.deepEqual((await alice.get("/joined_rooms")).body, { joined_rooms: [] });
    });

    test("rooms that somebody makes in the same moment are different rooms", async () => {
      const alice = await world().person("alice");
      for (const version of ["11", "12"]) {
        const rooms = await Promise.all(Array.from({ length: 10 }, () => alice.createRoom({ room_version: version })));
        assert.equal(new Set(rooms).size, 10);
      }
    });

    test("a request without a body makes a private room", async () => {
      const alice = await world().person("alice");
      const made = await alice.call({ method: "POST", path: "/createRoom" });
      assert.deepEqual((await alice.state(made.ok().at("room_id").text, "m.room.join_rules")).body, {
        join_rule: "invite",
      });
    });
  });
}
