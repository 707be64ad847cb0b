import { engines, path, sharedWorld, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

const ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2";
const room = "!room:localhost";

async function begin(person: Person): Promise<string> {
  const made = await person.post("/room_keys/version", { algorithm: ALGORITHM, auth_data: { public_key: "p" } });
  return made.ok().at("version").text;
}

interface Rank {
  readonly first?: number;
  readonly forwarded?: number;
  readonly verified?: boolean;
}

function key(text: string, rank: Rank = {}): object {
  const { first = 1, forwarded = 0, verified = false } = rank;
  return { first_message_index: first, forwarded_count: forwarded, is_verified: verified, session_data: { text } };
}

function put(person: Person, version: string, rooms: Record<string, Record<string, object>>): Promise<Answered> {
  const body = Object.fromEntries(Object.entries(rooms).map(([name, sessions]) => [name, { sessions }]));
  return person.put("/room_keys/keys", { rooms: body }, { version });
}

for (const engine of engines) {
  describe(`key backups on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("a backup has a version, a count and an etag that changes with its keys", async () => {
      const alice = await world().person("alice");
      assert.equal((await alice.get("/room_keys/version")).brief, "404 M_NOT_FOUND");
      const version = await begin(alice);
      const view = async (): Promise<Record<string, unknown>> =>
        Object((await alice.get("/room_keys/version")).ok().body);
      const empty = await view();
      assert.deepEqual(
        { ...empty, etag: "" },
        { algorithm: ALGORITHM, auth_data: { public_key: "p" }, count: 0, etag: "", version },
      );
      const done = (
        await put(alice, version, { [room]: { s1: key("one"), s2: key("two") }, "!other": { s1: key("three") } })
      ).ok();
      assert.equal(done.at("count").value, 3);
      assert.notEqual(done.at("etag").value, empty["etag"]);
      assert.deepEqual((await view())["etag"], done.at("etag").value);
      const same = (await put(alice, version, { [room]: { s1: key("worse", { first: 5 }) } })).ok();
      assert.equal(same.at("etag").value, done.at("etag").value);
      await world().restart();
      assert.deepEqual(await view(), (await alice.get(path`/room_keys/version/${version}`)).ok().body);
      assert.equal((await view())["count"], 3);
    });

    test("keys are read and removed one by one, by room and all at once", async () => {
      const alice = await world().person("alice");
      const version = await begin(alice);
      const query = { version };
      const session = path`/room_keys/keys/${room}/${"s/1+="}`;
      (await alice.put(session, key("one"), query)).ok();
      (await alice.put(path`/room_keys/keys/${room}`, { sessions: { s2: key("two") } }, query)).ok();
      (await put(alice, version, { "!other": { s1: key("three") } })).ok();
      assert.deepEqual((await alice.get(session, query)).ok().body, key("one"));
      const ofRoom = { sessions: { "s/1+=": key("one"), s2: key("two") } };
      assert.deepEqual((await alice.get(path`/room_keys/keys/${room}`, query)).ok().body, ofRoom);
      const all = { rooms: { [room]: ofRoom, "!other": { sessions: { s1: key("three") } } } };
      assert.deepEqual((await alice.get("/room_keys/keys", query)).ok().body, all);
      assert.deepEqual((await alice.get(path`/room_keys/keys/${"!none"}`, query)).ok().body, { sessions: {} });
      assert.equal((await alice.get(path`/room_keys/keys/${room}/none`, query)).brief, "404 M_NOT_FOUND");
      const remove = async (at: string): Promise<unknown> =>
        (await alice.call({ method: "DELETE", path: at, query })).ok().at("count").value;
      assert.equal(await remove(session), 2);
      assert.equal(await remove(path`/room_keys/keys/${room}`), 1);
      assert.equal(await remove("/room_keys/keys"), 0);
      assert.deepEqual((await alice.get("/room_keys/keys", query)).ok().body, { rooms: {} });
    });

    test("of two keys for one session the better one stays, whatever the order", async () => {
      const alice = await world().person("alice");
      const version = await begin(alice);
      const best = async (one: Rank, other: Rank): Promise<unknown> => {
        const id = `s${Math.random()}`;
        (await put(alice, version, { [room]: { [id]: key("one", one) } })).ok();
        (await put(alice, version, { [room]: { [id]: key("other", other) } })).ok();
        const query = { version };
        return (await alice.get(path`/room_keys/keys/${room}/${id}`, query)).ok().at("session_data", "text").value;
      };
      const pairs: [Rank, Rank][] = [
        [
          { verified: true, first: 9, forwarded: 9 },
          { verified: false, first: 0 },
        ],
        [
          { first: 1, forwarded: 9 },
          { first: 2, forwarded: 0 },
        ],
        [{ forwarded: 1 }, { forwarded: 2 }],
      ];
      for (const [better, worse] of pairs) {
        assert.equal(await best(better, worse), "one");
        assert.equal(await best(worse, better), "other");
      }
      assert.equal(await best({}, {}), "one");
    });

    test("many at once keep the best of each, and a count that is right", async () => {
      const alice = await world().person("alice");
      const version = await begin(alice);
      const sessions = (first: number): Record<string, object> =>
        Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`s${index}`, key(`f${first}`, { first })]));
      await Promise.all(
        [5, 3, 1, 4, 2].map(async (first) => (await put(alice, version, { [room]: sessions(first) })).ok()),
      );
      const all = (await alice.get("/room_keys/keys", { version })).ok().at("rooms", room, "sessions");
      assert.equal(all.names.length, 250);
      for (const name of all.names) assert.equal(all.at(name, "session_data", "text").value, "f1");
      assert.equal((await alice.get("/room_keys/version")).ok().at("count").value, 250);
    });

    test("keys go into the newest version only; another one is told which that is", async () => {
      const alice = await world().person("alice");
      const first = await begin(alice);
      (await put(alice, first, { [room]: { s: key("old") } })).ok();
      const second = await begin(alice);
      assert.notEqual(first, second);
      const refused = await put(alice, first, { [room]: { s: key("late") } });
      assert.equal(refused.brief, "403 M_WRONG_ROOM_KEYS_VERSION");
      assert.equal(refused.at("current_version").value, second);
      for (const at of [path`/room_keys/keys/${room}`, path`/room_keys/keys/${room}/s`]) {
        const body = at.endsWith("/s") ? key("late") : { sessions: { s: key("late") } };
        assert.equal((await alice.put(at, body, { version: first })).brief, "403 M_WRONG_ROOM_KEYS_VERSION");
      }
      assert.equal(
        (await alice.get(path`/room_keys/keys/${room}/s`, { version: first })).ok().at("session_data", "text").value,
        "old",
      );
      for (const none of ["99", "0", "-1", "x", "1e3", "01"])
        assert.equal((await put(alice, none, {})).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.get("/room_keys/keys")).brief, "400 M_MISSING_PARAM");
    });

    test("an ended version is gone with its keys, its number is not used again, and ending it twice is fine", async () => {
      const alice = await world().person("alice");
      const first = await begin(alice);
      const second = await begin(alice);
      (await put(alice, second, { [room]: { s: key("x") } })).ok();
      (await alice.delete(path`/room_keys/version/${second}`)).ok();
      (await alice.delete(path`/room_keys/version/${second}`)).ok();
      assert.equal((await alice.get("/room_keys/version")).ok().at("version").value, first);
      assert.equal((await alice.get(path`/room_keys/version/${second}`)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.get("/room_keys/keys", { version: second })).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.delete("/room_keys/version/77")).brief, "404 M_NOT_FOUND");
      const third = await begin(alice);
      assert.equal(new Set([first, second, third]).size, 3);
      (await put(alice, third, { [room]: { s: key("y") } })).ok();
    });

    test("what proves a backup can change, its algorithm cannot", async () => {
      const alice = await world().person("alice");
      const version = await begin(alice);
      const at = path`/room_keys/version/${version}`;
      (await alice.put(at, { algorithm: ALGORITHM, auth_data: { public_key: "q" }, version })).ok();
      assert.equal((await alice.get(at)).ok().at("auth_data", "public_key").value, "q");
      assert.equal((await alice.put(at, { algorithm: "another", auth_data: {} })).brief, "400 M_INVALID_PARAM");
      assert.equal(
        (await alice.put(at, { algorithm: ALGORITHM, auth_data: {}, version: "9" })).brief,
        "400 M_INVALID_PARAM",
      );
      assert.equal(
        (await alice.put("/room_keys/version/9", { algorithm: ALGORITHM, auth_data: {} })).brief,
        "404 M_NOT_FOUND",
      );
    });

    test("nobody reads another person's backup, and rubbish is refused", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const version = await begin(alice);
      (await put(alice, version, { [room]: { s: key("private") } })).ok();
      assert.equal((await bob.get("/room_keys/keys", { version })).brief, "404 M_NOT_FOUND");
      await begin(bob);
      assert.deepEqual((await bob.get("/room_keys/keys", { version })).ok().body, { rooms: {} });
      const good = Object(key("x"));
      const bad = [
        { ...good, first_message_index: -1 },
        { ...good, first_message_index: 1.5 },
        { ...good, forwarded_count: "0" },
        { ...good, is_verified: 1 },
        { ...good, session_data: "text" },
        {},
      ];
      for (const one of bad) assert.equal((await put(alice, version, { [room]: { s: one } })).brief, "400 M_BAD_JSON");
      assert.equal((await put(alice, version, { [room]: { "s\0": good } })).brief, "400 M_BAD_JSON");
      assert.equal((await put(alice, version, { "!\ud800": { s: good } })).brief, "400 M_BAD_JSON");
      assert.equal((await put(alice, version, { [room]: { ["s".repeat(300)]: good } })).brief, "400 M_BAD_JSON");
      const huge = { ...good, session_data: { text: "x".repeat(70_000) } };
      assert.equal((await put(alice, version, { [room]: { s2: good, s3: huge } })).brief, "413 M_TOO_LARGE");
      const auth_data = { text: "x".repeat(70_000) };
      assert.equal(
        (await alice.post("/room_keys/version", { algorithm: ALGORITHM, auth_data })).brief,
        "413 M_TOO_LARGE",
      );
      assert.equal((await alice.get("/room_keys/version")).ok().at("count").value, 1);
      (await put(alice, version, { constructor: { toString: good } })).ok();
      const all = (await alice.get("/room_keys/keys", { version })).ok();
      assert.deepEqual(all.at("rooms", "constructor", "sessions", "toString").value, good);
    });
  });
}
