import { engines, path, sharedWorld, testWorld, type Answered, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

/** Asks, and answers the category. */
async function search(
  person: Person,
  term: string,
  more: { readonly nextBatch?: string | undefined; readonly [member: string]: unknown } = {},
): Promise<JsonView> {
  const { nextBatch, ...wish } = more;
  const answer = await trySearch(person, { search_term: term, order_by: "recent", ...wish }, nextBatch);
  return answer.ok().at("search_categories", "room_events");
}

function trySearch(person: Person, roomEvents: object, nextBatch?: string): Promise<Answered> {
  return person.post(
    "/search",
    { search_categories: { room_events: roomEvents } },
    nextBatch === undefined ? undefined : { next_batch: nextBatch },
  );
}

function bodies(found: JsonView): readonly string[] {
  return found.at("results").list.map((one) => String(one.at("result", "content", "body").value));
}

function ids(found: JsonView): readonly string[] {
  return found.at("results").list.map((one) => one.at("result", "event_id").text);
}

function edit(target: string, body: string): object {
  return {
    msgtype: "m.text",
    body: `* ${body}`,
    "m.new_content": { msgtype: "m.text", body },
    "m.relates_to": { rel_type: "m.replace", event_id: target },
  };
}

for (const engine of engines) {
  describe(`search on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("Chinese is found by one, two and more characters, in either script, whatever the width and the case", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      await alice.send(room, "陳大文明早到彌敦道巡邏，請回覆。");
      await alice.send(room, "Night Patrol at ＮＡＴＨＡＮ Road 台灣");
      await alice.send(room, "甲乙。乙丙");
      for (const term of ["巡", "巡邏", "巡逻", "弥敦道", "彌敦道巡", "陳大文 回覆"])
        assert.deepEqual(bodies(await search(alice, term)), ["陳大文明早到彌敦道巡邏，請回覆。"], term);
      for (const term of ["night", "PATR", "nathan", "ｐａｔｒｏｌ ｒｏａｄ", "臺灣", "台湾", "臺", "road 湾"])
        assert.deepEqual(bodies(await search(alice, term)), ["Night Patrol at ＮＡＴＨＡＮ Road 台灣"], term);
      for (const term of ["甲乙丙", "邏巡", "atrol", "patrol 巡", "，", "", "' OR \"", "*", "乙甲"])
        assert.deepEqual(bodies(await search(alice, term)), [], term);
    });

    test("only rooms that one is or was in are searched, and of those what one may see", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoom({ preset: "public_chat" });
      await alice.send(room, "before anybody came: zebra");
      (await alice.about("invite", room, bob)).ok();
      assert.deepEqual(ids(await search(bob, "zebra")), [], "an invitation is not enough");
      (await bob.join(room)).ok();
      assert.equal(ids(await search(bob, "zebra")).length, 1);
      (await bob.leave(room)).ok();
      await alice.send(room, "after bob left: zebra");
      assert.deepEqual(bodies(await search(bob, "zebra")), ["before anybody came: zebra"]);
      assert.deepEqual(ids(await search(carol, "zebra")), []);
      assert.deepEqual(ids(await search(carol, "zebra", { filter: { rooms: [room] } })), []);
      assert.equal((await search(carol, "zebra")).at("count").number, 0);
      (await bob.post(path`/rooms/${room}/forget`)).ok();
      assert.deepEqual(ids(await search(bob, "zebra")), [], "what is forgotten is not found");
    });

    test("a newcomer finds nothing from before where history is for members only", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({
        preset: "public_chat",
        initial_state: [
          { type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } },
        ],
      });
      await alice.send(room, "giraffe one");
      (await bob.join(room)).ok();
      await alice.send(room, "giraffe two");
      assert.deepEqual(bodies(await search(bob, "giraffe")), ["giraffe two"]);
      assert.equal((await search(bob, "giraffe")).at("count").number, 1);
      assert.equal(bodies(await search(alice, "giraffe")).length, 2);
      const context = (await search(bob, "giraffe", { event_context: {} })).at("results", 0, "context");
      assert.ok(!JSON.stringify(context.at("events_before").value).includes("giraffe one"));
    });

    test("encrypted messages, reactions and members are not found", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      await alice.send(
        room,
        { algorithm: "m.megolm.v1.aes-sha2", ciphertext: "okapi", body: "okapi" },
        { type: "m.room.encrypted" },
      );
      const target = await alice.send(room, "something");
      await alice.send(
        room,
        { "m.relates_to": { rel_type: "m.annotation", event_id: target, key: "okapi" }, body: "okapi" },
        { type: "m.reaction" },
      );
      await alice.send(room, { body: ["okapi"], msgtype: "m.text" }, { type: "org.example.odd" });
      assert.deepEqual(ids(await search(alice, "okapi")), []);
    });

    test("names and topics are found by their keys", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({ name: "巡邏組 gnu", topic: "gnu matters" });
      await alice.send(room, "a gnu");
      const types = async (keys?: readonly string[]): Promise<string> =>
        (await search(alice, "gnu", keys === undefined ? {} : { keys }))
          .at("results")
          .list.map((one) => one.at("result", "type").text)
          .join(" ");
      assert.equal(await types(), "m.room.message m.room.topic m.room.name");
      assert.equal(await types(["content.name"]), "m.room.name");
      assert.equal(await types(["content.topic", "content.name"]), "m.room.topic m.room.name");
      assert.equal(await types(["content.body"]), "m.room.message");
      assert.equal(
        await types(["content.body", "content.name", "content.topic"]),
        "m.room.message m.room.topic m.room.name",
      );
      assert.equal((await trySearch(alice, { search_term: "gnu", keys: ["content.secret"] })).brief, "400 M_BAD_JSON");
    });

    test("filters choose rooms, senders, types and pictures", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const one = await alice.createRoomWith([bob]);
      const two = await alice.createRoomWith([bob]);
      await alice.send(one, "yak from alice");
      await bob.send(one, "yak from bob");
      await alice.send(two, { msgtype: "m.image", body: "yak.png", url: "mxc://x/y" });
      await bob.send(two, { body: "yak odd" }, { type: "org.example.odd" });
      const found = async (filter: object): Promise<string> =>
        bodies(await search(alice, "yak", { filter })).join(" | ");
      assert.equal(await found({ rooms: [one] }), "yak from bob | yak from alice");
      assert.equal(await found({ not_rooms: [one] }), "yak odd | yak.png");
      assert.equal(await found({ senders: [bob.userId] }), "yak odd | yak from bob");
      assert.equal(await found({ not_senders: [bob.userId] }), "yak.png | yak from alice");
      assert.equal(await found({ types: ["org.example.*"] }), "yak odd");
      assert.equal(await found({ types: ["org.example.odd"] }), "yak odd");
      assert.equal(await found({ not_types: ["m.room.*"] }), "yak odd");
      assert.equal(await found({ contains_url: true }), "yak.png");
      assert.equal(await found({ contains_url: false, rooms: [two] }), "yak odd");
      assert.equal(await found({ rooms: [] }), "");
      assert.equal(await found({ senders: [] }), "");
      assert.equal(await found({ limit: 1 }), "yak odd");
    });

    test("pages of the newest first hold everything once", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      for (let index = 1; index <= 23; index += 1) await alice.send(room, `heron number ${index}`);
      const wish = { filter: { limit: 10 } };
      const seen: string[] = [];
      const first = await search(alice, "heron", wish);
      assert.equal(first.at("count").number, 23);
      await alice.send(room, "heron that came later");
      let page = first;
      for (;;) {
        seen.push(...bodies(page));
        const next = page.at("next_batch");
        if (!next.isThere) break;
        page = await search(alice, "heron", { ...wish, nextBatch: next.text });
        assert.equal(page.at("count").number, 23);
      }
      assert.deepEqual(
        seen,
        Array.from({ length: 23 }, (_, index) => `heron number ${23 - index}`),
      );
    });

    test("the order of rank puts whole words and short texts first, and its pages hold everything once", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      await alice.send(room, `ibis ${"and many other words ".repeat(20)}`);
      await alice.send(room, "ibises");
      await alice.send(room, "ibis");
      await alice.send(room, "ibis ibis ibis");
      for (let index = 1; index <= 12; index += 1) await alice.send(room, `the ibis of ${index}`);
      const all = bodies(await search(alice, "ibis", { order_by: "rank", filter: { limit: 50 } }));
      assert.equal(all[0], "ibis ibis ibis");
      assert.equal(all[1], "ibis");
      assert.equal(all.length, 16);
      assert.match(all.at(-1) ?? "", /^ibis and many/);
      const paged: string[] = [];
      let next: string | undefined;
      do {
        const page = await search(alice, "ibis", { order_by: "rank", filter: { limit: 5 }, nextBatch: next });
        const ranks = page.at("results").list.map((one) => one.at("rank").number);
        assert.deepEqual(
          ranks,
          ranks.toSorted((left, right) => right - left),
        );
        paged.push(...bodies(page));
        next = page.at("next_batch").isThere ? page.at("next_batch").text : undefined;
      } while (next !== undefined);
      assert.deepEqual(paged, all);
    });

    test("results come in groups by room and by sender, and a group goes on by itself", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const one = await alice.createRoomWith([bob]);
      const two = await alice.createRoomWith([bob]);
      for (let index = 1; index <= 6; index += 1) await alice.send(one, `lynx ${index}`);
      const inTwo = await bob.send(two, "lynx of bob");
      const wish = { filter: { limit: 3 }, groupings: { group_by: [{ key: "room_id" }, { key: "sender" }] } };
      const page = await search(alice, "lynx", wish);
      assert.deepEqual(bodies(page), ["lynx of bob", "lynx 6", "lynx 5"]);
      assert.deepEqual(page.at("groups", "room_id", two, "results").value, [inTwo]);
      assert.equal(page.at("groups", "room_id", two, "order").number, 1);
      assert.equal(page.at("groups", "room_id", one, "results").list.length, 2);
      assert.deepEqual(page.at("groups", "sender", bob.userId, "results").value, [inTwo]);
      const more = await search(alice, "lynx", {
        ...wish,
        nextBatch: page.at("groups", "room_id", one, "next_batch").text,
      });
      assert.deepEqual(bodies(more), ["lynx 4", "lynx 3", "lynx 2"]);
      const ofBob = await search(alice, "lynx", {
        ...wish,
        nextBatch: page.at("groups", "sender", bob.userId, "next_batch").text,
      });
      assert.deepEqual(bodies(ofBob), []);
      const carol = await world().person("carol");
      const stolen = await search(carol, "lynx", {
        ...wish,
        nextBatch: page.at("groups", "room_id", one, "next_batch").text,
      });
      assert.deepEqual(bodies(stolen), [], "a token opens nothing");
    });

    test("a result comes with what was around it, profiles of that time and the room's state", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      (await alice.put(path`/profile/${alice.userId}/displayname`, { displayname: "Alice then" })).ok();
      const room = await alice.createRoomWith([bob], { name: "Burrow" });
      for (const text of ["one", "two", "three", "the wombat", "four", "five", "six"]) await alice.send(room, text);
      await bob.send(room, "from bob");
      (await alice.put(path`/profile/${alice.userId}/displayname`, { displayname: "Alice now" })).ok();
      const found = await search(alice, "wombat", {
        include_state: true,
        event_context: { before_limit: 2, after_limit: 3, include_profile: true },
      });
      const context = found.at("results", 0, "context");
      const texts = (name: string): unknown => context.at(name).list.map((event) => event.at("content", "body").value);
      assert.deepEqual(texts("events_before"), ["three", "two"]);
      assert.deepEqual(texts("events_after"), ["four", "five", "six"]);
      assert.equal(context.at("profile_info", alice.userId, "displayname").text, "Alice then");
      const back = await alice.get(path`/rooms/${room}/messages`, {
        dir: "b",
        from: context.at("start").text,
        limit: 1,
      });
      assert.equal(back.ok().at("chunk", 0, "content", "body").text, "one");
      const on = await alice.get(path`/rooms/${room}/messages`, { dir: "f", from: context.at("end").text, limit: 1 });
      assert.equal(on.ok().at("chunk", 0, "content", "body").text, "from bob");
      const names = found.at("state", room).list.filter((event) => event.at("type").text === "m.room.name");
      assert.equal(names[0]?.at("content", "name").text, "Burrow");
      const plain = await search(alice, "wombat");
      assert.equal(plain.at("results", 0, "context").isThere, false);
      assert.equal(plain.at("state").isThere, false);
      const bare = (await search(alice, "wombat", { event_context: { before_limit: 0, after_limit: 0 } })).at(
        "results",
        0,
        "context",
      );
      assert.deepEqual(
        [bare.at("events_before").value, bare.at("events_after").value, bare.at("profile_info").isThere],
        [[], [], false],
      );
    });

    test("highlights are what stands in the texts", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      await alice.send(room, "Koalas 巡邏");
      assert.deepEqual((await search(alice, "koala 巡逻")).at("highlights").value, ["koalas", "巡邏"]);
      assert.deepEqual((await search(alice, "nothing of the kind")).at("highlights").value, []);
    });

    test("what is redacted is found no more", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const event = await alice.send(room, "tapir secret");
      assert.deepEqual(ids(await search(alice, "tapir")), [event]);
      (await alice.redact(room, event)).ok();
      assert.deepEqual(ids(await search(alice, "tapir")), []);
      const soon = await alice.send(room, "tapir redacted at once");
      (await alice.redact(room, soon)).ok();
      assert.deepEqual(ids(await search(alice, "tapir")), []);
      const waiting = await Promise.all(Array.from({ length: 20 }, (_, index) => alice.send(room, `tapir ${index}`)));
      await Promise.all(waiting.map((one) => alice.redact(room, one)));
      assert.equal((await search(alice, "tapir")).at("count").number, 0);
      assert.deepEqual(ids(await search(alice, "tapir")), []);
    });

    test("an edited message is found by its newest words, and by those before when the edit is redacted", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const event = await alice.send(room, "quokka old");
      const other = await alice.send(room, "unrelated");
      await alice.send(room, edit(event, "numbat middle"));
      const last = await alice.send(room, edit(event, "bilby new"));
      await bob.send(room, edit(other, "bilby by somebody else"));
      const found = await search(alice, "bilby");
      assert.deepEqual(ids(found), [event]);
      assert.equal(found.at("results", 0, "result", "unsigned", "m.relations", "m.replace", "event_id").text, last);
      assert.deepEqual(ids(await search(alice, "quokka")), []);
      assert.deepEqual(ids(await search(alice, "numbat")), []);
      (await alice.redact(room, last)).ok();
      assert.deepEqual(ids(await search(alice, "bilby")), []);
      assert.deepEqual(ids(await search(alice, "numbat")), [event]);
      (await alice.redact(room, event)).ok();
      assert.deepEqual(ids(await search(alice, "numbat")), []);
    });

    test("somebody who left is not told what was edited afterwards", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const event = await alice.send(room, "ocelot draft");
      (await bob.leave(room)).ok();
      await alice.send(room, edit(event, "ocelot margay"));
      assert.deepEqual(ids(await search(bob, "margay")), []);
      assert.deepEqual(ids(await search(alice, "margay")), [event]);
    });

    test("what ignored people say is not found", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.send(room, "dingo");
      assert.equal(ids(await search(alice, "dingo")).length, 1);
      const list = { ignored_users: { [bob.userId]: {} } };
      (await alice.put(path`/user/${alice.userId}/account_data/m.ignored_user_list`, list)).ok();
      assert.deepEqual(ids(await search(alice, "dingo")), []);
    });

    test("a search in a room includes the rooms that it replaced", async () => {
      const alice = await world().person("alice");
      const old = await alice.createRoom();
      await alice.send(old, "kudu in the old room");
      const now = await alice.createRoom({ creation_content: { predecessor: { room_id: old, event_id: "$x" } } });
      await alice.send(now, "kudu in the new room");
      const found = await search(alice, "kudu", { filter: { rooms: [now] } });
      assert.deepEqual(bodies(found), ["kudu in the new room", "kudu in the old room"]);
    });

    test("bad requests are refused and say why", async () => {
      const alice = await world().person("alice");
      const refused = async (body: unknown, nextBatch?: string): Promise<string> =>
        (await alice.post("/search", body, nextBatch === undefined ? undefined : { next_batch: nextBatch })).brief;
      const asking = (more: object): object => ({ search_categories: { room_events: { search_term: "x", ...more } } });
      assert.equal(await refused({}), "400 M_BAD_JSON");
      assert.equal(await refused({ search_categories: { room_events: {} } }), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ search_term: 5 })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ search_term: "x".repeat(2000) })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ order_by: "best" })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ filter: { limit: 0 } })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ filter: { limit: "10" } })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ event_context: { before_limit: -1 } })), "400 M_BAD_JSON");
      assert.equal(await refused(asking({ groupings: { group_by: [{ key: "type" }] } })), "400 M_BAD_JSON");
      for (const token of [
        "",
        "nonsense",
        "W10",
        Buffer.from("[1,2,3]").toString("base64url"),
        Buffer.from("[-1,0,null,null,null,null,null]").toString("base64url"),
      ])
        assert.equal(await refused(asking({}), token), "400 M_INVALID_PARAM", token);
      assert.deepEqual((await alice.post("/search", { search_categories: {} })).ok().body, { search_categories: {} });
      assert.equal(
        (await world().call({ method: "POST", path: "/search", body: asking({}) })).brief,
        "401 M_MISSING_TOKEN",
      );
    });
  });

  test(`a restart goes on where the index was, and what was never in it is taken in from the newest on, on ${engine}`, async () => {
    await using world = await testWorld({ engine });
    const alice = await world.person("alice");
    const room = await alice.createRoom();
    const sent: string[] = [];
    for (let index = 0; index < 450; index += 1) sent.push(await alice.send(room, `emu ${index}`));
    const edited = await alice.send(room, edit(sent[3] ?? "", "cassowary"));
    (await alice.redact(room, sent[5] ?? "")).ok();
    await world.restart();
    assert.deepEqual(ids(await search(alice, "cassowary")), [sent[3]]);
    // As if it came from a version without a search, or from a backup.
    const { db } = world.server;
    const tx = db.begin();
    const wipe =
      engine === "sqlite"
        ? "INSERT INTO rooms_search (rooms_search) VALUES ('delete-all')"
        : "DELETE FROM rooms_search";
    tx.add({ sql: wipe, parameters: [] });
    tx.add({
      sql: "UPDATE rooms_search_progress SET from_pos = 0, to_pos = 0 WHERE id = 1",
      parameters: [],
    });
    // A restore leaves a wide gap between the positions before it and after.
    tx.add({ sql: "UPDATE stream SET head = head + 1000000000000", parameters: [] });
    await tx.commit();
    await world.restart();
    while (world.server.rooms.searchBehind() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const found = await search(alice, "emu", { filter: { limit: 5 } });
    assert.equal(found.at("count").number, 448);
    assert.deepEqual(bodies(found)[0], "emu 449");
    assert.deepEqual(ids(await search(alice, "cassowary")), [sent[3]]);
    assert.deepEqual(ids(await search(alice, "5")).includes(sent[5] ?? ""), false);
    (await alice.redact(room, edited)).ok();
    assert.deepEqual(ids(await search(alice, "cassowary")), []);
    assert.equal(ids(await search(alice, "emu 3", { order_by: "rank" }))[0], sent[3]);
  });
}
