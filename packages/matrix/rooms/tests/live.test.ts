import { engines, path, sharedWorld, testWorld, type Answered, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function type(person: Person, room: string, body: object): Promise<Answered> {
  return person.put(path`/rooms/${room}/typing/${person.userId}`, body);
}

/** Who types according to a sync; undefined when it says nothing of it. */
function typingIn(answer: JsonView, room: string): unknown {
  const events = answer.at("rooms", "join", room, "ephemeral", "events").list;
  return events.find((event) => event.at("type").value === "m.typing")?.at("content", "user_ids").value;
}

/** What a sync says of somebody's presence. */
function presenceIn(answer: JsonView, person: Person): JsonView | undefined {
  return answer
    .at("presence", "events")
    .list.find((event) => event.at("sender").value === person.userId)
    ?.at("content");
}

function presenceOf(person: Person, other: Person): Promise<Answered> {
  return person.get(path`/presence/${other.userId}/status`);
}

for (const engine of engines) {
  describe(`typing on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("the others hear who types, once, and that it has ended: by word, by time, or by leaving", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { preset: "public_chat" });
      await alice.sync();
      (await type(bob, room, { typing: true, timeout: 30_000 })).ok();
      assert.deepEqual(typingIn(await alice.sync(), room), [bob.userId]);
      (await type(bob, room, { typing: true, timeout: 30_000 })).ok();
      assert.equal(typingIn(await alice.sync(), room), undefined, "nothing new");
      (await type(bob, room, { typing: false })).ok();
      assert.deepEqual(typingIn(await alice.sync(), room), []);
      (await type(bob, room, { typing: true, timeout: 10_000 })).ok();
      await alice.sync();
      world().pass(9_000);
      assert.equal(typingIn(await alice.sync(), room), undefined);
      world().pass(1_001);
      assert.deepEqual(typingIn(await alice.sync(), room), []);
      (await type(bob, room, { typing: true })).ok();
      await alice.sync();
      (await bob.leave(room)).ok();
      assert.deepEqual(typingIn(await alice.sync(), room), []);
    });

    test("a short time ends by itself, and wakes who waits", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.sync();
      (await type(bob, room, { typing: true, timeout: 50 })).ok();
      const seen: unknown[] = [];
      await alice.syncUntil((answer) => {
        const now = typingIn(answer, room);
        if (now !== undefined) seen.push(now);
        return seen.length > 0 && Array.isArray(now) && now.length === 0 ? true : undefined;
      });
      assert.deepEqual(seen.at(-1), []);
    });

    test("nobody types for somebody else, in a room that they are not in, or in words that are not understood", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      assert.equal((await type(bob, room, { typing: true })).brief, "403 M_FORBIDDEN");
      assert.equal((await type(bob, "!nowhere:localhost", { typing: true })).brief, "403 M_FORBIDDEN");
      assert.equal(
        (await alice.put(path`/rooms/${room}/typing/${bob.userId}`, { typing: true })).brief,
        "403 M_FORBIDDEN",
      );
      assert.equal((await type(alice, room, {})).brief, "400 M_BAD_JSON");
      assert.equal((await type(alice, room, { typing: "yes" })).brief, "400 M_BAD_JSON");
      assert.equal((await type(alice, room, { typing: true, timeout: -1 })).brief, "400 M_BAD_JSON");
    });
  });

  describe(`presence on ${engine}`, () => {
    test("who shares a room hears of a change once, nobody else does", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob, stranger] = await world.people("alice", "bob", "stranger");
      await alice.createRoomWith([bob]);
      await Promise.all([alice.sync(), stranger.sync()]);
      await bob.sync();
      assert.equal(presenceIn(await alice.sync(), bob)?.at("presence").text, "online");
      await bob.sync();
      await bob.sync();
      assert.equal(presenceIn(await alice.sync(), bob), undefined, "being there still is nothing new");
      const set = path`/presence/${bob.userId}/status`;
      (await bob.put(set, { presence: "unavailable", status_msg: "開會" })).ok();
      const away = presenceIn(await alice.sync(), bob);
      assert.deepEqual([away?.at("presence").text, away?.at("status_msg").text], ["unavailable", "開會"]);
      assert.equal(presenceIn(await stranger.sync(), bob), undefined);
      assert.equal((await presenceOf(stranger, bob)).brief, "403 M_FORBIDDEN");
      assert.equal((await presenceOf(alice, bob)).ok().at("status_msg").text, "開會");
      assert.equal((await alice.put(set, { presence: "online" })).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.put(set, { presence: "busy" })).brief, "400 M_BAD_JSON");
    });

    test("who syncs no longer goes offline after a while, and a first sync names only those who are there", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob, carol] = await world.people("alice", "bob", "carol");
      await alice.createRoomWith([bob, carol]);
      await Promise.all([alice.sync(), bob.sync(), carol.sync()]);
      await alice.sync();
      world.pass(80_000);
      await carol.sync();
      world.pass(20_000);
      const news = await alice.sync();
      assert.equal(presenceIn(news, bob)?.at("presence").text, "offline");
      assert.equal(presenceIn(news, carol), undefined);
      const first = await alice.sync({ since: "none" });
      assert.equal(presenceIn(first, bob), undefined);
      assert.equal(presenceIn(first, carol)?.at("presence").text, "online");
      const without = await alice.sync({ since: "none", filter: { presence: { not_types: ["*"] } } });
      assert.equal(without.at("presence").isThere, false);
    });

    test("a sync can say that one is away, or that one is not there at all", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob] = await world.people("alice", "bob");
      await alice.createRoomWith([bob]);
      await alice.sync();
      await bob.sync({ query: { set_presence: "offline" } });
      assert.equal(presenceIn(await alice.sync(), bob), undefined);
      assert.equal((await presenceOf(alice, bob)).ok().at("presence").text, "offline");
      await bob.sync({ query: { set_presence: "unavailable" } });
      assert.equal(presenceIn(await alice.sync(), bob)?.at("presence").text, "unavailable");
    });
  });
}
