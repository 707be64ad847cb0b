import { engines, path, sharedWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { before, bodies, joined, kinds, members, timeline } from "./reading.ts";

const few = { room: { timeline: { limit: 3 } } };

for (const engine of engines) {
  describe(`timelines and states of a sync on ${engine}`, () => {
    const world = sharedWorld({ engine, env: { CAUSEWAY_LIMITS_ROOMS_TAIL_EVENTS: "30" } });

    test("a first sync has the whole state before its timeline, and says that nothing is left out when that is so", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { name: "first" });
      await alice.send(room, "one");
      const whole = joined(await alice.sync({ since: "none" }), room);
      assert.equal(whole.at("timeline", "limited").value, false);
      assert.equal(whole.at("state", "events").list.length, 0);
      assert.equal(kinds(timeline(whole))[0], "m.room.create ");
      (await alice.setState(room, "m.room.name", { content: { name: "second" } })).ok();
      await alice.send(room, "two");
      const cut = joined(await alice.sync({ since: "none", filter: { room: { timeline: { limit: 1 } } } }), room);
      assert.equal(cut.at("timeline", "limited").value, true);
      assert.deepEqual(bodies(cut), ["two"]);
      const names = cut.at("state", "events").list.filter((event) => event.at("type").value === "m.room.name");
      assert.deepEqual(
        names.map((event) => event.at("content", "name").value),
        ["second"],
      );
      const inside = joined(await alice.sync({ since: "none", filter: { room: { timeline: { limit: 2 } } } }), room);
      const earlier = inside.at("state", "events").list.filter((event) => event.at("type").value === "m.room.name");
      assert.deepEqual(
        earlier.map((event) => event.at("content", "name").value),
        ["first"],
      );
    });

    for (const far of [false, true]) {
      test(`a gap has the state before its timeline and a token that pages back without gap or repeat, ${far ? "from the disk" : "from memory"}`, async () => {
        const [alice, bob] = await world().people("alice", "bob");
        const room = await alice.createRoomWith([bob], { name: "old" });
        await bob.sync();
        const sent: string[] = [];
        const say = async (text: string): Promise<void> => {
          sent.push(text);
          await alice.send(room, text);
        };
        for (let index = 0; index < (far ? 45 : 6); index += 1) await say(`before ${index}`);
        (await alice.setState(room, "m.room.name", { content: { name: "new" } })).ok();
        (await alice.setState(room, "m.room.topic", { content: { topic: "gone by" } })).ok();
        for (let index = 0; index < 3; index += 1) await say(`after ${index}`);
        const answer = joined(await bob.sync({ filter: few }), room);
        assert.deepEqual(bodies(answer), ["after 0", "after 1", "after 2"]);
        assert.equal(answer.at("timeline", "limited").value, true);
        assert.deepEqual(kinds(answer.at("state", "events").list), ["m.room.name ", "m.room.topic "]);
        const earlier = await before(bob, room, answer.at("timeline", "prev_batch").text);
        assert.deepEqual([...earlier, "after 0", "after 1", "after 2"], sent);
      });
    }

    test("without a gap the state is empty, and with state_after it is what the timeline made of it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const other = await bob.device();
      await bob.sync();
      await other.sync();
      (await alice.setState(room, "m.room.topic", { content: { topic: "now" } })).ok();
      await alice.send(room, "hello");
      const plain = joined(await bob.sync(), room);
      assert.deepEqual(plain.at("state", "events").list, []);
      assert.equal(plain.at("state_after").isThere, false);
      const after = joined(await other.sync({ query: { use_state_after: true } }), room);
      assert.deepEqual(kinds(after.at("state_after", "events").list), ["m.room.topic "]);
      assert.equal(after.at("state").isThere, false);
      const first = joined(
        await bob.sync({
          since: "none",
          query: { use_state_after: true },
          filter: { room: { timeline: { limit: 1 } } },
        }),
        room,
      );
      assert.ok(kinds(first.at("state_after", "events").list).includes("m.room.topic "));
      assert.ok(kinds(first.at("state_after", "events").list).includes(`m.room.member ${bob.userId}`));
    });

    test("state that a filter keeps out of the timeline is in the state, with and without a gap", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const filter = { room: { timeline: { types: ["m.room.message"], limit: 2 } } };
      const far = await bob.device();
      await far.sync({ filter });
      await bob.sync({ filter });
      await alice.send(room, "one");
      (await alice.setState(room, "m.room.topic", { content: { topic: "after one" } })).ok();
      const answer = joined(await bob.sync({ filter }), room);
      assert.deepEqual(bodies(answer), ["one"]);
      assert.equal(answer.at("timeline", "limited").value, false);
      assert.deepEqual(kinds(answer.at("state", "events").list), ["m.room.topic "]);
      for (let index = 0; index < 40; index += 1) await alice.send(room, `more ${index}`);
      (await alice.setState(room, "m.room.topic", { content: { topic: "last" } })).ok();
      const gap = joined(await far.sync({ filter }), room);
      assert.deepEqual(bodies(gap), ["more 38", "more 39"]);
      assert.deepEqual(
        gap.at("state", "events").list.map((event) => event.at("content", "topic").value),
        ["last"],
      );
      (await alice.setState(room, "m.room.topic", { content: { topic: "alone" } })).ok();
      const alone = joined(await bob.sync({ filter }), room);
      assert.ok(kinds(alone.at("state", "events").list).includes("m.room.topic "));
    });

    test("full_state has all of it at once, whatever is new", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { name: "full" });
      await bob.sync();
      const started = performance.now();
      const answer = await bob.sync({ timeout: 30_000, query: { full_state: true } });
      assert.ok(performance.now() - started < 20_000);
      const full = joined(answer, room);
      assert.deepEqual(timeline(full), []);
      assert.deepEqual(members(full.at("state", "events").list), [alice.userId, bob.userId].toSorted());
      assert.ok(kinds(full.at("state", "events").list).includes("m.room.create "));
      assert.equal(full.at("summary", "m.joined_member_count").value, 2);
    });

    test("who has just joined gets the room as new, once", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.sync();
      const room = await alice.createRoom({ preset: "public_chat", name: "open" });
      for (let index = 0; index < 5; index += 1) await alice.send(room, `early ${index}`);
      (await bob.join(room)).ok();
      const came = joined(await bob.sync({ filter: few }), room);
      assert.ok(kinds(came.at("state", "events").list).includes("m.room.create "));
      assert.equal(came.at("timeline", "limited").value, true);
      assert.equal(came.at("unread_notifications", "notification_count").value, 0);
      assert.equal(joined(await bob.sync(), room).isThere, false);
      await alice.send(room, "later");
      const next = joined(await bob.sync(), room);
      assert.deepEqual(bodies(next), ["later"]);
      assert.deepEqual(next.at("state", "events").list, []);
    });

    test("who left and came back sees no hole as if nothing had been there", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      (await alice.setState(room, "m.room.history_visibility", { content: { history_visibility: "joined" } })).ok();
      await bob.sync();
      (await bob.leave(room)).ok();
      await alice.send(room, "unseen");
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      await alice.send(room, "seen");
      const back = joined(await bob.sync(), room);
      assert.equal(back.at("timeline", "limited").value, true);
      assert.equal(JSON.stringify(back.value).includes("unseen"), false);
      assert.deepEqual(bodies(back).at(-1), "seen");
      const earlier = await before(bob, room, back.at("timeline", "prev_batch").text);
      assert.equal(earlier.includes("unseen"), false);
    });

    test("the sender's own device gets its transaction id, others do not", async () => {
      const alice = await world().person("alice");
      const other = await alice.device();
      const room = await alice.createRoom();
      await alice.sync();
      await other.sync();
      await alice.send(room, "mine", { txnId: "my-own" });
      const unsigned = (event: { at(...path: string[]): { value: unknown } } | undefined): unknown =>
        event?.at("unsigned", "transaction_id").value;
      assert.equal(unsigned(timeline(joined(await alice.sync(), room)).at(-1)), "my-own");
      assert.equal(unsigned(timeline(joined(await other.sync(), room)).at(-1)), undefined);
      assert.equal(unsigned(timeline(joined(await alice.sync({ since: "none" }), room)).at(-1)), "my-own");
    });

    test("left rooms are in a first sync only when asked for, as they were until then, and not once forgotten", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { name: "as it was" });
      await alice.send(room, "heard");
      (await bob.leave(room)).ok();
      (await alice.setState(room, "m.room.name", { content: { name: "later" } })).ok();
      await alice.send(room, "not heard");
      const filter = { room: { include_leave: true, timeline: { limit: 2 } } };
      assert.equal((await bob.sync({ since: "none" })).at("rooms", "leave").isThere, false);
      const left = (await bob.sync({ since: "none", filter })).at("rooms", "leave", room);
      assert.deepEqual(timeline(left).at(-1)?.at("content", "membership").value, "leave");
      assert.deepEqual(timeline(left).at(-1)?.at("unsigned", "membership").value, "leave");
      assert.ok(bodies(left).includes("heard"));
      const text = JSON.stringify(left.value);
      assert.equal(text.includes("not heard") || text.includes("later"), false);
      assert.ok(text.includes("as it was"));
      const full = await bob.sync({ filter, query: { full_state: true } });
      assert.ok(full.at("rooms", "leave", room).isThere);
      (await bob.post(path`/rooms/${room}/forget`)).ok();
      assert.equal((await bob.sync({ since: "none", filter })).at("rooms", "leave", room).isThere, false);
    });

    test("a leave is told to a device that was away, also when another one has forgotten the room", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const away = await bob.device();
      const room = await alice.createRoomWith([bob]);
      await away.sync();
      await bob.sync();
      await alice.send(room, "last words");
      (await bob.leave(room)).ok();
      (await bob.post(path`/rooms/${room}/forget`)).ok();
      const left = (await away.sync()).at("rooms", "leave", room);
      assert.equal(timeline(left).at(-1)?.at("content", "membership").value, "leave");
      assert.equal((await away.sync()).at("rooms", "leave").isThere, false);
    });

    test("invitations and knocks come with stripped state, once, and again in full_state", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.sync();
      const room = await alice.createRoom({ name: "come in", topic: "about", invite: [bob.userId] });
      const invite = (await bob.sync()).at("rooms", "invite", room, "invite_state", "events").list;
      const types = new Set(kinds(invite));
      for (const kind of ["m.room.create ", "m.room.name ", "m.room.join_rules ", `m.room.member ${bob.userId}`])
        assert.ok(types.has(kind), kind);
      const [name] = invite.filter((event) => event.at("type").value === "m.room.name");
      assert.deepEqual(name?.names.toSorted(), ["content", "sender", "state_key", "type"]);
      assert.equal((await bob.sync()).at("rooms").isThere, false);
      assert.ok((await bob.sync({ query: { full_state: true } })).at("rooms", "invite", room).isThere);
      assert.ok((await bob.sync({ since: "none" })).at("rooms", "invite", room).isThere);
      const knocked = await alice.createRoom({
        initial_state: [{ type: "m.room.join_rules", state_key: "", content: { join_rule: "knock" } }],
      });
      (await bob.post(path`/knock/${knocked}`)).ok();
      const knock = (await bob.sync()).at("rooms", "knock", knocked, "knock_state", "events").list;
      assert.equal(knock.at(-1)?.at("content", "membership").value, "knock");
      (await bob.leave(knocked)).ok();
      assert.ok((await bob.sync()).at("rooms", "leave", knocked).isThere);
    });
  });
}
