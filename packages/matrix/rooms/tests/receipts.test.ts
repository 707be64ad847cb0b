import { engines, path, sharedWorld, testWorld, type Answered, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const THREADED = { room: { timeline: { unread_thread_notifications: true, limit: 50 } } };

function inThread(root: string, body = "reply"): object {
  return { msgtype: "m.text", body, "m.relates_to": { rel_type: "m.thread", event_id: root } };
}

function calling(person: Person, more: object = {}): object {
  return { msgtype: "m.text", body: "you there", "m.mentions": { user_ids: [person.userId] }, ...more };
}

type Kind = "m.read" | "m.read.private" | "m.fully_read";

function read(person: Person, room: string, what: { event: string; kind?: Kind; thread?: unknown }): Promise<Answered> {
  const body = what.thread === undefined ? {} : { thread_id: what.thread };
  return person.post(path`/rooms/${room}/receipt/${what.kind ?? "m.read"}/${what.event}`, body);
}

/** `notifications/highlights` of the main timeline, and of each thread. */
async function threaded(person: Person, room: string): Promise<Record<string, string>> {
  const joined = (await person.sync({ since: "none", filter: THREADED })).at("rooms", "join", room);
  const brief = (counts: JsonView): string =>
    `${counts.at("notification_count").number}/${counts.at("highlight_count").number}`;
  const threads = joined.at("unread_thread_notifications");
  const found: Record<string, string> = { main: brief(joined.at("unread_notifications")) };
  for (const thread of threads.names) found[thread] = brief(threads.at(thread));
  return found;
}

/** `notifications/highlights` of the whole room. */
async function unread(person: Person, room: string): Promise<string> {
  const counts = (await person.sync({ since: "none" })).at("rooms", "join", room, "unread_notifications");
  return `${counts.at("notification_count").number}/${counts.at("highlight_count").number}`;
}

function receiptsIn(answer: JsonView, room: string): JsonView {
  const events = answer.at("rooms", "join", room, "ephemeral", "events").list;
  return events.find((event) => event.at("type").value === "m.receipt")?.at("content") ?? answer.at("nothing");
}

for (const engine of engines) {
  describe(`receipts and what is unread on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("messages of others count, notices, edits, reactions, state and one's own do not", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const first = await alice.send(room, "one");
      await alice.send(room, { msgtype: "m.notice", body: "bot" });
      await alice.send(room, {
        msgtype: "m.text",
        body: "* one",
        "m.new_content": { msgtype: "m.text", body: "one" },
        "m.relates_to": { rel_type: "m.replace", event_id: first },
      });
      await alice.send(
        room,
        { "m.relates_to": { rel_type: "m.annotation", event_id: first, key: "x" } },
        { type: "m.reaction" },
      );
      (await alice.setState(room, "m.room.name", { content: { name: "N" } })).ok();
      await alice.send(room, { algorithm: "m.megolm.v1.aes-sha2" }, { type: "m.room.encrypted" });
      assert.equal(await unread(bob, room), "2/0");
      assert.equal(await unread(alice, room), "0/0");
      await bob.send(room, "an answer");
      assert.equal(await unread(bob, room), "0/0", "who answers has read");
      assert.equal(await unread(alice, room), "1/0");
    });

    test("a poll counts where it was made, under either of its names; votes do not", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const first = await alice.send(room, { body: "Lunch?" }, { type: "org.matrix.msc3381.poll.start" });
      await alice.send(room, { body: "Tea?" }, { type: "m.poll.start" });
      await alice.send(room, inThread(first, "Where?"), { type: "org.matrix.msc3381.poll.start" });
      await alice.send(
        room,
        { "m.relates_to": { rel_type: "m.reference", event_id: first } },
        { type: "org.matrix.msc3381.poll.response" },
      );
      assert.deepEqual(await threaded(bob, room), { main: "2/0", [first]: "1/0" });
    });

    test("a receipt clears what came up to its event, public or private, and never goes back", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const events: string[] = [];
      for (let n = 0; n < 4; n += 1) events.push(await alice.send(room, `m${n}`));
      const [one = "", two = "", three = "", four = ""] = events;
      assert.equal(await unread(bob, room), "4/0");
      (await read(bob, room, { event: two })).ok();
      assert.equal(await unread(bob, room), "2/0");
      (await read(bob, room, { event: one })).ok();
      assert.equal(await unread(bob, room), "2/0");
      (await read(bob, room, { event: three, kind: "m.read.private" })).ok();
      assert.equal(await unread(bob, room), "1/0");
      (await bob.post(path`/rooms/${room}/read_markers`, { "m.fully_read": three, "m.read": four })).ok();
      assert.equal(await unread(bob, room), "0/0");
      const marker = (await bob.get(path`/user/${bob.userId}/rooms/${room}/account_data/m.fully_read`)).ok();
      assert.deepEqual(marker.body, { event_id: three });
    });

    test("everybody in the room hears of public receipts, nobody else of private ones", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const tablet = await bob.device("TABLET");
      const room = await alice.createRoomWith([bob]);
      const [one, two] = [await alice.send(room, "1"), await alice.send(room, "2")];
      await Promise.all([alice.sync(), bob.sync(), tablet.sync()]);
      (await read(bob, room, { event: two, kind: "m.read.private" })).ok();
      (await read(bob, room, { event: one, thread: "main" })).ok();
      const news = await alice.syncUntil((answer) => (receiptsIn(answer, room).names.length > 0 ? answer : undefined));
      assert.equal(JSON.stringify(news.value).includes("m.read.private"), false);
      const mine = receiptsIn(news, room).at(one, "m.read", bob.userId);
      assert.equal(mine.at("thread_id").text, "main");
      assert.ok(mine.at("ts").number > 0);
      const own = receiptsIn(await tablet.sync(), room);
      assert.ok(own.at(two, "m.read.private", bob.userId).isThere);
      const first = receiptsIn(await alice.sync({ since: "none" }), room);
      assert.ok(first.at(one, "m.read", bob.userId).isThere);
      assert.equal(JSON.stringify(first.value).includes("m.read.private"), false);
    });

    test("threads have counts and receipts of their own; a receipt without a thread is of all", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const [left, right] = [await alice.send(room, "left"), await alice.send(room, "right")];
      const l1 = await alice.send(room, inThread(left));
      await alice.send(room, calling(bob, inThread(left)));
      const r1 = await alice.send(room, inThread(right));
      const last = await alice.send(room, "main again");
      assert.deepEqual(await threaded(bob, room), { main: "3/0", [left]: "2/1", [right]: "1/0" });
      assert.equal(await unread(bob, room), "6/1", "without threads everything is of the room");
      (await read(bob, room, { event: l1, thread: left })).ok();
      assert.deepEqual(await threaded(bob, room), { main: "3/0", [left]: "1/1", [right]: "1/0" });
      (await read(bob, room, { event: last, thread: "main" })).ok();
      const expected = { main: "0/0", [left]: "1/1", [right]: "1/0" };
      assert.deepEqual(await threaded(bob, room), expected);
      await own.restart();
      assert.deepEqual(await threaded(bob, room), expected, "a restart changes nothing");
      (await read(bob, room, { event: r1 })).ok();
      assert.deepEqual(await threaded(bob, room), { main: "0/0" });
      await own.restart();
      assert.deepEqual(await threaded(bob, room), { main: "0/0" });
      await bob.send(room, inThread(right));
      await alice.send(room, inThread(left));
      assert.deepEqual(await threaded(bob, room), { main: "0/0", [left]: "1/0" });
      await bob.send(room, "in the main timeline");
      assert.deepEqual(await threaded(bob, room), { main: "0/0", [left]: "1/0" }, "the thread is still unread");
    });

    test("a receipt's thread is that of its event, directly or through what it relates to", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const root = await alice.send(room, "root");
      const reply = await alice.send(room, inThread(root));
      const reaction = await alice.send(
        room,
        { "m.relates_to": { rel_type: "m.annotation", event_id: reply, key: "x" } },
        { type: "m.reaction" },
      );
      const table: readonly (readonly [string, unknown, string])[] = [
        [reply, root, "200"],
        [reaction, root, "200"],
        [root, "main", "200"],
        [reply, "main", "400 M_INVALID_PARAM"],
        [root, root, "400 M_INVALID_PARAM"],
        [reply, reply, "400 M_INVALID_PARAM"],
        [reply, "", "400 M_INVALID_PARAM"],
        [reply, 5, "400 M_INVALID_PARAM"],
        [reply, "nonsense", "400 M_INVALID_PARAM"],
      ];
      for (const [event, thread, answer] of table)
        assert.equal((await read(bob, room, { event, thread })).brief, answer, `${String(thread)} of ${event}`);
      assert.equal(
        (await read(bob, room, { event: root, kind: "m.fully_read", thread: "main" })).brief,
        "400 M_INVALID_PARAM",
      );
    });

    test("receipts for what is not there, by who is not there, of a kind that is not there, are refused", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      const other = await alice.createRoom();
      const event = await alice.send(room, "hello");
      assert.equal((await read(bob, room, { event })).brief, "403 M_FORBIDDEN");
      assert.equal((await read(alice, room, { event: "$nothing" })).brief, "404 M_NOT_FOUND");
      assert.equal((await read(alice, other, { event })).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(path`/rooms/${room}/receipt/m.seen/${event}`)).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.post(path`/rooms/${room}/read_markers`, { "m.read": "x" })).brief, "400 M_BAD_JSON");
      const direct = await alice.put(path`/user/${alice.userId}/rooms/${room}/account_data/m.fully_read`, {
        event_id: event,
      });
      assert.equal(direct.brief, "405 M_BAD_JSON");
    });

    test("calls by name count once read or redacted no more, also after a restart", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob] = await own.people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const gone = await alice.send(room, calling(bob));
      const stays = await alice.send(room, calling(bob));
      await alice.send(room, { msgtype: "m.text", body: "all", "m.mentions": { room: true } });
      assert.equal(await unread(bob, room), "3/3");
      (await alice.redact(room, gone)).ok();
      assert.match(await unread(bob, room), /\/2$/);
      await own.restart();
      assert.match(await unread(bob, room), /\/2$/);
      (await read(bob, room, { event: stays })).ok();
      assert.equal(await unread(bob, room), "1/1");
      await own.restart();
      assert.equal(await unread(bob, room), "1/1");
    });

    test("who comes into a room has nothing unread of what was said before", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      for (let n = 0; n < 3; n += 1) await alice.send(room, `m${n}`);
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      assert.equal(await unread(bob, room), "0/0");
      await alice.send(room, "welcome");
      assert.equal(await unread(bob, room), "1/0");
    });
  });
}
