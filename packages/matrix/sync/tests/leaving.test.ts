import { engines, sharedWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const AFTER = { query: { use_state_after: true } };
const members = { room: { state: { lazy_load_members: true }, timeline: { types: ["m.room.message"] } } };

for (const engine of engines) {
  describe(`leaving a room, seen by sync on ${engine}`, () => {
    const world = sharedWorld({ engine });

    for (const what of ["kick", "ban"] as const) {
      test(`who is told of a ${what} learns it from the state after, whatever the timeline leaves out`, async () => {
        const [alice, bob] = await world().people("alice", "bob");
        const room = await alice.createRoomWith([bob]);
        const wishes = [AFTER, { ...AFTER, filter: members }];
        const devices = await Promise.all(wishes.map(() => bob.device()));
        for (const [index, device] of devices.entries()) await device.sync(wishes[index]);
        (await alice.about(what, room, bob)).ok();
        for (const [index, device] of devices.entries()) {
          const left = (await device.sync(wishes[index])).at("rooms", "leave", room);
          const own = left
            .at("state_after", "events")
            .list.filter((event) => event.at("state_key").value === bob.userId);
          assert.deepEqual(
            own.map((event) => event.at("content", "membership").value),
            [what === "kick" ? "leave" : "ban"],
          );
          assert.equal(left.at("state").isThere, false);
        }
      });
    }

    test("what changed before somebody was removed is in the state after, and what changed later is nowhere", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync(AFTER);
      (await alice.setState(room, "m.room.topic", { content: { topic: "before" } })).ok();
      (await alice.about("kick", room, bob)).ok();
      (await alice.setState(room, "m.room.topic", { content: { topic: "after" } })).ok();
      const answer = await bob.sync(AFTER);
      const state = answer.at("rooms", "leave", room, "state_after", "events").list;
      assert.deepEqual(
        state.flatMap((event) =>
          event.at("type").value === "m.room.topic" ? [event.at("content", "topic").value] : [],
        ),
        ["before"],
      );
      assert.equal(JSON.stringify(answer.value).includes('"after"'), false);
    });

    test("who declines an invitation learns no more than that", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({ topic: "secret" });
      await bob.sync(AFTER);
      (await alice.about("invite", room, bob)).ok();
      await bob.sync(AFTER);
      (await bob.leave(room)).ok();
      const left = (await bob.sync(AFTER)).at("rooms", "leave", room);
      assert.equal(left.at("state_after", "events").list.length, 1);
      assert.equal(left.at("state_after", "events", 0, "content", "membership").value, "leave");
      assert.equal(JSON.stringify(left.value).includes("secret"), false);
    });

    test("each event carries the reader's membership at it, the change that it makes included", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({ preset: "public_chat" });
      await bob.sync();
      await alice.send(room, "early");
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      await alice.send(room, "welcome");
      const joined = (await bob.sync()).at("rooms", "join", room, "timeline", "events").list;
      const told = joined.map((event) => [
        event.at("content", "membership").value ?? event.at("content", "body").value,
        event.at("unsigned", "membership").value,
      ]);
      assert.deepEqual(told.slice(-4), [
        ["early", "leave"],
        ["invite", "invite"],
        ["join", "join"],
        ["welcome", "join"],
      ]);
      (await alice.about("kick", room, bob)).ok();
      const [last] = (await bob.sync()).at("rooms", "leave", room, "timeline", "events").list.slice(-1);
      assert.equal(last?.at("unsigned", "membership").value, "leave");
    });
  });
}
