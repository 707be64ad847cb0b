import { engines, path, sharedWorld, testWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const TEXT = { msgtype: "m.text", body: "hello" };

/** The ids of all message events of a room, oldest first. */
async function messagesOf(person: Person, room: string): Promise<readonly string[]> {
  const found: string[] = [];
  let from: string | undefined;
  for (;;) {
    const page = (await person.get(path`/rooms/${room}/messages`, { dir: "f", limit: 100, from })).ok();
    for (const event of page.at("chunk").list)
      if (event.at("type").value === "m.room.message") found.push(event.at("event_id").text);
    if (!page.at("end").isThere) return found;
    from = page.at("end").text;
  }
}

for (const engine of engines) {
  describe(`sending on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("a transaction id makes one event: sent again, at the same time, and after a restart", async () => {
      await using own = await testWorld({ engine });
      const alice = await own.person("alice");
      const room = await alice.createRoom();
      const send = async (): Promise<string> => await alice.send(room, TEXT, { txnId: "once" });
      const first = await send();
      const ids = await Promise.all([send(), send(), send()]);
      assert.deepEqual(new Set(ids), new Set([first]));
      await own.restart();
      assert.equal(await send(), first);
      assert.deepEqual(await messagesOf(alice, room), [first]);
      await own.restart();
      const many = await Promise.all(Array.from({ length: 5 }, send));
      assert.deepEqual(new Set(many), new Set([first]));
    });

    test("another device, another room, another type and another kind of request are other transactions", async () => {
      const alice = await world().person("alice");
      const phone = await alice.device("PHONE");
      const [room, other] = [await alice.createRoom(), await alice.createRoom()];
      const how = { txnId: "same" };
      const ids = [
        await alice.send(room, TEXT, how),
        await phone.send(room, TEXT, how),
        await alice.send(other, TEXT, how),
        await alice.send(room, TEXT, { ...how, type: "org.example.note" }),
      ];
      assert.equal(new Set(ids).size, 4);
      const target = ids[0] ?? "";
      const redact = path`/rooms/${room}/redact/${target}/same`;
      const redaction = (await alice.put(redact)).ok().at("event_id").text;
      assert.equal(ids.includes(redaction), false);
      assert.equal((await alice.put(redact)).ok().at("event_id").text, redaction);
    });

    test("a refused request leaves its transaction id free", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      assert.equal((await bob.trySend(room, TEXT, { txnId: "late" })).brief, "403 M_FORBIDDEN");
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      assert.equal((await bob.trySend(room, TEXT, { txnId: "late" })).brief, "200");
    });

    test("the sender's own device is told its transaction id, nobody else is", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await alice.device("PHONE");
      const room = await alice.createRoomWith([bob]);
      await Promise.all([alice.sync(), phone.sync(), bob.sync()]);
      await alice.send(room, TEXT, { txnId: "mine" });
      const seen = async (person: Person): Promise<unknown> =>
        (await person.sync()).at("rooms", "join", room, "timeline", "events", 0, "unsigned", "transaction_id").value;
      assert.deepEqual([await seen(alice), await seen(phone), await seen(bob)], ["mine", undefined, undefined]);
    });

    test("what is malformed or too large is refused with its own code", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const at = path`/rooms/${room}/send/m.room.message/x`;
      const faults: readonly (readonly [unknown, string])[] = [
        ["{", "400 M_NOT_JSON"],
        ["", "400 M_NOT_JSON"],
        ['{"a":1,"a":2}', "400 M_NOT_JSON"],
        [[], "400 M_BAD_JSON"],
        ['"text"', "400 M_BAD_JSON"],
        [{ n: 1.5 }, "400 M_BAD_JSON"],
        ['{"n":9007199254740992}', "400 M_BAD_JSON"],
        ['{"body":"\\ud800"}', "400 M_BAD_JSON"],
        [{ body: "x".repeat(66_000) }, "413 M_TOO_LARGE"],
        [{ body: "字".repeat(22_000) }, "413 M_TOO_LARGE"],
      ];
      for (const [body, refusal] of faults)
        assert.equal((await alice.put(at, body)).brief, refusal, String(body).slice(0, 40));
      assert.equal((await alice.put(path`/rooms/${room}/send/${"x".repeat(256)}/y`, TEXT)).status, 400);
      assert.equal((await alice.post(at, TEXT)).brief, "405 M_UNRECOGNIZED");
      assert.equal((await alice.put(path`/rooms/${room}/send`, TEXT)).brief, "404 M_UNRECOGNIZED");
      assert.equal((await alice.put(path`/rooms/${"room"}/send/m.room.message/x`, TEXT)).brief, "400 M_INVALID_PARAM");
      assert.deepEqual(await messagesOf(alice, room), []);
    });

    test("what was written comes back as it was, whatever the script", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const content = { msgtype: "m.text", body: '巡邏 \u0000 👩‍👩‍👧 "q" \\ \u2028 é', nested: { a: [1, null, true, -5] } };
      const event = await alice.send(room, content);
      assert.deepEqual((await bob.get(path`/rooms/${room}/event/${event}`)).ok().at("content").value, content);
    });

    test("fifty sends at once by two people keep one order, and everybody sees the same", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync();
      const sent = await Promise.all(
        Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? alice : bob).send(room, `m${n}`)),
      );
      const order = await messagesOf(alice, room);
      assert.deepEqual(order.toSorted(), sent.toSorted());
      assert.deepEqual(await messagesOf(bob, room), order);
      const news = await bob.sync({ filter: { room: { timeline: { limit: 100 } } } });
      const timeline = news.at("rooms", "join", room, "timeline", "events").list;
      assert.deepEqual(
        timeline.map((event) => event.at("event_id").text),
        order,
      );
    });

    test("of two people who change the same state at once the later one stands, and knows what it replaced", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { preset: "trusted_private_chat" });
      for (let round = 0; round < 5; round += 1) {
        const both = await Promise.all(
          [alice, bob].map((one, n) => one.setState(room, "m.room.topic", { content: { topic: `${round} ${n}` } })),
        );
        const ids = both.map((one) => one.ok().at("event_id").text);
        const last = (await alice.get(path`/rooms/${room}/state/m.room.topic`, { format: "event" })).ok();
        assert.ok(ids.includes(last.at("event_id").text));
        const other = ids.find((id) => id !== last.at("event_id").text);
        assert.equal(last.at("unsigned", "replaces_state").text, other);
      }
    });

    test("two administrators who demote each other at once do not both succeed", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      for (let round = 0; round < 5; round += 1) {
        const users = { [alice.userId]: 100, [bob.userId]: 100 };
        const room = await alice.createRoomWith([bob], { room_version: "11", power_level_content_override: { users } });
        const without = (user: Person): object => ({ content: { users: { ...users, [user.userId]: 0 } } });
        // Nobody takes a level from somebody of the same power, so each demotes themselves and promotes nobody.
        const both = await Promise.all([
          alice.setState(room, "m.room.power_levels", without(alice) as { content: object }),
          bob.about("kick", room, alice),
        ]);
        const levels = (await bob.state(room, "m.room.power_levels")).ok().at("users");
        const member = (await bob.state(room, "m.room.member", alice.userId)).ok().at("membership").text;
        if (both[1]?.status === 200) assert.equal(levels.at(alice.userId).number, 0, "only after the demotion");
        else assert.equal(member, "join");
      }
    });

    test("somebody who loses the right to speak while sending is refused from that event on", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { room_version: "11" });
      const sends = Array.from({ length: 20 }, (_, n) => bob.trySend(room, { msgtype: "m.text", body: `m${n}` }));
      const levels = (await alice.state(room, "m.room.power_levels")).ok();
      const muting = alice.setState(room, "m.room.power_levels", {
        content: { ...Object(levels.body), events_default: 50 },
      });
      const more = Array.from({ length: 20 }, (_, n) => bob.trySend(room, { msgtype: "m.text", body: `n${n}` }));
      const answers = await Promise.all([...sends, ...more]);
      const muted = (await muting).ok().at("event_id").text;
      const accepted = answers.filter((one) => one.status === 200).map((one) => one.at("event_id").text);
      const page = (await alice.get(path`/rooms/${room}/messages`, { dir: "f", limit: 100 })).ok();
      const order = page.at("chunk").list.map((event) => event.at("event_id").text);
      for (const id of accepted) assert.ok(order.indexOf(id) < order.indexOf(muted));
      assert.equal((await bob.trySend(room, TEXT)).brief, "403 M_FORBIDDEN");
    });

    for (const version of ["1", "2"]) {
      test(`in version ${version}, whose events name others by their hashes, a room goes on after a restart`, async () => {
        await using own = await testWorld({ engine });
        const [alice, bob] = await own.people("alice", "bob");
        const room = await alice.createRoomWith([bob], { room_version: version, name: "old" });
        const first = await bob.send(room, "one");
        assert.match(first, /^\$[0-9a-f]{32}:localhost$/);
        await own.restart();
        const second = await bob.send(room, "two");
        (await alice.setState(room, "m.room.name", { content: { name: "older" } })).ok();
        assert.equal((await bob.redact(room, first)).brief, "200");
        assert.equal((await bob.trySend(room, { body: "x" }, { type: "m.room.redaction" })).status, 400);
        await own.restart();
        assert.equal((await alice.about("kick", room, bob)).brief, "200");
        const events = await messagesOf(alice, room);
        assert.deepEqual(events, [first, second]);
        assert.deepEqual((await alice.get(path`/rooms/${room}/event/${first}`)).ok().at("content").value, {});
      });
    }

    test("state that is set to what it is makes no event, by somebody else it does", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { preset: "trusted_private_chat" });
      const set = async (person: Person): Promise<string> =>
        (await person.setState(room, "m.room.name", { content: { name: "N", more: [1, { b: 1, a: 2 }] } }))
          .ok()
          .at("event_id").text;
      const first = await set(alice);
      assert.equal(await set(alice), first);
      assert.notEqual(await set(bob), first);
    });

    test("state keys: empty, with a slash at the end, of people, and of others", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob], { room_version: "11" });
      const at = path`/rooms/${room}/state/org.example.note`;
      (await alice.put(at, { n: 1 })).ok();
      assert.deepEqual((await alice.get(`${at}/`)).ok().body, { n: 1 });
      (await alice.put(`${at}/`, { n: 2 })).ok();
      assert.deepEqual((await alice.get(at)).ok().body, { n: 2 });
      (await alice.setState(room, "org.example.note", { content: { n: 3 }, key: "a/b ü" })).ok();
      assert.deepEqual((await bob.state(room, "org.example.note", "a/b ü")).ok().body, { n: 3 });
      assert.equal(
        (await alice.setState(room, "org.example.note", { content: {}, key: bob.userId })).brief,
        "403 M_FORBIDDEN",
      );
      (await alice.setState(room, "org.example.note", { content: {}, key: alice.userId })).ok();
      assert.equal((await bob.setState(room, "org.example.note", { content: {} })).brief, "403 M_FORBIDDEN");
      assert.equal((await alice.state(room, "org.example.other")).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.setState(room, "m.room.create", { content: {} })).brief, "403 M_FORBIDDEN");
      const whole = (await alice.get(at, { format: "event" })).ok();
      assert.deepEqual([whole.at("type").value, whole.at("content").value], ["org.example.note", { n: 2 }]);
      assert.equal((await alice.get(at, { format: "pdu" })).brief, "400 M_INVALID_PARAM");
    });
  });

  describe(`redactions on ${engine}`, () => {
    const world = sharedWorld({ engine });

    for (const version of ["10", "11", "12"]) {
      test(`version ${version}: one's own events, those of others with enough power, and nothing else`, async () => {
        const [alice, bob, carol] = await world().people("alice", "bob", "carol");
        const room = await alice.createRoomWith([bob, carol], { room_version: version });
        const mine = await bob.send(room, { msgtype: "m.text", body: "secret", extra: 1 });
        const other = await carol.send(room, TEXT);
        assert.equal((await bob.redact(room, other)).brief, "403 M_FORBIDDEN");
        assert.equal((await bob.redact(room, "$nothing")).brief, "404 M_NOT_FOUND");
        const redaction = (await bob.redact(room, mine, "typo")).ok().at("event_id").text;
        const left = (await carol.get(path`/rooms/${room}/event/${mine}`)).ok();
        assert.deepEqual(left.at("content").value, {});
        const because = left.at("unsigned", "redacted_because");
        assert.equal(because.at("event_id").text, redaction);
        assert.equal(because.at("content", "reason").text, "typo");
        assert.equal(because.at("redacts").text, mine, "clients look for it here");
        assert.equal(because.at("content", "redacts").value, version === "10" ? undefined : mine);
        (await alice.redact(room, other)).ok();
        assert.deepEqual((await bob.get(path`/rooms/${room}/event/${other}`)).ok().at("content").value, {});
        const elsewhere = await alice.createRoom();
        assert.equal((await alice.redact(elsewhere, mine)).brief, "404 M_NOT_FOUND");
      });
    }

    test("what a redacted state event said is gone from the event after it, in memory and on disk", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const secret = (await alice.setState(room, "m.room.topic", { content: { topic: "secret" } }))
        .ok()
        .at("event_id").text;
      (await alice.setState(room, "m.room.topic", { content: { topic: "next" } })).ok();
      const first = (await alice.setState(room, "m.room.name", { content: { name: "secret" } }))
        .ok()
        .at("event_id").text;
      for (const name of ["second", "third"]) (await alice.setState(room, "m.room.name", { content: { name } })).ok();
      (await alice.redact(room, secret)).ok();
      (await alice.redact(room, first)).ok();
      const look = async (): Promise<void> => {
        const state = (await bob.get(path`/rooms/${room}/state`)).ok();
        const page = (await bob.get(path`/rooms/${room}/messages`, { dir: "b", limit: 100 })).ok();
        const synced = JSON.stringify(
          (await bob.sync({ since: "none", filter: { room: { timeline: { limit: 100 } } } })).value,
        );
        for (const text of [state.text, page.text, synced]) assert.equal(text.includes("secret"), false);
        const topic = state.json.list.find((event) => event.at("type").value === "m.room.topic");
        assert.deepEqual(topic?.at("unsigned", "prev_content").value, {});
        assert.equal(topic?.at("unsigned", "replaces_state").text, secret);
      };
      await look();
      await own.restart();
      await look();
    });

    test("a redacted change of the history's visibility does not open what was closed", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await alice.createRoom({
        initial_state: [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }],
      });
      const closed = await alice.send(room, "before bob");
      const opening = { content: { history_visibility: "shared" } };
      const opened = (await alice.setState(room, "m.room.history_visibility", opening)).ok().at("event_id").text;
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      assert.equal((await bob.get(path`/rooms/${room}/event/${closed}`)).brief, "404 M_NOT_FOUND");
      (await alice.redact(room, opened)).ok();
      assert.equal((await bob.get(path`/rooms/${room}/event/${closed}`)).brief, "404 M_NOT_FOUND");
      await own.restart();
      assert.equal((await bob.get(path`/rooms/${room}/event/${closed}`)).brief, "404 M_NOT_FOUND");
    });

    test("a redaction keeps what the room needs, and the member stays a member", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.put(path`/profile/${bob.userId}/displayname`, { displayname: "Bob" });
      const room = await alice.createRoomWith([bob]);
      const member = (
        await alice.get(path`/rooms/${room}/state/m.room.member/${bob.userId}`, { format: "event" })
      ).ok();
      (await alice.redact(room, member.at("event_id").text)).ok();
      assert.deepEqual((await alice.state(room, "m.room.member", bob.userId)).ok().body, { membership: "join" });
      assert.equal((await bob.trySend(room, TEXT)).brief, "200");
    });

    test("from version 11 on a redaction can be sent like any event", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom({ room_version: "11" });
      const message = await alice.send(room, "oops");
      await alice.send(room, { redacts: message, reason: "typo" }, { type: "m.room.redaction" });
      assert.deepEqual((await alice.get(path`/rooms/${room}/event/${message}`)).ok().at("content").value, {});
      const empty = await alice.trySend(room, {}, { type: "m.room.redaction" });
      assert.equal(empty.brief, "400 M_BAD_JSON");
    });

    test("somebody outside is not told which events there are", async () => {
      const [alice, stranger] = await world().people("alice", "stranger");
      const room = await alice.createRoom();
      const message = await alice.send(room, "hello");
      assert.equal((await stranger.redact(room, message)).brief, "403 M_FORBIDDEN");
      assert.equal((await stranger.redact(room, "$nothing")).brief, "403 M_FORBIDDEN");
    });
  });
}
