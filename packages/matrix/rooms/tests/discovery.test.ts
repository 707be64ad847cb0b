import { engines, path, sharedWorld, testWorld, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

type Query = Record<string, string | number | boolean>;

type Child = readonly [child: string, content?: object];

async function addChild(person: Person, space: string, [key, more]: Child): Promise<void> {
  (await person.setState(space, "m.space.child", { content: { via: ["localhost"], ...more }, key })).ok();
}

function hierarchy(person: Person, space: string, query: Query = {}): Promise<Answered> {
  return person.get(path`/_matrix/client/v1/rooms/${space}/hierarchy`, query);
}

async function idsOf(person: Person, space: string, query: Query = {}): Promise<readonly string[]> {
  const found = (await hierarchy(person, space, query)).ok();
  return found.at("rooms").list.map((room) => room.at("room_id").text);
}

function summary(person: Person, room: string): Promise<Answered> {
  return person.get(path`/_matrix/client/v1/room_summary/${room}`);
}

const SPACE = { creation_content: { type: "m.space" } };
const OPEN = { preset: "public_chat" };

for (const engine of engines) {
  describe(`spaces on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("children come in their order: by order, then age; those without via or with a bad order are told apart", async () => {
      const alice = await world().person("alice");
      const space = await alice.createRoom({ ...SPACE, name: "Space" });
      const rooms: string[] = [];
      for (let n = 0; n < 5; n += 1) rooms.push(await alice.createRoom({ name: `R${n}` }));
      const [a = "", b = "", c = "", d = "", e = ""] = rooms;
      await addChild(alice, space, [a]);
      await addChild(alice, space, [b, { order: "z" }]);
      await addChild(alice, space, [c, { order: "a" }]);
      await addChild(alice, space, [d, { order: "\u0001" }]);
      (await alice.setState(space, "m.space.child", { content: {}, key: e })).ok();
      (await alice.setState(space, "m.space.child", { content: { via: "localhost" }, key: "!x:localhost" })).ok();
      assert.deepEqual(await idsOf(alice, space), [space, c, b, a, d]);
      const first = (await hierarchy(alice, space)).ok().at("rooms", 0);
      assert.equal(first.at("room_type").text, "m.space");
      const children = first.at("children_state").list;
      assert.deepEqual(
        children.map((child) => child.at("state_key").text),
        [c, b, a, d],
      );
      assert.deepEqual(children[0]?.names.toSorted(), ["content", "origin_server_ts", "sender", "state_key", "type"]);
    });

    test("a tree is walked in depth, each room once, as deep and as narrow as asked, also round in circles", async () => {
      const alice = await world().person("alice");
      const top = await alice.createRoom(SPACE);
      const [left, right] = [await alice.createRoom(SPACE), await alice.createRoom(SPACE)];
      const leaf = await alice.createRoom();
      await addChild(alice, top, [left, { suggested: true }]);
      await addChild(alice, top, [right]);
      await addChild(alice, left, [leaf]);
      await addChild(alice, right, [leaf, { suggested: true }]);
      await addChild(alice, right, [top]);
      assert.deepEqual(await idsOf(alice, top), [top, left, leaf, right]);
      assert.deepEqual(await idsOf(alice, top, { max_depth: 0 }), [top]);
      assert.deepEqual(await idsOf(alice, top, { max_depth: 1 }), [top, left, right]);
      assert.deepEqual(await idsOf(alice, top, { suggested_only: true }), [top, left]);
      assert.deepEqual(await idsOf(alice, leaf), [leaf]);
    });

    test("pages join without gap or repeat, and a token goes on with its own question only", async () => {
      const alice = await world().person("alice");
      const space = await alice.createRoom(SPACE);
      for (let n = 0; n < 6; n += 1) await addChild(alice, space, [await alice.createRoom()]);
      const all = await idsOf(alice, space);
      assert.equal(all.length, 7);
      for (const limit of [1, 2, 3, 7, 50]) {
        const found: string[] = [];
        let from: string | undefined;
        do {
          const page = (await hierarchy(alice, space, { limit, ...(from === undefined ? {} : { from }) })).ok();
          const ids = page.at("rooms").list.map((room) => room.at("room_id").text);
          assert.ok(ids.length <= limit);
          found.push(...ids);
          const next = page.at("next_batch");
          from = next.isThere ? next.text : undefined;
        } while (from !== undefined);
        assert.deepEqual(found, all);
      }
      const token = (await hierarchy(alice, space, { limit: 2 })).ok().at("next_batch").text;
      assert.equal((await hierarchy(alice, space, { from: token, max_depth: 1 })).brief, "400 M_INVALID_PARAM");
      assert.equal((await hierarchy(alice, space, { from: token, suggested_only: true })).brief, "400 M_INVALID_PARAM");
      assert.equal((await hierarchy(alice, space, { from: "nonsense" })).brief, "400 M_INVALID_PARAM");
      assert.equal((await hierarchy(alice, space, { limit: 0 })).brief, "400 M_INVALID_PARAM");
      assert.equal((await hierarchy(alice, space, { max_depth: -1 })).brief, "400 M_INVALID_PARAM");
    });

    test("everybody sees the rooms that they are in, invited to, could enter, knock at or read, and no others", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const rule = (join_rule: string, more: object = {}): object => ({
        initial_state: [{ type: "m.room.join_rules", content: { join_rule, ...more } }],
      });
      const club = await alice.createRoomWith([bob]);
      const far = await alice.createRoom();
      const member = (room: string): object => ({ allow: [{ type: "m.room_membership", room_id: room }] });
      const seen = {
        open: await alice.createRoom(OPEN),
        invited: await alice.createRoom({ invite: [bob.userId] }),
        joined: await alice.createRoomWith([bob]),
        knock: await alice.createRoom(rule("knock")),
        near: await alice.createRoom(rule("restricted", member(club))),
        knockable: await alice.createRoom(rule("knock_restricted", member(far))),
        read: await alice.createRoom({
          initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: "world_readable" } }],
        }),
      };
      const banned = await alice.createRoom(OPEN);
      (await alice.about("ban", banned, bob)).ok();
      const unseen = {
        closed: await alice.createRoom(),
        restricted: await alice.createRoom(rule("restricted", member(far))),
        private: await alice.createRoom(rule("private")),
        banned,
        old: await alice.createRoom({ room_version: "6", ...rule("knock") }),
        missing: "!missing:localhost",
      };
      const space = await alice.createRoomWith([bob], SPACE);
      for (const room of [...Object.values(seen), ...Object.values(unseen)]) await addChild(alice, space, [room]);
      const ids = new Set(await idsOf(bob, space, { limit: 50 }));
      for (const [name, room] of Object.entries(seen)) {
        assert.ok(ids.has(room), name);
        assert.equal((await summary(bob, room)).brief, "200", name);
      }
      for (const [name, room] of Object.entries(unseen)) {
        assert.equal(ids.has(room), false, name);
        assert.equal((await summary(bob, room)).brief, "404 M_NOT_FOUND", name);
        assert.equal((await hierarchy(bob, room)).brief, "403 M_FORBIDDEN", name);
      }
    });
  });

  describe(`finding rooms on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("a summary says what a room is, by id or alias, and what the reader is to it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const club = await alice.createRoomWith([bob]);
      const room = await alice.createRoom({
        room_alias_name: `sum-${engine}`,
        name: "登記處",
        topic: "Forms",
        initial_state: [
          { type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } },
          { type: "m.room.avatar", content: { url: "mxc://localhost/a" } },
          {
            type: "m.room.join_rules",
            content: { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: club }] },
          },
        ],
      });
      const expected = {
        room_id: room,
        num_joined_members: 1,
        name: "登記處",
        topic: "Forms",
        canonical_alias: `#sum-${engine}:localhost`,
        avatar_url: "mxc://localhost/a",
        join_rule: "restricted",
        world_readable: false,
        guest_can_join: true,
        room_version: "12",
        encryption: "m.megolm.v1.aes-sha2",
        allowed_room_ids: [club],
      };
      assert.deepEqual((await summary(bob, room)).ok().body, expected);
      assert.deepEqual((await summary(bob, `#sum-${engine}:localhost`)).ok().body, expected);
      assert.deepEqual((await summary(alice, room)).ok().body, { ...expected, membership: "join" });
      assert.equal((await summary(alice, "#nothing:localhost")).brief, "404 M_NOT_FOUND");
    });

    test("what is no text where a text belongs is left out", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({
        visibility: "public",
        initial_state: [
          { type: "m.room.name", content: { name: 5 } },
          {
            type: "m.room.topic",
            content: {
              topic: "old",
              "m.topic": { "m.text": [{ mimetype: "text/html", body: "<b>" }, { body: "plain" }] },
            },
          },
        ],
      });
      const found = (await summary(alice, room)).ok();
      assert.equal(found.at("name").isThere, false);
      assert.equal(found.at("topic").text, "plain");
    });

    test("published rooms are listed by size, searched in any script, and page by page both ways", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const made: string[] = [];
      for (const wish of [
        { name: "Registry" },
        { name: "巡邏隊" },
        { name: "REGISTRY two" },
        { topic: "about a registry" },
        SPACE,
      ])
        made.push(await alice.createRoom({ visibility: "public", ...wish }));
      const [one = "", two = "", three = "", four = "", space = ""] = made;
      (await bob.join(two)).ok();
      const list = async (body: object): Promise<readonly string[]> => {
        const found = (await bob.post("/publicRooms", body)).ok();
        return found.at("chunk").list.map((room) => room.at("room_id").text);
      };
      assert.equal((await list({}))[0], two, "the largest first");
      assert.deepEqual(
        (await list({ filter: { generic_search_term: "registry" } })).toSorted(),
        [one, three, four].toSorted(),
      );
      assert.deepEqual(await list({ filter: { generic_search_term: "巡邏" } }), [two]);
      assert.deepEqual(await list({ filter: { generic_search_term: "nothing like it" } }), []);
      assert.deepEqual(await list({ filter: { room_types: ["m.space"] } }), [space]);
      assert.equal((await list({ filter: { room_types: [null] } })).length, 4);
      const all = await list({});
      const found: string[] = [];
      let since: string | undefined;
      let back: string | undefined;
      do {
        const page = (await bob.get("/publicRooms", { limit: 2, since })).ok();
        found.push(...page.at("chunk").list.map((room) => room.at("room_id").text));
        assert.equal(page.at("total_room_count_estimate").number, 5);
        since = page.at("next_batch").isThere ? page.at("next_batch").text : undefined;
        back = page.at("prev_batch").isThere ? page.at("prev_batch").text : undefined;
      } while (since !== undefined);
      assert.deepEqual(found, all);
      const before = (await bob.get("/publicRooms", { limit: 2, since: back })).ok();
      assert.deepEqual(
        before.at("chunk").list.map((room) => room.at("room_id").text),
        all.slice(2, 4),
      );
      assert.equal((await bob.get("/publicRooms", { since: "x" })).brief, "400 M_INVALID_PARAM");
      assert.equal((await bob.get("/publicRooms", { server: "elsewhere.example" })).brief, "404 M_NOT_FOUND");
      assert.equal((await bob.post("/publicRooms", { filter: { room_types: "m.space" } })).brief, "400 M_BAD_JSON");
    });

    test("who may name a room may publish it, others may not", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const at = path`/directory/list/room/${room}`;
      assert.deepEqual((await bob.get(at)).ok().body, { visibility: "private" });
      assert.equal((await bob.put(at, { visibility: "public" })).brief, "403 M_FORBIDDEN");
      (await alice.put(at, { visibility: "public" })).ok();
      assert.deepEqual((await bob.get(at)).ok().body, { visibility: "public" });
      assert.equal((await alice.put(at, { visibility: "secret" })).brief, "400 M_BAD_JSON");
      assert.equal((await alice.get(path`/directory/list/room/${"!nowhere:localhost"}`)).brief, "404 M_NOT_FOUND");
    });

    test("aliases: given once, by members, taken away by who made them or may name the room, and out of its canonical alias", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob]);
      const [mine, his] = [`#mine-${engine}:localhost`, `#his-${engine}:localhost`];
      const give = (person: Person, alias: string, to = room): Promise<Answered> =>
        person.put(path`/directory/room/${alias}`, { room_id: to });
      (await give(alice, mine)).ok();
      (await give(bob, his)).ok();
      assert.equal((await give(bob, mine)).brief, "409 M_UNKNOWN");
      assert.equal((await give(carol, `#x-${engine}:localhost`)).brief, "403 M_FORBIDDEN");
      assert.equal((await give(alice, "#x:elsewhere.example")).brief, "400 M_INVALID_PARAM");
      assert.equal((await give(alice, "x")).brief, "400 M_INVALID_PARAM");
      assert.deepEqual((await carol.get(path`/directory/room/${his}`)).ok().body, {
        room_id: room,
        servers: ["localhost"],
      });
      assert.deepEqual((await bob.get(path`/rooms/${room}/aliases`)).ok().at("aliases").value, [his, mine].toSorted());
      const canonical = (alias: string, others: readonly string[]): Promise<Answered> =>
        alice.setState(room, "m.room.canonical_alias", { content: { alias, alt_aliases: others } });
      assert.equal((await canonical(mine, [`#none-${engine}:localhost`])).brief, "400 M_BAD_ALIAS");
      assert.equal((await canonical("x", [])).brief, "400 M_INVALID_PARAM");
      (await canonical(mine, [his])).ok();
      assert.equal((await carol.delete(path`/directory/room/${his}`)).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.delete(path`/directory/room/${mine}`)).brief, "403 M_FORBIDDEN");
      (await alice.delete(path`/directory/room/${his}`)).ok();
      assert.deepEqual((await alice.state(room, "m.room.canonical_alias")).ok().body, { alias: mine, alt_aliases: [] });
      (await alice.delete(path`/directory/room/${mine}`)).ok();
      assert.deepEqual((await alice.state(room, "m.room.canonical_alias")).ok().body, { alt_aliases: [] });
      assert.equal((await alice.get(path`/directory/room/${mine}`)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.delete(path`/directory/room/${mine}`)).brief, "404 M_NOT_FOUND");
      assert.equal((await bob.join(mine)).brief, "404 M_NOT_FOUND");
    });

    test("an event is found by time in both directions, and only one that the reader may see", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await alice.createRoom({
        initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }],
      });
      const events: { id: string; ts: number }[] = [];
      for (let n = 0; n < 12; n += 1) {
        own.clock.move(60_000);
        if (n === 6) {
          (await alice.about("invite", room, bob)).ok();
          (await bob.join(room)).ok();
        }
        const id = await alice.send(room, `m${n}`);
        events.push({ id, ts: (await alice.get(path`/rooms/${room}/event/${id}`)).ok().at("origin_server_ts").number });
      }
      const at = (person: Person, ts: number | string, dir: string): Promise<Answered> =>
        person.get(path`/_matrix/client/v1/rooms/${room}/timestamp_to_event`, { ts, dir });
      for (const [index, { id, ts }] of events.entries()) {
        if (index === 5 || index === 6) continue; // the invitation and the join lie between
        assert.deepEqual((await at(alice, ts, "f")).ok().body, { event_id: id, origin_server_ts: ts });
        assert.deepEqual((await at(alice, ts, "b")).ok().body, { event_id: id, origin_server_ts: ts });
        assert.equal((await at(alice, ts + 1, "b")).ok().at("event_id").text, id);
        assert.equal((await at(alice, ts - 1000, "f")).ok().at("event_id").text, id);
      }
      assert.equal((await at(alice, own.clock.now() + 5000, "f")).brief, "404 M_NOT_FOUND");
      assert.equal((await at(alice, 1, "b")).brief, "404 M_NOT_FOUND");
      const first = (await at(bob, events[0]?.ts ?? 0, "f")).ok();
      assert.ok(first.at("origin_server_ts").number > (events[5]?.ts ?? 0), "what was before bob is stepped over");
      assert.equal((await at(alice, "x", "f")).brief, "400 M_INVALID_PARAM");
      assert.equal((await at(alice, 1, "x")).brief, "400 M_INVALID_PARAM");
      const stranger = await own.person("stranger");
      assert.equal((await at(stranger, 1, "f")).brief, "403 M_FORBIDDEN");
    });

    test("rooms that two people share are told to each of them", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.createRoom({ invite: [bob.userId] });
      const shared = (user: string): Promise<Answered> =>
        alice.get("/_matrix/client/v1/mutual_rooms", { user_id: user });
      assert.deepEqual((await shared(bob.userId)).ok().body, { joined: [room], count: 1 });
      assert.deepEqual((await shared("@nobody:localhost")).ok().body, { joined: [], count: 0 });
      assert.equal((await shared(alice.userId)).brief, "400 M_INVALID_PARAM");
      assert.equal((await shared("bob")).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.get("/_matrix/client/v1/mutual_rooms")).status, 400);
    });

    test("reports of what one may know of are kept, others are answered as if it did not exist", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      const event = await alice.send(room, "hello");
      const reason = { reason: "this is wrong" };
      assert.equal((await alice.post(path`/rooms/${room}/report`, reason)).brief, "200");
      assert.equal((await bob.post(path`/rooms/${room}/report`, reason)).brief, "404 M_NOT_FOUND");
      assert.equal((await bob.post(path`/rooms/${"!nowhere:localhost"}/report`, reason)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(path`/rooms/${room}/report`, {})).brief, "400 M_BAD_JSON");
      assert.equal((await alice.post(path`/rooms/${room}/report/${event}`, { score: -50 })).brief, "200");
      assert.equal((await bob.post(path`/rooms/${room}/report/${event}`, reason)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(path`/rooms/${room}/report/${"$no"}`, reason)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(path`/users/${bob.userId}/report`, { reason: "" })).brief, "200");
      assert.equal((await alice.post(path`/users/${"@no:localhost"}/report`, reason)).brief, "404 M_NOT_FOUND");
    });
  });
}
