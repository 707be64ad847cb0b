import { engines, path, sharedWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { joined, members, timeline } from "./reading.ts";

const lazy = { room: { state: { lazy_load_members: true }, timeline: { limit: 5 } } };
const redundant = {
  room: { state: { lazy_load_members: true, include_redundant_members: true }, timeline: { limit: 5 } },
};

function stateMembers(room: JsonView): string[] {
  return members(room.at("state", "events").list);
}

function ids(...people: readonly Person[]): string[] {
  return people.map((one) => one.userId).toSorted();
}

for (const engine of engines) {
  describe(`members loaded when they are needed, on ${engine}`, () => {
    const world = sharedWorld({ engine, env: { CAUSEWAY_LIMITS_ROOMS_TAIL_EVENTS: "30" } });

    test("a first sync has oneself, the senders and those who name the room; later syncs only who is new", async () => {
      const people = await world().people("a", "b", "c", "d", "e", "f", "g", "h", "i");
      const [a, b, c, d, e, f, g, h, i] = people;
      const room = await a.createRoomWith([b, c, d, e, f, g, h, i], { name: "a room with a name" });
      for (let index = 0; index < 6; index += 1) await a.send(room, `text ${index}`);
      const first = joined(await i.sync({ filter: lazy }), room);
      assert.deepEqual(stateMembers(first), ids(a, i));
      await h.send(room, "hello");
      assert.deepEqual(stateMembers(joined(await i.sync({ filter: lazy }), room)), ids(h));
      await h.send(room, "again");
      await a.send(room, "and I");
      assert.deepEqual(stateMembers(joined(await i.sync({ filter: lazy }), room)), []);
      await h.send(room, "once more");
      assert.deepEqual(stateMembers(joined(await i.sync({ filter: redundant }), room)), ids(h));
    });

    test("who comes in the timeline is in the state after, though they have said nothing yet", async () => {
      const [a, b, c] = await world().people("a", "b", "c");
      const room = await a.createRoom({ name: "named", invite: [b.userId] });
      const wide = { room: { state: { lazy_load_members: true }, timeline: { limit: 50 } } };
      const after = { filter: wide, query: { use_state_after: true } };
      const first = joined(await a.sync(after), room);
      assert.deepEqual(members(first.at("state_after", "events").list), ids(a, b));
      (await a.post(path`/rooms/${room}/invite`, { user_id: c.userId })).ok();
      const next = joined(await a.sync(after), room);
      assert.deepEqual(members(next.at("state_after", "events").list), ids(c));
    });

    test("an answer that was lost is said again, with the members in it", async () => {
      const [a, b, c] = await world().people("a", "b", "c");
      const room = await a.createRoomWith([b, c], { name: "named" });
      for (let index = 0; index < 6; index += 1) await a.send(room, `text ${index}`);
      await b.sync({ filter: lazy });
      const { since } = b;
      assert.ok(since !== undefined);
      await c.send(room, "hello");
      assert.deepEqual(stateMembers(joined(await b.sync({ filter: lazy, since }), room)), ids(c));
      await c.send(room, "hello again");
      assert.deepEqual(stateMembers(joined(await b.sync({ filter: lazy, since }), room)), ids(c));
      await c.send(room, "and again");
      assert.deepEqual(stateMembers(joined(await b.sync({ filter: lazy }), room)), []);
    });

    test("who changed their name is told as they were before a timeline, and the change is in it", async () => {
      const [a, b, c] = await world().people("a", "b", "c");
      const room = await a.createRoomWith([b, c], { name: "named" });
      for (let index = 0; index < 6; index += 1) await a.send(room, `text ${index}`);
      await b.sync({ filter: lazy });
      await c.send(room, "with my old name");
      const content = { membership: "join", displayname: "new name" };
      (await c.setState(room, "m.room.member", { content, key: c.userId })).ok();
      await c.send(room, "with my new name");
      const answer = joined(await b.sync({ filter: lazy }), room);
      const [known] = answer.at("state", "events").list;
      assert.equal(known?.at("state_key").value, c.userId);
      assert.notEqual(known.at("content", "displayname").value, "new name");
      assert.deepEqual(members(timeline(answer)), ids(c));
      await c.send(room, "still here");
      assert.deepEqual(stateMembers(joined(await b.sync({ filter: lazy }), room)), []);
    });

    for (const far of [false, true]) {
      test(`members who changed in a gap are told whether they wrote or not, ${far ? "from the disk" : "from memory"}`, async () => {
        const [a, b, c, d] = await world().people("a", "b", "c", "d");
        const room = await a.createRoomWith([b, c, d], { name: "named" });
        await b.sync({ filter: lazy });
        (await c.leave(room)).ok();
        for (let index = 0; index < (far ? 40 : 8); index += 1) await a.send(room, `text ${index}`);
        const answer = joined(await b.sync({ filter: lazy }), room);
        assert.equal(answer.at("timeline", "limited").value, true);
        assert.ok(stateMembers(answer).includes(c.userId));
        assert.equal(stateMembers(answer).includes(d.userId), false);
        assert.equal(answer.at("summary", "m.joined_member_count").value, 3);
      });
    }

    test("a room without a name is named by five members, whose events come along also when they change", async () => {
      const people = await world().people("a", "b", "c", "d", "e", "f", "g", "h");
      const [a, b, c, d, e, f, g, h] = people;
      const room = await a.createRoomWith([b, c, d, e, f, g, h]);
      for (let index = 0; index < 6; index += 1) await a.send(room, `text ${index}`);
      const first = joined(await a.sync({ filter: lazy }), room);
      const heroes = first.at("summary", "m.heroes").list.map((one) => one.text);
      assert.equal(heroes.length, 5);
      assert.equal(heroes.includes(a.userId), false);
      assert.equal(first.at("summary", "m.joined_member_count").value, 8);
      for (const hero of heroes) assert.ok(stateMembers(first).includes(hero));
      const [gone] = people.filter((one) => one.userId === heroes[0]);
      assert.ok(gone !== undefined);
      (await gone.leave(room)).ok();
      const next = joined(await a.sync({ filter: lazy }), room);
      const now = next.at("summary", "m.heroes").list.map((one) => one.text);
      assert.equal(now.length, 5);
      const [fresh] = now.filter((one) => !heroes.includes(one));
      assert.ok(fresh !== undefined && stateMembers(next).includes(fresh));
      assert.equal(next.at("summary", "m.joined_member_count").value, 7);
      (await a.setState(room, "m.room.name", { content: { name: "now it has one" } })).ok();
      assert.equal(joined(await a.sync({ filter: lazy }), room).at("summary", "m.heroes").isThere, false);
      await a.send(room, "nothing about members");
      assert.equal(joined(await a.sync({ filter: lazy }), room).at("summary").isThere, false);
    });

    test("counts change also when a filter keeps the members' events out", async () => {
      const [a, b] = await world().people("a", "b");
      const room = await a.createRoom({ invite: [b.userId] });
      const filter = { room: { timeline: { types: ["m.room.message"] }, state: { not_types: ["m.room.member"] } } };
      const first = joined(await a.sync({ filter }), room);
      assert.equal(first.at("summary", "m.invited_member_count").value, 1);
      (await b.join(room)).ok();
      const next = joined(await a.sync({ filter }), room);
      assert.equal(next.at("summary", "m.invited_member_count").value, 0);
      assert.equal(next.at("summary", "m.joined_member_count").value, 2);
    });

    test("in a room that all have left, those who were there stand for it", async () => {
      const [a, b] = await world().people("a", "b");
      const room = await a.createRoomWith([b]);
      (await b.leave(room)).ok();
      const first = joined(await a.sync({ since: "none" }), room);
      assert.deepEqual(first.at("summary", "m.heroes").value, [b.userId]);
      assert.equal(first.at("summary", "m.joined_member_count").value, 1);
    });
  });
}
