import { engines, JsonView, path, testWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import { pushService, PushSubscriber, speakerOf, type PushService } from "@causeway/testkit-push";
import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { describe, test } from "node:test";

const NOTIFY = "/_matrix/push/v1/notify";

function worldWith(
  engine: TestWorld["engine"],
  push: PushService,
  env: Record<string, string> = {},
): Promise<TestWorld> {
  return testWorld({
    engine,
    env: {
      CAUSEWAY_PUSH_WEB_HOSTS: `["${push.host}"]`,
      CAUSEWAY_PUSH_GATEWAY_HOSTS: `["${push.host}"]`,
      CAUSEWAY_PUSH_PRIVATE_NETWORKS: `["127.0.0.1"]`,
      CAUSEWAY_PUSH_GRACE_MS: "60",
      CAUSEWAY_PUSH_RETRY_MS: "50",
      ...env,
    },
  });
}

const NAMES = { app_display_name: "App", device_display_name: "Phone", lang: "en" };

function setGateway(who: Person, push: PushService, more: object = {}): Promise<Answered> {
  const data = { url: `${push.url}${NOTIFY}` };
  return who.post("/pushers/set", { kind: "http", app_id: "a.b", pushkey: "k", ...NAMES, data, ...more });
}

function setBrowser(
  who: Person,
  push: PushService,
  { subscription, more = {} }: { readonly subscription: PushSubscriber; readonly more?: object },
): Promise<Answered> {
  const data = { url: `${push.url}/sub/1`, auth: subscription.auth, ...more };
  const pushkey = subscription.p256dh;
  return who.post("/pushers/set", { kind: "webpush", app_id: "org.causeway.web", pushkey, ...NAMES, data });
}

async function listed(who: Person): Promise<readonly JsonView[]> {
  return (await who.get("/pushers")).ok().at("pushers").list;
}

function notification(push: PushService, index: number): JsonView {
  return new JsonView(JSON.parse(push.got[index]?.body.toString() ?? "")).at("notification");
}

/** Waits until news of a room of its own has been told to a browser: what came before it has been told by then, or never will be. */
async function untilTold(push: PushService, by: Person, to: Person): Promise<void> {
  const room = await by.createRoomWith([to]);
  const topic = hash("sha256", room, "base64url").slice(0, 32);
  await by.send(room, "the last");
  for (let count = 1; !push.got.some((got) => got.headers["topic"] === topic); count += 1) await push.until(count);
}

for (const engine of engines) {
  describe(`pushers on ${engine}`, () => {
    test("a gateway is told what the specification says, of what the rules want to be told", async () => {
      await using push = await pushService();
      push.answer = () => ({ status: 200, body: "{}" });
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob], { name: "Patrol" });
      assert.equal((await setGateway(bob, push)).brief, "200");
      const [own] = await listed(bob);
      assert.deepEqual(own?.value, {
        kind: "http",
        app_id: "a.b",
        pushkey: "k",
        ...NAMES,
        data: { url: `${push.url}${NOTIFY}` },
      });
      assert.deepEqual(await listed(amy), []);
      await amy.send(room, { msgtype: "m.notice", body: "a notice is not told" });
      await bob.send(room, "one's own words are not told");
      const id = await amy.send(room, { msgtype: "m.text", body: "樹倒下", "m.mentions": { user_ids: [bob.userId] } });
      await push.until(1);
      assert.equal(push.got[0]?.path, NOTIFY);
      const told = notification(push, 0);
      assert.deepEqual(
        ["event_id", "room_id", "type", "sender", "room_name", "prio"].map((name) => told.at(name).value),
        [id, room, "m.room.message", amy.userId, "Patrol", "high"],
      );
      assert.equal(told.at("content", "body").value, "樹倒下");
      const device = told.at("devices", 0);
      assert.deepEqual([device.at("app_id").value, device.at("pushkey").value], ["a.b", "k"]);
      assert.deepEqual(device.at("data").value, {}, "everything but the address");
      assert.equal(device.at("tweaks", "highlight").value, true);
      assert.equal(push.got.length, 1);
    });

    test("with ids alone nothing else is told; an invitation is told to whom it is for", async () => {
      await using push = await pushService();
      push.answer = () => ({ status: 200, body: "{}" });
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      await setGateway(bob, push, { data: { url: `${push.url}${NOTIFY}`, format: "event_id_only", color: "red" } });
      const room = await amy.createRoom({ invite: [bob.userId], name: "Secret name" });
      await push.until(1);
      const told = notification(push, 0);
      assert.deepEqual(told.names.toSorted(), ["devices", "event_id", "prio", "room_id"]);
      assert.equal(told.at("room_id").value, room);
      assert.deepEqual(told.at("devices", 0, "data").value, { format: "event_id_only", color: "red" });
    });

    test("a browser is told ids alone, encrypted to it, by a speaker that it can know", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob], { name: "Secret name" });
      const subscription = new PushSubscriber();
      assert.equal((await setBrowser(bob, push, { subscription })).brief, "200");
      const id = await amy.send(room, "secret words");
      await push.until(1);
      const [got] = push.got;
      assert.ok(got !== undefined);
      assert.deepEqual(subscription.read(got), { room_id: room, event_id: id, highlight: false });
      assert.equal(got.body.includes("secret"), false);
      assert.throws(() => new PushSubscriber().read(got), "for this browser only");
      assert.equal(got.path, "/sub/1");
      assert.equal(got.headers["content-encoding"], "aes128gcm");
      assert.ok(Number(got.headers["ttl"]) > 0);
      assert.match(String(got.headers["topic"]), /^[\w-]{1,32}$/);
      const key = (await bob.get("/causeway/v1/push")).ok().at("web", "key").text;
      const claims = new JsonView(speakerOf(got, key));
      assert.equal(claims.at("aud").value, push.url);
      assert.ok(claims.at("exp").number * 1000 < Date.now() + 24 * 60 * 60_000 + 1000);
    });

    test("pushers and the key that browsers subscribe with outlast a restart", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const subscription = new PushSubscriber();
      await setBrowser(bob, push, { subscription });
      const key = (await bob.get("/causeway/v1/push")).at("web", "key").text;
      await world.restart();
      assert.equal((await bob.get("/causeway/v1/push")).at("web", "key").value, key);
      assert.equal((await listed(bob)).length, 1);
      await amy.send(room, "again");
      await push.until(1);
      assert.ok(push.got[0] !== undefined && subscription.read(push.got[0]) !== undefined);
    });

    test("many messages of a room at once are one piece of news, and what has been read is none", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push, { CAUSEWAY_PUSH_GRACE_MS: "400" });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const read = await amy.createRoomWith([bob]);
      const subscription = new PushSubscriber();
      await setBrowser(bob, push, { subscription });
      const seen = await amy.send(read, "is read at once");
      (await bob.post(path`/rooms/${read}/receipt/m.read/${seen}`)).ok();
      let last = "";
      for (let count = 0; count < 5; count += 1) last = await amy.send(room, `message ${count}`);
      await push.until(1);
      await untilTold(push, amy, bob);
      const told = push.got.map((got) => new JsonView(subscription.read(got)).at("room_id").value);
      assert.equal(told.filter((one) => one === room).length, 1);
      assert.equal(told.includes(read), false);
      assert.ok(push.got[0] !== undefined);
      assert.equal(new JsonView(subscription.read(push.got[0])).at("event_id").value, last);
    });

    test("what fails is told again later; a subscription that has ended, or a rejected key, is forgotten", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      push.answer = (_got, count) => (count < 3 ? { status: 503 } : { status: 201 });
      const subscription = new PushSubscriber();
      await setBrowser(bob, push, { subscription });
      const id = await amy.send(room, "in spite of all");
      await push.until(3);
      assert.ok(push.got[2] !== undefined);
      assert.equal(new JsonView(subscription.read(push.got[2])).at("event_id").value, id);
      push.answer = () => ({ status: 410 });
      await amy.send(room, "to nobody");
      await push.until(4);
      while ((await listed(bob)).length > 0) await new Promise((done) => setTimeout(done, 10));
      push.answer = () => ({ status: 200, body: JSON.stringify({ rejected: ["k"] }) });
      await setGateway(bob, push);
      await amy.send(room, "to nobody");
      await push.until(5);
      while ((await listed(bob)).length > 0) await new Promise((done) => setTimeout(done, 10));
      assert.equal(push.got.length, 5);
    });

    test("a pusher ends with the session that asked for it, and goes over to who takes its key", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const phone = await bob.device("PHONE");
      await setGateway(phone, push);
      await setGateway(bob, push, { pushkey: "other" });
      assert.equal((await listed(bob)).length, 2);
      (await phone.post("/logout")).ok();
      assert.deepEqual(
        (await listed(bob)).map((one) => one.at("pushkey").value),
        ["other"],
      );
      await setGateway(amy, push, { pushkey: "other", append: true });
      assert.equal((await listed(bob)).length, 1);
      await setGateway(amy, push, { pushkey: "other" });
      assert.deepEqual(await listed(bob), []);
      assert.equal((await listed(amy)).length, 1, "set again, not twice");
      assert.equal((await amy.post("/pushers/set", { kind: null, app_id: "a.b", pushkey: "other" })).brief, "200");
      assert.equal((await amy.post("/pushers/set", { kind: null, app_id: "a.b", pushkey: "other" })).brief, "200");
      assert.deepEqual(await listed(amy), []);
    });

    test("the times at which nothing is to be said are kept", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const [quiet, loud] = [new PushSubscriber(), new PushSubscriber()];
      const always = { from: "00:00", until: "23:59", zone: "UTC" };
      await setBrowser(bob, push, { subscription: quiet, more: { "org.causeway.quiet": always } });
      await setBrowser(bob, push, { subscription: loud });
      await amy.send(room, "sh");
      await push.until(1);
      await untilTold(push, amy, bob);
      assert.ok(push.got.every((got) => loud.read(got) !== undefined));
      for (const bad of [{}, { ...always, zone: "Nowhere" }, { ...always, from: "25:00" }, 5])
        assert.equal(
          (await setBrowser(bob, push, { subscription: loud, more: { "org.causeway.quiet": bad } })).brief,
          "400 M_BAD_JSON",
        );
    });

    test("the quiet hours of the account hold for all of its pushers, as soon as they are set and until they are changed", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob, carol] = await world.people("amy", "bob", "carol");
      const room = await amy.createRoomWith([bob, carol]);
      const [quiet, loud] = [new PushSubscriber(), new PushSubscriber()];
      await setBrowser(bob, push, { subscription: quiet });
      await setBrowser(carol, push, { subscription: loud });
      const at = path`/user/${bob.userId}/account_data/org.causeway.quiet`;
      const times = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", until: "24:00" }];
      (await bob.put(at, { on: true, zone: "Asia/Hong_Kong", times })).ok();
      await amy.send(room, "sh");
      await push.until(1);
      await untilTold(push, amy, carol);
      assert.ok(push.got.every((got) => loud.read(got) !== undefined));
      const count = push.got.length;
      for (const none of [{ on: false, zone: "Asia/Hong_Kong", times }, { on: true, zone: "Nowhere", times }, {}]) {
        (await bob.put(at, none)).ok();
        await untilTold(push, amy, bob);
      }
      assert.ok(push.got.slice(count).some((got) => quiet.read(got) !== undefined));
    });

    test("what a pusher lacks or has in the wrong form is said, and nothing is kept", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const bob = await world.person("bob");
      const url = `${push.url}${NOTIFY}`;
      const asked: readonly (readonly [object, string])[] = [
        [{ kind: "email" }, "400 M_INVALID_PARAM"],
        [{ lang: undefined }, "400 M_MISSING_PARAM"],
        [{ data: undefined }, "400 M_MISSING_PARAM"],
        [{ data: {} }, "400 M_MISSING_PARAM"],
        [{ data: { url: `${push.url}/elsewhere` } }, "400 M_INVALID_PARAM"],
        [{ data: { url: "file:///etc/passwd" } }, "400 M_BAD_JSON"],
        [{ data: { url: "not an address" } }, "400 M_BAD_JSON"],
        [{ data: { url }, app_id: "x".repeat(65) }, "400 M_BAD_JSON"],
        [{ data: { url }, pushkey: "x".repeat(513) }, "400 M_BAD_JSON"],
        [{ data: { url }, kind: 5 }, "400 M_BAD_JSON"],
      ];
      for (const [more, answer] of asked)
        assert.equal((await setGateway(bob, push, more)).brief, answer, JSON.stringify(more));
      assert.equal((await bob.post("/pushers/set", { app_id: "a", pushkey: "k" })).brief, "400 M_BAD_JSON");
      const browser = { kind: "webpush", app_id: "org.causeway.web", data: { url: `${push.url}/s`, auth: "short" } };
      for (const more of [browser, { ...browser, app_id: "other" }])
        assert.equal((await setGateway(bob, push, more)).brief, "400 M_INVALID_PARAM");
      assert.deepEqual(await listed(bob), []);
    });

    test("hosts that the operator has not named are never called, and Web Push is off until one is", async () => {
      await using push = await pushService();
      await using inside = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      assert.equal(
        (await setBrowser(bob, inside, { subscription: new PushSubscriber() })).brief,
        "403 PUSH_NOT_OFFERED",
      );
      for (const url of ["https://evil.test/x", `http://${push.host}@evil.test/`, "http://169.254.169.254/latest"])
        assert.equal(
          (await setBrowser(bob, push, { subscription: new PushSubscriber(), more: { url } })).brief,
          "403 PUSH_NOT_OFFERED",
          url,
        );
      assert.equal((await setGateway(bob, inside, { pushkey: "silent" })).brief, "200", "kept, as clients expect");
      const subscription = new PushSubscriber();
      await setBrowser(bob, push, { subscription });
      await amy.send(room, "hello");
      await push.until(1);
      assert.equal(inside.got.length, 0);
      await using plain = await testWorld({ engine });
      const carol = await plain.person("carol");
      assert.equal((await carol.get("/causeway/v1/push")).ok().at("web").value, null);
      assert.equal((await setBrowser(carol, push, { subscription })).brief, "403 PUSH_NOT_OFFERED");
    });

    test("a host whose address is private is not called unless its network is allowed", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push, { CAUSEWAY_PUSH_PRIVATE_NETWORKS: "[]" });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      await setBrowser(bob, push, { subscription: new PushSubscriber() });
      await amy.send(room, "hello");
      while (!world.log.some((line) => line.includes("OutgoingRefused")))
        await new Promise((done) => setTimeout(done, 10));
      assert.equal(push.got.length, 0);
    });

    test("who is not in the room, or has left it, is told nothing", async () => {
      await using push = await pushService();
      await using world = await worldWith(engine, push);
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      await setBrowser(bob, push, { subscription: new PushSubscriber() });
      (await bob.leave(room)).ok();
      await amy.send(room, "among ourselves");
      const other = await amy.createRoom();
      await amy.send(other, "alone");
      await untilTold(push, amy, bob);
      const topics = new Set(push.got.map((got) => got.headers["topic"]));
      assert.equal(topics.size, 1, "news of the last room only");
    });
  });
}
