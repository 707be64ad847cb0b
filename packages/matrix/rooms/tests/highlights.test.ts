import { engines, path, sharedWorld, testWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const LOUD = ["notify", { set_tweak: "highlight" }];

/** `notifications/highlights` of a room. */
async function unread(person: Person, room: string): Promise<string> {
  const counts = (await person.sync({ since: "none" })).at("rooms", "join", room, "unread_notifications");
  return `${counts.at("notification_count").number}/${counts.at("highlight_count").number}`;
}

async function read(person: Person, room: string, event: string): Promise<void> {
  (await person.post(path`/rooms/${room}/receipt/m.read/${event}`)).ok();
}

async function rule(person: Person, at: string, body: object): Promise<void> {
  (await person.put(`/pushrules/global/${at}`, body)).ok();
}

async function name(person: Person, displayname: string): Promise<void> {
  (await person.put(path`/profile/${person.userId}/displayname`, { displayname })).ok();
}

for (const engine of engines) {
  describe(`highlights on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("a name in the text calls who has it, between word boundaries, until it is another", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await name(bob, "陳大文 · CHAN Tai-man");
      const room = await alice.createRoomWith([bob]);
      const says = async (text: string, expected: string): Promise<void> => {
        const event = await alice.send(room, text);
        assert.equal(await unread(bob, room), expected, text);
        await read(bob, room, event);
      };
      await says("good morning", "1/0");
      await says("請 陳大文 · chan tai-man 看", "1/1");
      await says("CHAN Tai-manifold", "1/0");
      await name(bob, "陳小明");
      await says("請陳小明看一看", "1/1");
      await says("陳大文 · CHAN Tai-man", "1/0");
      await says(`hello ${bob.userId.slice(1).split(":")[0]}!`, "1/1");
    });

    test("words of one's own call, from the moment they are set, for as long as they are on, also after a restart", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob, carol] = await own.people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob, carol]);
      const says = async (text: string, expected: string): Promise<void> => {
        const event = await alice.send(room, text);
        assert.equal(await unread(bob, room), expected, text);
        assert.match(await unread(carol, room), /\/0$/, "nobody else");
        await read(bob, room, event);
      };
      await says("a typhoon comes", "1/0");
      await rule(bob, "content/weather", { pattern: "Typhoon", actions: LOUD });
      await says("a typhoon comes", "1/1");
      await says("typhoons", "1/0");
      await rule(bob, "content/places", { pattern: "wan*chai", actions: LOUD });
      await says("in Wan Chai today", "1/1");
      await own.restart();
      await says("TYPHOON!", "1/1");
      await says("wanchai", "1/1");
      (await bob.put("/pushrules/global/content/weather/enabled", { enabled: false })).ok();
      await says("typhoon", "1/0");
      (await bob.put("/pushrules/global/content/weather/enabled", { enabled: true })).ok();
      await rule(bob, "content/weather/actions", { actions: ["notify"] });
      await says("typhoon", "1/0");
      (await bob.delete("/pushrules/global/content/places")).ok();
      await says("wanchai", "1/0");
    });

    test("in a room where messages do not count, a word that only notifies counts quietly", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob, await world().person("third")]);
      await rule(bob, path`room/${room}`, { actions: [] });
      await rule(bob, "content/fire", { pattern: "fire", actions: ["notify"] });
      await alice.send(room, "nothing");
      assert.equal(await unread(bob, room), "0/0");
      await alice.send(room, "a fire");
      assert.equal(await unread(bob, room), "1/0");
      await alice.send(room, { msgtype: "m.text", body: "x", "m.mentions": { user_ids: [bob.userId] } });
      assert.equal(await unread(bob, room), "2/1");
      await rule(bob, path`override/${room}`, {
        actions: [],
        conditions: [{ kind: "event_match", key: "room_id", pattern: room }],
      });
      assert.equal(await unread(bob, room), "0/0", "muted altogether");
      await alice.send(room, { msgtype: "m.text", body: "fire", "m.mentions": { user_ids: [bob.userId] } });
      assert.equal(await unread(bob, room), "0/0");
    });

    test("events that say whom they mention are taken at their word; only members, not oneself, are called", async () => {
      const [alice, bob, outside] = await world().people("alice", "bob", "outside");
      const room = await alice.createRoomWith([bob]);
      const mention = (users: readonly unknown[], body = "x"): object => ({
        msgtype: "m.text",
        body,
        "m.mentions": { user_ids: users },
      });
      await alice.send(room, mention([], `bob ${bob.userId.slice(1).split(":")[0]}`));
      assert.equal(await unread(bob, room), "1/0");
      await alice.send(room, mention([bob.userId, bob.userId, alice.userId, outside.userId, 5, "nobody"]));
      assert.equal(await unread(bob, room), "2/1");
      assert.equal(await unread(alice, room), "0/0");
      await alice.send(room, { msgtype: "m.text", body: "x", "m.mentions": [bob.userId] });
      assert.equal(await unread(bob, room), "3/1");
      (await alice.about("invite", room, outside)).ok();
      (await outside.join(room)).ok();
      assert.equal(await unread(outside, room), "0/0");
    });

    test("the whole room is called by who has the power to, and each decides whether to hear it", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob, carol], { room_version: "11" });
      const all = { msgtype: "m.text", body: "all", "m.mentions": { room: true } };
      await bob.send(room, all);
      assert.equal(await unread(carol, room), "1/0", "bob has not the power");
      await alice.send(room, all);
      assert.equal(await unread(carol, room), "2/1");
      await alice.send(room, "listen @room please");
      assert.equal(await unread(carol, room), "3/2", "as it was said before events could say so");
      await rule(carol, "override/.m.rule.is_room_mention/enabled", { enabled: false });
      await rule(carol, "override/.m.rule.roomnotif/enabled", { enabled: false });
      assert.equal(await unread(carol, room), "3/0");
      assert.equal(await unread(alice, room), "0/0");
    });

    test("the end of a room is told to everybody in it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      assert.equal(await unread(bob, room), "0/0");
      (await alice.post(path`/rooms/${room}/upgrade`, { new_version: "12" })).ok();
      assert.equal(await unread(bob, room), "1/1");
    });

    test("rules that look at more than words see every event", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await rule(bob, "override/alarms", {
        actions: LOUD,
        conditions: [{ kind: "event_property_is", key: "content.level", value: 3 }],
      });
      await alice.send(room, { msgtype: "m.text", body: "x", level: 2 });
      assert.equal(await unread(bob, room), "1/0");
      await alice.send(room, { msgtype: "m.text", body: "x", level: 3 });
      assert.equal(await unread(bob, room), "2/1");
    });

    test("notifications are listed through all rooms, the newest first, page by page, read or not", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const rooms = await Promise.all([1, 2, 3].map(() => alice.createRoomWith([bob])));
      const sent: string[] = [];
      for (let n = 0; n < 9; n += 1) {
        const room = rooms[n % 3] ?? "";
        const mention = n === 4 ? { "m.mentions": { user_ids: [bob.userId] } } : {};
        sent.push(await alice.send(room, { msgtype: "m.text", body: `m${n}`, ...mention }));
        await alice.send(room, { msgtype: "m.notice", body: "bot" });
        if (n === 5) await bob.send(room, "mine");
      }
      const list = async (query: Record<string, string | number> = {}): Promise<string[]> => {
        const found: string[] = [];
        let from: string | undefined;
        do {
          const page = (await bob.get("/notifications", { ...query, from })).ok();
          found.push(...page.at("notifications").list.map((one) => one.at("event", "event_id").text));
          from = page.at("next_token").isThere ? page.at("next_token").text : undefined;
        } while (from !== undefined);
        return found;
      };
      for (const limit of [1, 2, 4, 100]) assert.deepEqual(await list({ limit }), sent.toReversed());
      assert.deepEqual(await list({ only: "highlight" }), [sent[4]]);
      const all = (await bob.get("/notifications")).ok().at("notifications").list;
      const unreadOnes = all
        .filter((one) => one.at("read").value === false)
        .map((one) => one.at("event", "event_id").text);
      assert.deepEqual(
        unreadOnes,
        [8, 7, 6, 4, 3, 1, 0].map((n) => sent[n]),
        "what bob wrote after in that room is read",
      );
      const loud = all.find((one) => one.at("event", "event_id").value === sent[4]);
      assert.equal(loud?.at("room_id").text, rooms[1]);
      assert.deepEqual(loud?.at("actions", 0).value, "notify");
      assert.equal((await bob.get("/notifications", { from: "x" })).brief, "400 M_INVALID_PARAM");
      const stranger = await world().person("stranger");
      assert.deepEqual((await stranger.get("/notifications")).ok().body, { notifications: [] });
    });

    test("messages of a sender whom one silences, and with words that one silences, do not count, also not after a restart", async () => {
      await using own = await testWorld({ engine });
      const [alice, bob, bot] = await own.people("alice", "bob", "bot");
      const room = await alice.createRoomWith([bob, bot]);
      await rule(bob, path`sender/${bot.userId}`, { actions: [] });
      await rule(bob, "content/lunch", { pattern: "lunch", actions: [] });
      await bot.send(room, "tick");
      await alice.send(room, "hello");
      await alice.send(room, "lunch?");
      const root = await alice.send(room, "root");
      await bot.send(room, { msgtype: "m.text", body: "x", "m.relates_to": { rel_type: "m.thread", event_id: root } });
      await alice.send(room, {
        msgtype: "m.text",
        body: "y",
        "m.relates_to": { rel_type: "m.thread", event_id: root },
      });
      await bot.send(room, { msgtype: "m.text", body: "x", "m.mentions": { user_ids: [bob.userId] } });
      assert.equal(await unread(bob, room), "4/1");
      await own.restart();
      assert.equal(await unread(bob, room), "4/1");
      await read(bob, room, root);
      assert.equal(await unread(bob, room), "2/1");
      (await bob.delete(path`/pushrules/global/sender/${bot.userId}`)).ok();
      assert.equal(await unread(bob, room), "3/1");
    });

    test("notices count for those who want them to", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await alice.send(room, { msgtype: "m.notice", body: "bot" });
      assert.equal(await unread(bob, room), "0/0");
      await rule(bob, "override/.m.rule.suppress_notices/enabled", { enabled: false });
      assert.equal(await unread(bob, room), "1/0");
    });

    test("who leaves is not called, and who comes back is called for what comes then", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await name(bob, "Robert");
      const room = await alice.createRoomWith([bob], { preset: "public_chat" });
      await alice.send(room, "Robert?");
      assert.equal(await unread(bob, room), "1/1");
      (await bob.leave(room)).ok();
      await alice.send(room, "Robert?");
      (await bob.join(room)).ok();
      assert.equal(await unread(bob, room), "0/0");
      await alice.send(room, "Robert!");
      assert.equal(await unread(bob, room), "1/1");
    });
  });
}
