import { engines, path, sharedWorld, testWorld, type Answered, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const BASE = "/_matrix/client/unstable/org.matrix.msc4140";
const LONG = 3_600_000;
let count = 0;

interface Wish {
  readonly room: string;
  readonly delay: number | string;
  readonly body?: string;
  readonly txnId?: string;
  readonly content?: object;
  readonly type?: string;
}

function schedule(who: Person, wish: Wish): Promise<Answered> {
  count += 1;
  const content = wish.content ?? { msgtype: "m.text", body: wish.body ?? "later" };
  const at = path`/rooms/${wish.room}/send/${wish.type ?? "m.room.message"}/${wish.txnId ?? `d${count}`}`;
  return who.put(at, content, { "org.matrix.msc4140.delay": wish.delay });
}

async function scheduled(who: Person, wish: Wish): Promise<string> {
  return (await schedule(who, wish)).ok().at("delay_id").text;
}

function manage(who: Person, id: string, action: string): Promise<Answered> {
  return who.post(`${BASE}${path`/delayed_events/${id}/${action}`}`);
}

function look(who: Person, id: string): Promise<Answered> {
  return who.get(`${BASE}${path`/delayed_events/${id}`}`);
}

async function waiting(who: Person): Promise<readonly JsonView[]> {
  return (await who.get(`${BASE}/delayed_events`)).ok().at("delayed_events").list;
}

async function bodies(who: Person, room: string): Promise<readonly unknown[]> {
  const page = await who.get(path`/rooms/${room}/messages`, { dir: "b", limit: 100 });
  return page
    .ok()
    .at("chunk")
    .list.filter((event) => event.at("type").value === "m.room.message")
    .map((event) => event.at("content", "body").value)
    .reverse();
}

/** Waits until one is no longer waiting. */
async function over(who: Person, id: string): Promise<Answered> {
  for (;;) {
    const seen = (await look(who, id)).ok();
    if (seen.at("finalised_ts").isThere) return seen;
    await new Promise((done) => setTimeout(done, 20));
  }
}

for (const engine of engines) {
  describe(`events that are sent later, on ${engine}`, () => {
    const world = sharedWorld({ engine, env: { CAUSEWAY_LIMITS_ROOMS_MAX_DELAYED: "3" } });

    test("a message is sent when its time has come, not before, and its sender's device knows it again", async () => {
      const [amy, bob] = await world().people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const before = Date.now();
      const id = await scheduled(amy, { room, delay: 400, body: "時間到", txnId: "mine" });
      assert.deepEqual(await bodies(bob, room), []);
      const [listed] = await waiting(amy);
      assert.deepEqual(
        ["delay_id", "room_id", "type", "delay_ms", "delay"].map((name) => listed?.at(name).value),
        [id, room, "m.room.message", 400, 400],
      );
      assert.equal(listed?.at("content", "body").value, "時間到");
      assert.deepEqual(await waiting(bob), []);
      const end = await over(amy, id);
      assert.ok(end.at("finalised_ts").number >= before + 400);
      assert.deepEqual(await bodies(bob, room), ["時間到"]);
      const event = await amy.get(path`/rooms/${room}/event/${end.at("event_id").text}`);
      assert.equal(event.at("sender").value, amy.userId);
      assert.deepEqual(await waiting(amy), []);
      const ended = (await amy.get(`${BASE}/delayed_events`, { status: "finalised" })).ok();
      assert.equal(ended.at("finalised", 0, "outcome").value, "send");
      assert.equal(ended.at("finalised", 0, "reason").value, "delay");
    });

    test("what waits can be sent at once, given up, or wait anew, and doing so again is fine", async () => {
      const amy = await world().person("amy");
      const room = await amy.createRoom();
      const [now, never, anew] = [
        await scheduled(amy, { room, delay: LONG, body: "now" }),
        await scheduled(amy, { room, delay: LONG, body: "never" }),
        await scheduled(amy, { room, delay: LONG, body: "anew" }),
      ];
      for (const round of [1, 2]) {
        assert.equal((await manage(amy, now, "send")).brief, "200", `round ${round}`);
        assert.equal((await manage(amy, never, "cancel")).brief, "200");
      }
      assert.deepEqual(await bodies(amy, room), ["now"]);
      for (const [id, action] of [
        [now, "cancel"],
        [now, "restart"],
        [never, "send"],
        [never, "restart"],
      ] as const)
        assert.equal((await manage(amy, id, action)).brief, "409 M_UNKNOWN", action);
      const since = (await look(amy, anew)).at("scheduled_at").number;
      world().clock.move(5);
      assert.equal((await amy.post(`${BASE}${path`/delayed_events/${anew}`}`, { action: "restart" })).brief, "200");
      assert.ok((await look(amy, anew)).at("scheduled_at").number >= since + 5);
      assert.equal((await look(amy, never)).at("event_id").isThere, false);
      assert.equal((await manage(amy, anew, "cancel")).brief, "200");
    });

    test("nobody else sees, sends or gives up what waits", async () => {
      const [amy, bob] = await world().people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const id = await scheduled(amy, { room, delay: LONG });
      assert.equal((await look(bob, id)).brief, "404 M_NOT_FOUND");
      for (const action of ["send", "cancel", "restart"])
        assert.equal((await manage(bob, id, action)).brief, "404 M_NOT_FOUND");
      assert.equal((await manage(amy, id, "explode")).brief, "400 M_INVALID_PARAM");
      assert.equal((await manage(amy, "nothing", "send")).brief, "404 M_NOT_FOUND");
      const byNobody = { method: "POST" as const, path: `${BASE}${path`/delayed_events/${id}/send`}` };
      assert.equal((await world().call(byNobody)).brief, "401 M_MISSING_TOKEN");
      assert.equal((await manage(amy, id, "cancel")).brief, "200");
    });

    test("the same request schedules nothing twice, also at the same time, and there is an end to what may wait", async () => {
      const amy = await world().person("amy");
      const room = await amy.createRoom();
      const same = await Promise.all(
        Array.from({ length: 5 }, () => scheduled(amy, { room, delay: LONG, txnId: "same" })),
      );
      assert.equal(new Set(same).size, 1);
      const many = await Promise.all(Array.from({ length: 8 }, () => schedule(amy, { room, delay: LONG })));
      assert.deepEqual(many.map((one) => one.brief).sort(), [
        "200",
        "200",
        ...Array.from({ length: 6 }, () => "429 M_LIMIT_EXCEEDED"),
      ]);
      const refused = await schedule(amy, { room, delay: LONG });
      assert.ok(Number(refused.headers.get("retry-after")) > 3000);
      assert.equal(await scheduled(amy, { room, delay: LONG, txnId: "same" }), same[0], "known all the same");
      assert.equal((await waiting(amy)).length, 3);
      assert.equal((await manage(amy, same[0] ?? "", "cancel")).brief, "200");
      assert.equal((await schedule(amy, { room, delay: LONG })).brief, "200");
    });

    test("what cannot be sent, later or for ever, is refused, and the event is not sent at once by mistake", async () => {
      const [amy, bob] = await world().people("amy", "bob");
      const room = await amy.createRoom();
      for (const delay of [0, -1, "soon", "1.5", "1e3", ""])
        assert.equal((await schedule(amy, { room, delay })).brief, "400 M_INVALID_PARAM", String(delay));
      const far = await schedule(amy, { room, delay: 2_592_000_001 });
      assert.equal(far.brief, "403 M_FORBIDDEN");
      assert.equal(far.at("org.matrix.msc4140.errcode").value, "M_MAX_DELAY_EXCEEDED");
      assert.equal(far.at("org.matrix.msc4140.max_delay").value, 2_592_000_000);
      const parent = await amy.put(
        path`/rooms/${room}/send/m.room.message/p`,
        { body: "x", msgtype: "m.text" },
        {
          "org.matrix.msc4140.parent_delay_id": "x",
        },
      );
      assert.equal(parent.brief, "400 M_INVALID_PARAM");
      assert.equal((await schedule(bob, { room, delay: LONG })).brief, "403 M_FORBIDDEN", "not in the room");
      assert.equal((await schedule(amy, { room: "!no:localhost", delay: LONG })).brief, "403 M_FORBIDDEN");
      assert.equal((await schedule(amy, { room, delay: LONG, type: "m.room.redaction" })).brief, "403 M_FORBIDDEN");
      const large = { msgtype: "m.text", body: "x".repeat(70_000) };
      assert.equal((await schedule(amy, { room, delay: LONG, content: large })).brief, "413 M_TOO_LARGE");
      assert.equal((await schedule(amy, { room, delay: LONG, content: { n: 1.5 } })).brief, "400 M_BAD_JSON");
      const create = path`/rooms/${room}/state/m.room.create`;
      assert.equal((await amy.put(create, {}, { "org.matrix.msc4140.delay": LONG })).brief, "403 M_FORBIDDEN");
      assert.deepEqual(await waiting(amy), []);
      assert.deepEqual(await bodies(amy, room), []);
    });

    test("the room's rules are asked when it is sent: who has left by then sends nothing, and learns why", async () => {
      const [amy, bob] = await world().people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const now = await scheduled(bob, { room, delay: LONG });
      const later = await scheduled(bob, { room, delay: 300 });
      (await bob.leave(room)).ok();
      assert.equal((await manage(bob, now, "send")).brief, "403 M_FORBIDDEN");
      assert.equal((await look(bob, now)).at("finalised_ts").isThere, false, "it goes on waiting");
      const end = await over(bob, later);
      assert.equal(end.at("error", "errcode").value, "M_FORBIDDEN");
      assert.equal(end.at("event_id").isThere, false);
      assert.deepEqual(await bodies(amy, room), []);
    });

    test("state is set later too, by either form of the request", async () => {
      const amy = await world().person("amy");
      const room = await amy.createRoom();
      const topic = path`/rooms/${room}/state/m.room.topic`;
      const first = await amy.put(topic, { topic: "first" }, { "org.matrix.msc4140.delay": 100 });
      await over(amy, first.ok().at("delay_id").text);
      assert.equal((await amy.state(room, "m.room.topic")).at("topic").value, "first");
      const form = `${BASE}${path`/rooms/${room}/delayed_event/m.room.topic/t1`}`;
      const second = await amy.put(form, { delay_ms: 100, state_key: "", content: { topic: "second" } });
      const end = await over(amy, second.ok().at("delay_id").text);
      assert.equal(end.at("state_key").value, "");
      assert.equal((await amy.state(room, "m.room.topic")).at("topic").value, "second");
      for (const bad of [{}, { delay_ms: 0, content: {} }, { delay_ms: 1.5, content: {} }, { delay_ms: 5 }])
        assert.equal((await amy.put(form, bad)).brief, "400 M_BAD_JSON");
    });

    test("the server says that it can, and how far", async () => {
      const amy = await world().person("amy");
      const versions = await world().call({ method: "GET", path: "/_matrix/client/versions" });
      assert.equal(versions.at("unstable_features", "org.matrix.msc4140").value, true);
      const can = (await amy.get("/capabilities")).at("capabilities", "org.matrix.msc4140.delayed_events");
      assert.deepEqual(can.value, { max_delay_ms: 2_592_000_000, max_scheduled: 3 });
    });
  });

  describe(`events that are sent later, over a restart on ${engine}`, () => {
    test("what came due while the server was away is sent once, in the order in which it was due", async () => {
      await using world = await testWorld({ engine });
      const [amy, bob] = await world.people("amy", "bob");
      const room = await amy.createRoomWith([bob]);
      const second = await scheduled(amy, { room, delay: LONG + 5000, body: "second" });
      await scheduled(amy, { room, delay: LONG, body: "first" });
      const third = await scheduled(amy, { room, delay: 2 * LONG, body: "third" });
      const gone = await scheduled(bob, { room, delay: LONG, body: "of somebody who is gone" });
      const { server } = world;
      const caller = await server.accounts.authenticate(bob.token);
      assert.ok(caller.ok);
      await server.accounts.deactivate(caller.value.user);
      world.clock.move(LONG + 6000);
      await world.restart();
      await over(amy, second);
      assert.deepEqual(await bodies(amy, room), ["first", "second"]);
      assert.equal((await look(amy, third)).at("finalised_ts").isThere, false);
      await world.restart();
      assert.equal((await manage(amy, third, "send")).brief, "200");
      assert.deepEqual(await bodies(amy, room), ["first", "second", "third"]);
      assert.ok(gone.length > 0);
    });

    test("of a send at once, a giving up and its time coming at the same moment one wins", async () => {
      await using world = await testWorld({ engine });
      const amy = await world.person("amy");
      const room = await amy.createRoom();
      const ids = await Promise.all(
        Array.from({ length: 12 }, (_, n) => scheduled(amy, { room, delay: 60, body: `${n}` })),
      );
      await Promise.all(
        ids.flatMap((id) => [manage(amy, id, "send"), manage(amy, id, "cancel"), manage(amy, id, "send")]),
      );
      const ends = await Promise.all(ids.map((id) => over(amy, id)));
      const sent = ends.filter((end) => end.at("event_id").isThere).map((end) => end.at("content", "body").value);
      assert.deepEqual(new Set(await bodies(amy, room)), new Set(sent));
      assert.equal((await bodies(amy, room)).length, sent.length);
    });
  });
}
