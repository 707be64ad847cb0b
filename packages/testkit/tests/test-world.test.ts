import { engines, path, sharedWorld, testWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

for (const engine of engines) {
  describe(`the test world on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("two people talk over HTTP, and each syncs from where they are", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync();
      const event = await alice.send(room, "hello");
      const news = await bob.sync();
      const [sent] = news.at("rooms", "join", room, "timeline", "events").list;
      assert.equal(sent?.at("event_id").text, event);
      assert.equal(sent?.at("content", "body").text, "hello");
      assert.equal((await bob.sync()).at("rooms").isThere, false);
    });

    test("two people of one name are two people, and one person may have two devices", async () => {
      const [first, second] = await world().people("carol", "carol");
      assert.notEqual(first.userId, second.userId);
      const phone = await first.device("PHONE");
      const whoami = (await phone.get("/account/whoami")).ok();
      assert.deepEqual(whoami.body, {
        ...{ user_id: first.userId, device_id: "PHONE", is_guest: false },
        "org.causeway.device_class": "personal",
      });
    });

    test("a refusal is an answer, and expecting better of it throws", async () => {
      const dora = await world().person("dora");
      const refused = await dora.get(path`/rooms/${"!nowhere:localhost"}/state`);
      assert.equal(refused.brief, "403 M_FORBIDDEN");
      assert.throws(() => refused.ok(), /403 M_FORBIDDEN/);
      assert.equal((await world().call({ method: "GET", path: "/sync" })).brief, "401 M_MISSING_TOKEN");
    });

    test("a restart keeps what was said, and who is signed in", async () => {
      await using own = await testWorld({ engine });
      const alice = await own.person("alice");
      const room = await alice.createRoom({ name: "Registry" });
      await own.restart();
      assert.equal((await alice.state(room, "m.room.name")).ok().at("name").text, "Registry");
    });

    test("the clock moves when it is told to", async () => {
      await using own = await testWorld({ engine });
      const before = own.clock.now();
      own.clock.move(60_000);
      assert.ok(own.clock.now() - before >= 60_000);
    });
  });
}
