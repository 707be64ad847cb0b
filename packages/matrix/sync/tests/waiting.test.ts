import { engines, path, sharedWorld, testWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bodies, joined } from "./reading.ts";

for (const engine of engines) {
  describe(`waiting, tokens and what is live in a sync on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("bad, foreign, other people's and future tokens are refused cleanly", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await alice.sync();
      await bob.sync();
      const own = alice.since ?? "";
      const parts = own.split("_");
      const changed = (index: number, value: string): string => parts.with(index, value).join("_");
      const epoch = Number(/^s([0-9]+)/.exec(own)?.[1]);
      const refused: [string, string][] = [
        ["nope", "400 M_INVALID_PARAM"],
        ["s72594_4483_1934", "400 M_INVALID_PARAM"],
        [`${own}0`, "400 M_INVALID_PARAM"],
        [own.slice(0, -1), "400 M_INVALID_PARAM"],
        ["s".repeat(300), "400 M_INVALID_PARAM"],
        [`${own}\0`, "400 M_INVALID_PARAM"],
        [bob.since ?? "", "400 M_INVALID_PARAM"],
        [changed(1, "-1"), "400 M_INVALID_PARAM"],
        [changed(2, "999999999999999"), "400 M_INVALID_PARAM"],
        [parts.with(1, "999999999").with(2, "1").join("_"), "400 M_UNKNOWN_POS"],
        [changed(0, `s${epoch + 1}`), "400 M_UNKNOWN_POS"],
        [changed(0, `s${epoch - 1}`), "400 M_UNKNOWN_POS"],
      ];
      for (const [since, brief] of refused) assert.equal((await alice.get("/sync", { since })).brief, brief, since);
      assert.equal((await alice.get("/sync", { since: own })).status, 200);
    });

    test("a token from before a restored backup is refused, and a first sync works", async () => {
      await using own = await testWorld({ engine });
      const alice = await own.person("alice");
      await alice.createRoom();
      await alice.sync();
      const { since } = alice;
      const tx = own.server.db.begin();
      tx.add({ sql: "UPDATE stream SET epoch = ?, head = head + 1000000", parameters: [1_764_000_000] });
      await tx.commit();
      await own.restart();
      assert.equal((await alice.get("/sync", { since })).brief, "400 M_UNKNOWN_POS");
      assert.equal((await alice.sync({ since: "none" })).at("rooms", "join").names.length, 1);
      assert.equal((await alice.sync()).at("rooms").isThere, false);
    });

    test("bad parameters are refused", async () => {
      const alice = await world().person("alice");
      for (const query of [{ timeout: "soon" }, { timeout: -1 }, { full_state: "maybe" }, { set_presence: "busy" }])
        assert.equal((await alice.get("/sync", query)).brief, "400 M_INVALID_PARAM");
      assert.equal((await world().call({ method: "GET", path: "/sync" })).brief, "401 M_MISSING_TOKEN");
      assert.equal((await alice.post("/sync")).status, 405);
    });

    test("a first sync never waits; a later one until its time is over, or until there is something", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync({ timeout: 600_000 });
      await bob.sync();
      const started = performance.now();
      const nothing = await bob.sync({ timeout: 300 });
      assert.ok(performance.now() - started > 250);
      assert.equal(nothing.at("rooms").isThere, false);
      const waiting = bob.sync({ timeout: 60_000 });
      await alice.send(room, "wake up");
      assert.deepEqual(bodies(joined(await waiting, room)), ["wake up"]);
    });

    test("who moves the clock ends no sync that waits", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync();
      await bob.sync();
      const waiting = bob.sync({ timeout: 60_000 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      world().clock.move(3_600_000 / 2);
      const { hub } = { hub: world().server };
      assert.ok(hub !== undefined);
      await alice.send(room, "still there");
      assert.deepEqual(bodies(joined(await waiting, room)), ["still there"]);
    });

    test("a sign-out ends the sync that waits on that device, and no other", async () => {
      const alice = await world().person("alice");
      const phone = await alice.device();
      await alice.sync();
      await phone.sync();
      const waiting = phone.get("/sync", { since: phone.since, timeout: 60_000 });
      const other = alice.get("/sync", { since: alice.since, timeout: 400 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      (await phone.post("/logout")).ok();
      assert.equal((await waiting).brief, "401 M_UNKNOWN_TOKEN");
      assert.equal((await other).status, 200);
    });

    test("a client that goes away leaves nobody waiting, and a server that stops answers those who wait", async () => {
      await using own = await testWorld({ engine, env: { CAUSEWAY_HTTP_CLOSE_TIMEOUT_MS: "5000" } });
      const alice = await own.person("alice");
      await alice.sync();
      const gone = new AbortController();
      const asked = fetch(`${own.url}/_matrix/client/v3/sync?since=${alice.since ?? ""}&timeout=60000`, {
        headers: { authorization: `Bearer ${alice.token}` },
        signal: gone.signal,
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      gone.abort();
      await assert.rejects(asked);
      const waiting = alice.get("/sync", { since: alice.since, timeout: 60_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const [answer] = await Promise.all([waiting, own.restart()]);
      assert.equal(answer.status, 200);
      assert.equal(answer.at("rooms").isThere, false);
      assert.equal((await alice.get("/sync", { since: answer.at("next_batch").text })).status, 200);
    });

    test("account data, tags and read marks come once, as they are now, for all and by room", async () => {
      const alice = await world().person("alice");
      const phone = await alice.device();
      const room = await alice.createRoom();
      await alice.sync();
      await phone.sync();
      const own = path`/user/${alice.userId}/account_data/org.example.setting`;
      for (const value of [1, 2, 3]) (await alice.put(own, { value })).ok();
      (await alice.put(path`/user/${alice.userId}/rooms/${room}/account_data/org.example.room`, { a: 1 })).ok();
      (await alice.put(path`/user/${alice.userId}/rooms/${room}/tags/m.favourite`, { order: 0.25 })).ok();
      for (const device of [alice, phone]) {
        const answer = await device.sync();
        assert.deepEqual(answer.at("account_data", "events").value, [
          { type: "org.example.setting", content: { value: 3 } },
        ]);
        assert.deepEqual(joined(answer, room).at("account_data", "events").value, [
          { type: "org.example.room", content: { a: 1 } },
          { type: "m.tag", content: { tags: { "m.favourite": { order: 0.25 } } } },
        ]);
        assert.equal((await device.sync()).at("account_data").isThere, false);
      }
      await world().restart();
      (await alice.put(own, { value: 4 })).ok();
      assert.equal((await phone.sync()).at("account_data", "events", 0, "content", "value").value, 4);
    });

    test("typing and receipts reach the others, and unread counts fall when one reads elsewhere", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await bob.device();
      const room = await alice.createRoomWith([bob]);
      for (const device of [alice, bob, phone]) await device.sync();
      const event = await alice.send(room, "one");
      await alice.send(room, { msgtype: "m.text", body: "two", "m.mentions": { user_ids: [bob.userId] } });
      const unread = async (): Promise<unknown> => joined(await phone.sync(), room).at("unread_notifications").value;
      assert.deepEqual(await unread(), { notification_count: 2, highlight_count: 1 });
      (await bob.post(path`/rooms/${room}/receipt/m.read.private/${event}`)).ok();
      assert.deepEqual(await unread(), { notification_count: 1, highlight_count: 1 });
      assert.equal(joined(await alice.sync(), room).at("ephemeral", "events").list.length, 0);
      (await bob.put(path`/rooms/${room}/typing/${bob.userId}`, { typing: true, timeout: 20_000 })).ok();
      (await bob.post(path`/rooms/${room}/receipt/m.read/${event}`)).ok();
      const seen: unknown[] = [];
      await alice.syncUntil((answer) => {
        for (const one of joined(answer, room).at("ephemeral", "events").list) seen.push(one.at("type").value);
        return seen.length >= 2 ? true : undefined;
      });
      assert.deepEqual(new Set(seen), new Set(["m.receipt", "m.typing"]));
      (await bob.put(path`/rooms/${room}/typing/${bob.userId}`, { typing: false })).ok();
      const stopped = joined(await alice.sync(), room).at("ephemeral", "events").list;
      assert.deepEqual(
        stopped.map((one) => one.at("content", "user_ids").value),
        [[]],
      );
    });

    test("threads are counted apart for those who ask", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const root = await alice.send(room, "root");
      await bob.sync();
      (await bob.post(path`/rooms/${room}/receipt/m.read/${root}`)).ok();
      await bob.sync();
      await alice.send(room, {
        msgtype: "m.text",
        body: "in the thread",
        "m.relates_to": { rel_type: "m.thread", event_id: root },
        "m.mentions": { user_ids: [bob.userId] },
      });
      const phone = await bob.device();
      const filter = { room: { timeline: { unread_thread_notifications: true } } };
      const apart = joined(await phone.sync({ filter }), room);
      assert.deepEqual(apart.at("unread_notifications").value, { notification_count: 0, highlight_count: 0 });
      assert.deepEqual(apart.at("unread_thread_notifications").value, {
        [root]: { notification_count: 1, highlight_count: 1 },
      });
      const together = joined(await bob.sync(), room);
      assert.deepEqual(together.at("unread_notifications").value, { notification_count: 1, highlight_count: 1 });
      assert.equal(together.at("unread_thread_notifications").isThere, false);
    });

    test("presence follows set_presence, for those who share a room only", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      await alice.createRoomWith([bob]);
      await alice.sync({ query: { set_presence: "offline" } });
      const of = (answer: { at(...at: string[]): { list: readonly { at(name: string): { value: unknown } }[] } }) =>
        answer.at("presence", "events").list.map((one) => one.at("sender").value);
      assert.deepEqual(of(await bob.sync()).includes(alice.userId), false);
      await bob.sync();
      await alice.sync({ query: { set_presence: "unavailable" } });
      const seen = await bob.sync({ timeout: 5000 });
      assert.deepEqual(seen.at("presence", "events", 0, "content", "presence").value, "unavailable");
      assert.deepEqual(of(await carol.sync()).includes(alice.userId), false);
    });
  });
}
