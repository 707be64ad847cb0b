import { engines, path, sharedWorld, testWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";

type Query = Record<string, string | number | undefined>;

function idsIn(view: JsonView): string[] {
  return view.list.map((event) => event.at("event_id").text);
}

/** One page after another, each as long as `limits` says in turn, until there are no more. */
async function pages(
  person: Person,
  room: string,
  wish: { query: Query; limits: readonly number[] },
): Promise<string[]> {
  const found: string[] = [];
  let from = wish.query["from"];
  for (let turn = 0; ; turn += 1) {
    const limit = wish.limits[turn % wish.limits.length];
    const page = (await person.get(path`/rooms/${room}/messages`, { ...wish.query, from, limit })).ok();
    const ids = idsIn(page.at("chunk"));
    assert.ok(ids.length <= (limit ?? 10));
    found.push(...ids);
    if (!page.at("end").isThere) return found;
    from = page.at("end").text;
  }
}

/** A room with some history: messages by two people, of several types, with state between them. */
async function roomWithHistory(alice: Person, bob: Person): Promise<string> {
  const room = await alice.createRoomWith([bob]);
  for (let n = 0; n < 30; n += 1) {
    const by = n % 3 === 0 ? bob : alice;
    if (n % 7 === 0) (await alice.setState(room, "m.room.topic", { content: { topic: `topic ${n}` } })).ok();
    else if (n % 5 === 0) await by.send(room, { n }, { type: "org.example.note" });
    else if (n % 4 === 0) await by.send(room, { msgtype: "m.image", body: "x", url: "mxc://localhost/x" });
    else await by.send(room, `m${n}`);
  }
  return room;
}

for (const engine of engines) {
  describe(`history on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("pages of any length in either direction join without a gap or a repeat, with any filter", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await roomWithHistory(alice, bob);
      const everything = (await alice.get(path`/rooms/${room}/messages`, { dir: "f", limit: 1000 }))
        .ok()
        .at("chunk").list;
      const limits = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
      const names = fc.subarray(["m.room.message", "org.example.*", "m.room.*", "m.room.topic", "*", "none"]);
      const people = fc.subarray([alice.userId, bob.userId, "@nobody:localhost"]);
      const filter = fc.record(
        {
          types: names,
          not_types: names,
          senders: people,
          not_senders: people,
          contains_url: fc.boolean(),
          lazy_load_members: fc.boolean(),
        },
        { requiredKeys: [] },
      );
      await fc.assert(
        fc.asyncProperty(
          limits,
          fc.constantFrom("f", "b"),
          fc.option(filter, { nil: undefined }),
          async (sizes, dir, given) => {
            const query = { dir, ...(given === undefined ? {} : { filter: JSON.stringify(given) }) };
            const found = await pages(alice, room, { query, limits: sizes });
            const wanted = everything
              .filter((event) => given === undefined || wants(given, event))
              .map((event) => event.at("event_id").text);
            assert.deepEqual(found, dir === "f" ? wanted : wanted.toReversed());
          },
        ),
        { numRuns: 40 },
      );
    });

    test("a token of one direction is the same place in the other, and `to` ends a range", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await roomWithHistory(alice, bob);
      const all = await pages(alice, room, { query: { dir: "f" }, limits: [100] });
      const first = (await alice.get(path`/rooms/${room}/messages`, { dir: "b", limit: 10 })).ok();
      const middle = first.at("end").text;
      assert.deepEqual(idsIn(first.at("chunk")), all.slice(-10).toReversed());
      const on = (await alice.get(path`/rooms/${room}/messages`, { dir: "f", from: middle, limit: 100 })).ok();
      assert.deepEqual(idsIn(on.at("chunk")), all.slice(-10));
      const to = (await alice.get(path`/rooms/${room}/messages`, { dir: "b", to: middle, limit: 100 })).ok();
      assert.deepEqual(idsIn(to.at("chunk")), all.slice(-10).toReversed());
      assert.equal(to.at("end").isThere, false);
    });

    test("history goes on from where a sync's timeline began, and a sync's token is a place in it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await roomWithHistory(alice, bob);
      const all = await pages(alice, room, { query: { dir: "f" }, limits: [100] });
      const synced = await bob.sync({ filter: { room: { timeline: { limit: 7 } } } });
      const timeline = synced.at("rooms", "join", room, "timeline");
      const before = await pages(bob, room, { query: { dir: "b", from: timeline.at("prev_batch").text }, limits: [4] });
      assert.deepEqual([...before.toReversed(), ...idsIn(timeline.at("events"))], all);
      const since = bob.since ?? "";
      const next = await alice.send(room, "after");
      const on = (await bob.get(path`/rooms/${room}/messages`, { dir: "f", from: since })).ok();
      assert.deepEqual(idsIn(on.at("chunk")), [next]);
    });

    test("context stands around its event as history has it, and goes on in both directions", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await roomWithHistory(alice, bob);
      const all = await pages(alice, room, { query: { dir: "f" }, limits: [100] });
      await fc.assert(
        fc.asyncProperty(fc.nat(all.length - 1), fc.nat(12), async (index, limit) => {
          const event = all[index] ?? "";
          const found = (await bob.get(path`/rooms/${room}/context/${event}`, { limit })).ok();
          assert.equal(found.at("event", "event_id").text, event);
          const [before, after] = [idsIn(found.at("events_before")), idsIn(found.at("events_after"))];
          assert.ok(before.length + after.length <= limit);
          const back = await pages(bob, room, { query: { dir: "b", from: found.at("start").text }, limits: [5] });
          const on = await pages(bob, room, { query: { dir: "f", from: found.at("end").text }, limits: [5] });
          assert.deepEqual([...back.toReversed(), ...before.toReversed(), event, ...after, ...on], all);
        }),
        { numRuns: 25 },
      );
    });

    test("context has the state after its last event, filtered and with the members that it needs", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob, carol]);
      (await alice.setState(room, "m.room.name", { content: { name: "old" } })).ok();
      const event = await bob.send(room, "here");
      (await alice.setState(room, "m.room.name", { content: { name: "new" } })).ok();
      (await carol.put(path`/profile/${carol.userId}/displayname`, { displayname: "Later" })).ok();
      const look = async (query: Query): Promise<JsonView> =>
        (await carol.get(path`/rooms/${room}/context/${event}`, query)).ok().json;
      const find = (view: JsonView, type: string, key = ""): JsonView | undefined =>
        view.at("state").list.find((one) => one.at("type").value === type && one.at("state_key").value === key);
      const then = await look({ limit: 0 });
      assert.equal(find(then, "m.room.name")?.at("content", "name").text, "old");
      assert.equal(find(then, "m.room.member", carol.userId)?.at("content", "displayname").isThere, false);
      assert.equal(find(await look({ limit: 10 }), "m.room.name")?.at("content", "name").text, "new");
      const lazy = await look({ limit: 0, filter: JSON.stringify({ lazy_load_members: true }) });
      assert.ok(find(lazy, "m.room.member", bob.userId));
      assert.equal(find(lazy, "m.room.member", carol.userId), undefined);
      const names = await look({ limit: 4, filter: JSON.stringify({ types: ["m.room.name"] }) });
      assert.deepEqual(new Set(names.at("state").list.map((one) => one.at("type").text)), new Set(["m.room.name"]));
      for (const one of [...names.at("events_before").list, ...names.at("events_after").list])
        assert.equal(one.at("type").text, "m.room.name");
      assert.equal(names.at("event", "event_id").text, event, "the event itself is not filtered");
    });

    test("with lazy loading a page brings the members who speak in it, as they were", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const event = await bob.send(room, "before");
      (await bob.put(path`/profile/${bob.userId}/displayname`, { displayname: "Robert" })).ok();
      const lazy = JSON.stringify({ lazy_load_members: true, types: ["m.room.message"] });
      const page = (await alice.get(path`/rooms/${room}/messages`, { dir: "b", limit: 10, filter: lazy })).ok();
      assert.deepEqual(idsIn(page.at("chunk")), [event]);
      const members = page.at("state").list;
      assert.deepEqual(
        members.map((one) => one.at("state_key").text),
        [bob.userId],
      );
      assert.equal(members[0]?.at("content", "displayname").isThere, false);
    });

    test("events are found by who relates to them", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const [one, two] = [await alice.send(room, "one"), await alice.send(room, "two")];
      await alice.send(room, "three");
      const reply = (rel_type: string, event_id: string): object => ({
        msgtype: "m.text",
        body: "r",
        "m.relates_to": { rel_type, event_id },
      });
      await bob.send(room, reply("m.thread", one));
      await alice.send(room, reply("m.reference", two));
      const find = async (filter: object): Promise<string[]> =>
        idsIn(
          (await alice.get(path`/rooms/${room}/messages`, { dir: "f", limit: 50, filter: JSON.stringify(filter) }))
            .ok()
            .at("chunk"),
        );
      assert.deepEqual(await find({ related_by_rel_types: ["m.thread"] }), [one]);
      assert.deepEqual(await find({ related_by_senders: [alice.userId] }), [two]);
      assert.deepEqual(await find({ related_by_rel_types: ["m.thread", "m.reference"] }), [one, two]);
      assert.deepEqual(await find({ related_by_rel_types: [] }), []);
    });

    test("what is not a token, a direction, a number or a filter is refused", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const faults: readonly Query[] = [
        { dir: "b", from: "nonsense" },
        { dir: "b", to: "t" },
        { dir: "x" },
        { dir: "b", limit: "many" },
        { dir: "b", limit: -1 },
        { dir: "b", filter: "{" },
        { dir: "b", filter: "[]" },
        { dir: "b", filter: '{"types":"m.room.message"}' },
        { dir: "b", filter: '{"senders":[5]}' },
        { dir: "b", filter: '{"lazy_load_members":"yes"}' },
      ];
      for (const query of faults)
        assert.equal(
          (await alice.get(path`/rooms/${room}/messages`, query)).brief,
          "400 M_INVALID_PARAM",
          JSON.stringify(query),
        );
      assert.equal((await alice.get(path`/rooms/${room}/messages`)).status, 400, "a direction is needed");
      assert.equal((await alice.get(path`/rooms/${room}/context/${"$nothing"}`)).brief, "404 M_NOT_FOUND");
    });

    for (const [setting, before, invited] of [
      ["world_readable", true, true],
      ["shared", true, true],
      ["invited", false, true],
      ["joined", false, false],
    ] as const) {
      test(`with the history ${setting}, who comes later sees what they may, and who leaves nothing more`, async () => {
        await using own = await testWorld({ engine });
        const [alice, bob, stranger] = await own.people("alice", "bob", "stranger");
        const room = await alice.createRoom({
          initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: setting } }],
        });
        const first = await alice.send(room, "before the invitation");
        (await alice.about("invite", room, bob)).ok();
        const second = await alice.send(room, "while invited");
        (await bob.join(room)).ok();
        const third = await alice.send(room, "inside");
        (await bob.leave(room)).ok();
        const fourth = await alice.send(room, "gone");
        const sees = async (): Promise<void> => {
          const expected = [
            [first, before],
            [second, invited],
            [third, true],
            [fourth, setting === "world_readable"],
          ] as const;
          const listed = new Set(await pages(bob, room, { query: { dir: "b" }, limits: [3] }));
          for (const [event, visible] of expected) {
            assert.equal((await bob.get(path`/rooms/${room}/event/${event}`)).status === 200, visible);
            assert.equal((await bob.get(path`/rooms/${room}/context/${event}`)).status === 200, visible);
            assert.equal(listed.has(event), visible);
          }
        };
        await sees();
        await own.restart();
        await sees();
        const outside = await stranger.get(path`/rooms/${room}/messages`, { dir: "b" });
        assert.equal(outside.brief, setting === "world_readable" ? "200" : "403 M_FORBIDDEN");
      });
    }

    test("a change of the setting is of what comes after it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      const open = await alice.send(room, "shared");
      const set = (history_visibility: string): Promise<unknown> =>
        alice.setState(room, "m.room.history_visibility", { content: { history_visibility } });
      await set("joined");
      const closed = await alice.send(room, "joined");
      await set("shared");
      const again = await alice.send(room, "shared again");
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      const status = async (event: string): Promise<number> =>
        (await bob.get(path`/rooms/${room}/event/${event}`)).status;
      assert.deepEqual([await status(open), await status(closed), await status(again)], [200, 404, 200]);
    });

    test("an answer goes back by itself after a restart from where it stopped", async () => {
      await using own = await testWorld({ engine, env: { CAUSEWAY_LIMITS_ROOMS_TAIL_EVENTS: "5" } });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await roomWithHistory(alice, bob);
      const all = await pages(alice, room, { query: { dir: "f" }, limits: [100] });
      const page = (await alice.get(path`/rooms/${room}/messages`, { dir: "b", limit: 10 })).ok();
      await own.restart();
      const rest = await pages(alice, room, { query: { dir: "b", from: page.at("end").text }, limits: [7] });
      assert.deepEqual([...idsIn(page.at("chunk")), ...rest], all.toReversed());
    });
  });
}

interface Given {
  readonly types?: readonly string[];
  readonly not_types?: readonly string[];
  readonly senders?: readonly string[];
  readonly not_senders?: readonly string[];
  readonly contains_url?: boolean;
}

/** The filter as the specification puts it, written as simply as can be. */
function wants(given: Given, event: JsonView): boolean {
  const type = (names: readonly string[]): boolean =>
    names.some((name) =>
      new RegExp(`^${name.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(event.at("type").text),
    );
  const sender = event.at("sender").text;
  return (
    (given.types === undefined || type(given.types)) &&
    !type(given.not_types ?? []) &&
    (given.senders === undefined || given.senders.includes(sender)) &&
    !(given.not_senders ?? []).includes(sender) &&
    (given.contains_url === undefined || (typeof event.at("content", "url").value === "string") === given.contains_url)
  );
}
