import { engines, path, sharedWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bodies, joined, kinds, timeline } from "./reading.ts";

for (const engine of engines) {
  describe(`filters of a sync on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("types, senders and url are wanted and not wanted; what is excluded wins", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.send(room, "from alice");
      await bob.send(room, "from bob");
      await alice.send(room, { odd: 1 }, { type: "org.example.odd" });
      await bob.send(room, { body: "file", msgtype: "m.file", url: "mxc://a/b" });
      const see = async (timelineFilter: object): Promise<unknown[]> => {
        const filter = { room: { timeline: { limit: 4, ...timelineFilter } } };
        return timeline(joined(await alice.sync({ since: "none", filter }), room)).map(
          (event) => event.at("content", "body").value ?? event.at("type").value,
        );
      };
      assert.deepEqual(await see({}), ["from alice", "from bob", "org.example.odd", "file"]);
      assert.deepEqual(await see({ types: ["m.room.message"] }), ["from alice", "from bob", "file"]);
      assert.deepEqual(await see({ types: ["org.*.odd"] }), ["org.example.odd"]);
      assert.deepEqual(await see({ types: ["*"], not_types: ["m.room.*"] }), ["org.example.odd"]);
      assert.deepEqual(await see({ types: [] }), []);
      assert.deepEqual(await see({ types: ["m.room.message"], senders: [bob.userId] }), ["from bob", "file"]);
      assert.deepEqual(await see({ types: ["m.room.message"], senders: [bob.userId], not_senders: [bob.userId] }), []);
      assert.deepEqual(await see({ contains_url: true }), ["file"]);
      assert.deepEqual(await see({ types: ["m.room.message"], contains_url: false }), ["from alice", "from bob"]);
      assert.deepEqual(await see({ not_rooms: [room] }), []);
      assert.deepEqual(await see({ rooms: [room], types: ["org.example.odd"] }), ["org.example.odd"]);
    });

    test("rooms are wanted and not wanted, for all parts and for one", async () => {
      const alice = await world().person("alice");
      const [one, two] = [await alice.createRoom(), await alice.createRoom()];
      for (const room of [one, two]) {
        await alice.send(room, "hello");
        (await alice.put(path`/user/${alice.userId}/rooms/${room}/account_data/org.example.mine`, { a: 1 })).ok();
      }
      const names = async (filter: object): Promise<readonly string[]> =>
        (await alice.sync({ since: "none", filter })).at("rooms", "join").names;
      assert.deepEqual((await names({})).toSorted(), [one, two].toSorted());
      assert.deepEqual(await names({ room: { rooms: [one] } }), [one]);
      assert.deepEqual(await names({ room: { not_rooms: [one] } }), [two]);
      assert.deepEqual(await names({ room: { rooms: [one, two], not_rooms: [two] } }), [one]);
      assert.deepEqual(await names({ room: { rooms: [] } }), []);
      const some = await alice.sync({
        since: "none",
        filter: { room: { account_data: { rooms: [two] }, state: { not_rooms: [one] } } },
      });
      assert.equal(joined(some, one).at("account_data", "events").list.length, 0);
      assert.equal(joined(some, two).at("account_data", "events").list.length, 1);
      assert.equal(joined(some, one).at("state", "events").list.length, 0);
    });

    test("account data, presence and what passes are filtered by type, and by sender where there is one", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const event = await bob.send(room, "read me");
      (await alice.put(path`/user/${alice.userId}/account_data/org.example.one`, { n: 1 })).ok();
      (await alice.put(path`/user/${alice.userId}/account_data/org.example.two`, { n: 2 })).ok();
      (await alice.put(path`/user/${alice.userId}/rooms/${room}/tags/u.work`, { order: 0.5 })).ok();
      (await bob.post(path`/rooms/${room}/receipt/m.read/${event}`)).ok();
      (await bob.put(path`/rooms/${room}/typing/${bob.userId}`, { typing: true, timeout: 30_000 })).ok();
      await bob.sync();
      const none = { types: [] };
      const answer = await alice.sync({
        since: "none",
        filter: {
          account_data: { types: ["org.example.*"], not_types: ["org.example.two"] },
          presence: { senders: [bob.userId] },
          room: { account_data: { types: ["m.tag"] }, ephemeral: { types: ["m.typing"] } },
        },
      });
      assert.deepEqual(kinds(answer.at("account_data", "events").list), ["org.example.one -"]);
      assert.deepEqual(
        answer.at("presence", "events").list.map((one) => one.at("sender").value),
        [bob.userId],
      );
      assert.deepEqual(kinds(joined(answer, room).at("account_data", "events").list), ["m.tag -"]);
      assert.deepEqual(kinds(joined(answer, room).at("ephemeral", "events").list), ["m.typing -"]);
      const nothing = await alice.sync({
        since: "none",
        filter: { account_data: none, presence: none, room: { account_data: none, ephemeral: none } },
      });
      assert.equal(nothing.at("account_data").isThere, false);
      assert.equal(nothing.at("presence").isThere, false);
      assert.deepEqual(joined(nothing, room).at("ephemeral", "events").list.length, 0);
      const notBob = await alice.sync({ since: "none", filter: { presence: { not_senders: [bob.userId] } } });
      assert.equal(JSON.stringify(notBob.at("presence").value).includes(bob.userId), false);
    });

    test("the limit counts what the filter wants, and is held within bounds", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      for (let index = 0; index < 15; index += 1) {
        await alice.send(room, `wanted ${index}`);
        await alice.send(room, {}, { type: "org.example.noise" });
      }
      const see = async (limit: number): Promise<[unknown[], unknown]> => {
        const answer = joined(
          await alice.sync({ since: "none", filter: { room: { timeline: { limit, types: ["m.room.message"] } } } }),
          room,
        );
        return [bodies(answer), answer.at("timeline", "limited").value];
      };
      assert.deepEqual(await see(3), [["wanted 12", "wanted 13", "wanted 14"], true]);
      assert.deepEqual(await see(0), [[], true]);
      assert.deepEqual((await see(15))[0].length, 15);
      assert.deepEqual((await see(50))[1], false);
      assert.deepEqual((await see(-5))[0].length, 0);
      assert.deepEqual((await see(1_000_000))[0].length, 15);
    });

    test("a kept filter works like one in the address, and belongs to one person", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.send(room, "hello");
      const filter = { room: { timeline: { types: ["m.room.message"], limit: 5 } }, "org.example.own": { kept: true } };
      const id = (await alice.post(path`/user/${alice.userId}/filter`, filter)).ok().at("filter_id").text;
      assert.deepEqual((await alice.get(path`/user/${alice.userId}/filter/${id}`)).ok().body, filter);
      assert.deepEqual(bodies(joined(await alice.sync({ since: "none", filter: id }), room)), ["hello"]);
      assert.equal((await bob.get("/sync", { filter: id })).brief, "400 M_INVALID_PARAM");
      assert.equal((await bob.get(path`/user/${alice.userId}/filter/${id}`)).brief, "403 M_FORBIDDEN");
    });

    test("a filter that is not well formed is refused, kept or not", async () => {
      const alice = await world().person("alice");
      const bad: unknown[] = [
        { room: { timeline: { limit: "10" } } },
        { room: { timeline: { types: "m.room.message" } } },
        { room: { rooms: [5] } },
        { room: [] },
        { event_format: "xml" },
        { presence: { not_senders: {} } },
        { room: { state: { lazy_load_members: "yes" } } },
        { room: { timeline: { limit: 1.5 } } },
      ];
      for (const filter of bad) {
        assert.equal((await alice.get("/sync", { filter: JSON.stringify(filter) })).brief, "400 M_INVALID_PARAM");
        assert.equal((await alice.post(path`/user/${alice.userId}/filter`, filter)).brief, "400 M_BAD_JSON");
      }
      for (const text of ["{", "nope", "-1", "99999999999999", '{"room":{}', '{"a":1,"a":2}', "{".repeat(2000)])
        assert.equal((await alice.get("/sync", { filter: text })).brief, "400 M_INVALID_PARAM", text.slice(0, 20));
      assert.equal((await alice.get("/sync", { filter: '{"__proto__":{"room":{}}}' })).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.get("/sync", { filter: "" })).status, 200);
    });

    test("asterisks cost no more than the text is long", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      await alice.send(room, {}, { type: `${"a".repeat(200)}b` });
      const types = [`${"*a".repeat(200)}*c`];
      const started = performance.now();
      const answer = await alice.sync({ since: "none", filter: { room: { timeline: { types } } } });
      assert.equal(timeline(joined(answer, room)).length, 0);
      assert.ok(performance.now() - started < 10_000);
    });

    test("somebody who is ignored is not heard, but what they set is known", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { power_level_content_override: { state_default: 0 } });
      const ignore = { ignored_users: { [bob.userId]: {} } };
      await alice.sync();
      (await alice.put(path`/user/${alice.userId}/account_data/m.ignored_user_list`, ignore)).ok();
      await alice.sync();
      await bob.send(room, "not heard");
      (await bob.setState(room, "m.room.topic", { content: { topic: "by bob" } })).ok();
      await alice.send(room, "heard");
      const private_ = await bob.createRoom({ invite: [alice.userId] });
      const answer = await alice.sync();
      assert.deepEqual(kinds(timeline(joined(answer, room))), ["m.room.topic ", "m.room.message -"]);
      assert.equal(answer.at("rooms", "invite", private_).isThere, false);
    });
  });
}
