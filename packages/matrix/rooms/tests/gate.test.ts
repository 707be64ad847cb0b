import { parseDeviceId, parseUserId, type UserId } from "@causeway/base";
import { grantRole } from "@causeway/directory";
import { engines, path, testWorld, type Answered, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const LABEL = "org.causeway.label";
const ENCRYPTION = { algorithm: "m.megolm.v1.aes-sha2" };
const SEALED = { algorithm: ENCRYPTION.algorithm, ciphertext: "x", sender_key: "k", device_id: "D", session_id: "S" };
const DIRECTORY = "/causeway/v1/directory";

function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  if (user === undefined) throw new Error("not a user id");
  return user;
}

/** Somebody on a device of the government's. */
async function managed(world: TestWorld, name: string): Promise<Person> {
  const person = await world.person(name);
  const device = parseDeviceId(person.deviceId);
  assert.ok(
    device !== undefined &&
      (await world.server.accounts.setDeviceClass(idOf(person), device, { managed: true, by: idOf(person) })).ok,
  );
  return person;
}

async function restricted(by: Person, others: readonly Person[], name = "Case 7"): Promise<string> {
  return await by.createRoomWith(others, {
    name,
    topic: "a secret topic",
    initial_state: [
      { type: LABEL, state_key: "", content: { label: "RESTRICTED" } },
      { type: "m.room.encryption", state_key: "", content: ENCRYPTION },
    ],
  });
}

function roomIn(answer: JsonView, room: string): JsonView {
  return answer.at("rooms", "join", room);
}

function typesIn(answer: JsonView, room: string): readonly unknown[] {
  const both = [
    ...roomIn(answer, room).at("state", "events").list,
    ...roomIn(answer, room).at("timeline", "events").list,
  ];
  return both.map((event) => event.at("type").value);
}

interface Offices {
  /** The head of the department that the officers are of. */
  readonly head: Person;
  readonly otherHead: Person;
}

/** Two departments; the officers are of the first. */
async function offices(world: TestWorld, officers: readonly Person[]): Promise<Offices> {
  const [system, head, otherHead] = await world.people("system", "head", "other-head");
  const { db, accounts } = world.server;
  const done = await grantRole(
    { db, clock: world.clock, accounts },
    { user: idOf(system), role: "system-administrator" },
  );
  assert.ok(done.ok);
  await world.server.directory.tick();
  const appoint = async (department: string, person: Person, isHead: boolean): Promise<void> => {
    (await system.post(`${DIRECTORY}/people`, { user_id: person.userId, name_en: "CHAN Amy", name_zh: "陳" })).ok();
    const post = {
      code: `P-${person.userId.slice(1, person.userId.indexOf(":")).toUpperCase()}`,
      title_en: "Post",
      is_head: isHead,
    };
    const made = (await system.post(path`/causeway/v1/directory/departments/${department}/posts`, post)).ok();
    const appointment = { user_id: person.userId, kind: "substantive" };
    (await system.post(`${DIRECTORY}/posts/${made.at("post_id").text}/appointments`, appointment)).ok();
  };
  for (const code of ["PD", "HD"])
    (await system.post(`${DIRECTORY}/departments`, { code, name_en: code, name_zh: code })).ok();
  for (const officer of officers) await appoint("PD", officer, false);
  await appoint("PD", head, true);
  await appoint("HD", otherHead, true);
  return { head, otherHead };
}

function allow(
  by: Person,
  on: { readonly room: string; readonly who: Person; readonly more?: object },
): Promise<Answered> {
  const body = { reason: "on call this week", until_ts: Date.now() + 3_600_000, ...on.more };
  return by.put(`/causeway/v1${path`/rooms/${on.room}/personal-devices/${on.who.userId}`}`, body);
}

for (const engine of engines) {
  describe(`personal devices on ${engine}`, () => {
    test("a personal device is told that a RESTRICTED room is there, its name and label, and nothing else", async () => {
      await using world = await testWorld({ engine });
      const amy = await managed(world, "amy");
      const bob = await managed(world, "bob");
      const phone = await bob.device("PHONE");
      await phone.sync();
      const room = await restricted(amy, [bob]);
      const sent = await amy.send(room, SEALED, { type: "m.room.encrypted" });
      const first = await phone.sync({ since: "none" });
      assert.equal(roomIn(first, room).at("org.causeway.gated").value, true);
      assert.deepEqual(new Set(typesIn(first, room)), new Set(["m.room.create", "m.room.name", LABEL]));
      assert.deepEqual(roomIn(first, room).at("unread_notifications").value, {
        notification_count: 0,
        highlight_count: 0,
      });
      await amy.send(room, SEALED, { type: "m.room.encrypted" });
      assert.equal(roomIn(await phone.sync(), room).isThere, false, "nothing is new in it");
      const full = await phone.sync({ query: { full_state: true } });
      assert.equal(roomIn(full, room).at("org.causeway.gated").value, true);
      assert.ok(!JSON.stringify([first.value, full.value]).includes("secret topic"));
      assert.ok(
        typesIn(await bob.sync({ since: "none" }), room).includes("m.room.encrypted"),
        "a managed one sees all",
      );
      const asked: readonly (readonly ["GET" | "PUT" | "POST", string])[] = [
        ["GET", path`/rooms/${room}/messages?dir=b`.replace("%3F", "?").replace("%3D", "=")],
        ["GET", path`/rooms/${room}/state`],
        ["GET", path`/rooms/${room}/state/m.room.topic`],
        ["GET", path`/rooms/${room}/members`],
        ["GET", path`/rooms/${room}/joined_members`],
        ["GET", path`/rooms/${room}/event/${sent}`],
        ["GET", path`/rooms/${room}/context/${sent}`],
        ["GET", `/_matrix/client/v1${path`/rooms/${room}/relations/${sent}`}`],
        ["GET", `/_matrix/client/v1${path`/rooms/${room}/threads`}`],
        ["GET", `/_matrix/client/v1${path`/rooms/${room}/hierarchy`}`],
        ["PUT", path`/rooms/${room}/send/m.room.encrypted/t`],
        ["PUT", path`/rooms/${room}/state/m.room.topic`],
        ["POST", path`/rooms/${room}/receipt/m.read/${sent}`],
        ["PUT", path`/rooms/${room}/typing/${phone.userId}`],
        ["GET", path`/user/${phone.userId}/rooms/${room}/tags`],
        ["GET", `${path`/room_keys/keys/${room}`}?version=1`],
      ];
      for (const [method, at] of asked) {
        const answered = await phone.call({
          method,
          path: at,
          ...(method === "GET" ? {} : { body: { typing: false } }),
        });
        assert.equal(answered.brief, "403 ROOM_GATED", `${method} ${at}`);
      }
      (await phone.leave(room)).ok();
      assert.equal((await phone.post(path`/rooms/${room}/forget`)).brief, "200", "one can still leave");
    });

    test("keys in the backup, notifications and searches leave such rooms out", async () => {
      await using world = await testWorld({ engine });
      const amy = await managed(world, "amy");
      const bob = await managed(world, "bob");
      const phone = await bob.device("PHONE");
      const open = await amy.createRoomWith([bob], { name: "barge in the open" });
      const room = await restricted(amy, [bob], "barge hidden");
      await amy.send(open, "barge");
      await amy.send(room, SEALED, { type: "m.room.encrypted" });
      const version = (
        await bob.post("/room_keys/version", {
          algorithm: "m.megolm_backup.v1.curve25519-aes-sha2",
          auth_data: { public_key: "k" },
        })
      )
        .ok()
        .at("version").text;
      const key = { first_message_index: 0, forwarded_count: 0, is_verified: true, session_data: { x: "y" } };
      const rooms = { [room]: { sessions: { s: key } }, [open]: { sessions: { s: key } } };
      (await bob.put("/room_keys/keys", { rooms }, { version })).ok();
      const keysFor = async (who: Person): Promise<readonly string[]> =>
        (await who.get("/room_keys/keys", { version })).ok().at("rooms").names;
      assert.deepEqual(await keysFor(phone), [open]);
      assert.equal((await keysFor(bob)).length, 2);
      const notified = async (who: Person): Promise<readonly unknown[]> =>
        (await who.get("/notifications"))
          .ok()
          .at("notifications")
          .list.map((one) => one.at("room_id").value);
      assert.ok((await notified(bob)).includes(room));
      assert.ok(!(await notified(phone)).includes(room) && (await notified(phone)).includes(open));
      const found = async (who: Person): Promise<string> => {
        const search_categories = { room_events: { search_term: "barge", keys: ["content.name", "content.body"] } };
        return (await who.post("/search", { search_categories })).ok().text;
      };
      while (!(await found(bob)).includes("barge hidden")) await new Promise((done) => setTimeout(done, 20));
      assert.ok(!(await found(phone)).includes("barge hidden"));
      assert.ok((await found(phone)).includes("barge in the open"));
    });

    test("the head of the person's department opens a room for a time, and closes it; nobody else does", async () => {
      await using world = await testWorld({ engine });
      const amy = await managed(world, "amy");
      const bob = await managed(world, "bob");
      const phone = await bob.device("PHONE");
      const { head, otherHead } = await offices(world, [bob]);
      const room = await restricted(amy, [bob]);
      await amy.send(room, SEALED, { type: "m.room.encrypted" });
      await phone.sync();
      for (const other of [amy, bob, otherHead])
        assert.equal((await allow(other, { room, who: bob })).brief, "403 NOT_PERMITTED", other.userId);
      assert.equal((await allow(head, { room, who: amy })).brief, "403 NOT_PERMITTED", "of no department of hers");
      assert.equal((await allow(head, { room: "!none:localhost", who: bob })).brief, "404 M_NOT_FOUND");
      for (const more of [{ reason: " " }, { reason: undefined }, { until_ts: "soon" }])
        assert.equal((await allow(head, { room, who: bob, more })).brief, "400 M_BAD_JSON");
      for (const until_ts of [0, Date.now() - 1, Date.now() + 400 * 24 * 3_600_000])
        assert.equal((await allow(head, { room, who: bob, more: { until_ts } })).brief, "400 M_INVALID_PARAM");
      assert.equal(roomIn(await phone.sync(), room).isThere, false);
      assert.equal((await allow(head, { room, who: bob })).brief, "200");
      const opened = await phone.sync();
      assert.ok(typesIn(opened, room).includes("m.room.topic") && typesIn(opened, room).includes("m.room.encrypted"));
      assert.equal(roomIn(opened, room).at("org.causeway.gated").isThere, false);
      assert.equal((await phone.state(room, "m.room.topic")).brief, "200");
      const grants = (await amy.get(`/causeway/v1${path`/rooms/${room}/personal-devices`}`)).ok();
      assert.equal(grants.at("personal_devices", 0, "allowed_by").value, head.userId);
      await world.restart();
      assert.equal((await phone.state(room, "m.room.topic")).brief, "200", "after a restart too");
      world.clock.move(3_600_000);
      assert.equal((await phone.state(room, "m.room.topic")).brief, "403 ROOM_GATED", "until its time is over");
      assert.equal((await allow(head, { room, who: bob, more: { until_ts: Date.now() + 7_200_000 } })).brief, "200");
      assert.equal((await phone.state(room, "m.room.topic")).brief, "200");
      const place = `/causeway/v1${path`/rooms/${room}/personal-devices/${bob.userId}`}`;
      assert.equal((await otherHead.delete(place)).brief, "403 NOT_PERMITTED");
      assert.equal((await head.delete(place)).brief, "200");
      assert.equal((await phone.state(room, "m.room.topic")).brief, "403 ROOM_GATED");
      await world.restart();
      assert.equal((await phone.state(room, "m.room.topic")).brief, "403 ROOM_GATED");
      const acts = await world.server.db.all<{ readonly act: string }>({
        sql: "SELECT act FROM audit_entries WHERE act LIKE 'room.gate%' ORDER BY idx",
        parameters: [],
      });
      const decided = acts.map(({ act }) => act);
      assert.deepEqual(decided, ["room.gate-opened", "room.gate-opened", "room.gate-closed"]);
    });

    test("a room that becomes RESTRICTED closes at once, and opens whole when its label is lowered", async () => {
      await using world = await testWorld({ engine });
      const amy = await managed(world, "amy");
      const bob = await managed(world, "bob");
      const phone = await bob.device("PHONE");
      const room = await amy.createRoomWith([bob], {
        topic: "a secret topic",
        initial_state: [{ type: "m.room.encryption", state_key: "", content: ENCRYPTION }],
      });
      assert.ok(typesIn(await phone.sync(), room).includes("m.room.topic"));
      (await amy.setState(room, LABEL, { content: { label: "CONFIDENTIAL" } })).ok();
      const closed = await phone.sync();
      assert.equal(roomIn(closed, room).at("org.causeway.gated").value, true);
      assert.equal((await phone.state(room, "m.room.topic")).brief, "403 ROOM_GATED");
      await amy.send(room, SEALED, { type: "m.room.encrypted" });
      assert.equal(roomIn(await phone.sync(), room).isThere, false);
      (await amy.setState(room, LABEL, { content: { label: "unclassified", reason: "published" } })).ok();
      const opened = await phone.sync();
      assert.ok(typesIn(opened, room).includes("m.room.encrypted") && typesIn(opened, room).includes("m.room.topic"));
    });

    test("a RESTRICTED room is not made on a device that would not show it", async () => {
      await using world = await testWorld({ engine });
      const amy = await world.person("amy");
      const initial_state = [
        { type: LABEL, state_key: "", content: { label: "RESTRICTED" } },
        { type: "m.room.encryption", state_key: "", content: ENCRYPTION },
      ];
      assert.equal((await amy.post("/createRoom", { initial_state })).brief, "403 ROOM_GATED");
      assert.deepEqual((await amy.get("/joined_rooms")).at("joined_rooms").list, []);
    });

    test("a device learns what it is, and a personal one nothing of what was scheduled for such a room", async () => {
      await using world = await testWorld({ engine });
      const bob = await managed(world, "bob");
      const phone = await bob.device("PHONE");
      const classOf = async (who: Person): Promise<unknown> =>
        (await who.get("/account/whoami")).ok().at("org.causeway.device_class").value;
      assert.deepEqual([await classOf(bob), await classOf(phone)], ["managed", "personal"]);
      const rooms = { secret: await restricted(bob, []), open: await bob.createRoom() };
      const ids: string[] = [];
      for (const room of [rooms.secret, rooms.open]) {
        const delay = { "org.matrix.msc4140.delay": 3_600_000 };
        const kept = await bob.put(path`/rooms/${room}/send/m.room.encrypted/later`, SEALED, delay);
        ids.push(kept.ok().at("delay_id").text);
      }
      const list = "/_matrix/client/unstable/org.matrix.msc4140/delayed_events";
      const listed = async (who: Person): Promise<unknown> =>
        (await who.get(list))
          .ok()
          .at("scheduled")
          .list.map((one) => one.at("room_id").text);
      assert.deepEqual(await listed(bob), [rooms.secret, rooms.open]);
      assert.deepEqual(await listed(phone), [rooms.open]);
      assert.equal((await phone.get(`${list}/${ids[0]}`)).brief, "404 M_NOT_FOUND");
      assert.equal((await phone.get(`${list}/${ids[1]}`)).brief, "200");
    });

    test("where every device is the government's the gate is off", async () => {
      await using world = await testWorld({ engine, env: { CAUSEWAY_DEVICES_GATE: "off" } });
      const [amy, bob] = await world.people("amy", "bob");
      assert.equal((await amy.get("/account/whoami")).ok().at("org.causeway.device_class").value, "managed");
      const room = await restricted(amy, [bob]);
      assert.ok(typesIn(await bob.sync(), room).includes("m.room.topic"));
    });

    test("a device that signs in from an office is managed; from elsewhere the same device is personal again", async () => {
      await using world = await testWorld({ engine, env: { CAUSEWAY_DEVICES_MANAGED_NETWORKS: '["127.0.0.1"]' } });
      await world.person("amy");
      const body = {
        ...{ type: "m.login.password", identifier: { type: "m.id.user", user: "amy" }, device_id: "DESK" },
        password: "correct horse battery",
      };
      const signedIn = await world.call({ method: "POST", path: "/login", body });
      const caller = await world.server.accounts.authenticate(signedIn.ok().at("access_token").text);
      assert.equal(caller.ok && caller.value.managed, true);
    });
  });
}
