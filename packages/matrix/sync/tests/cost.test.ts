import { engines, path, testWorld, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { bodies, joined } from "./reading.ts";

const MANY = 500;
/** What the server looks for from time to time by itself, whether anybody syncs or not: news of the directory, of access and its policy from other nodes, work for the search index and for the audit log. */
const BACKGROUND =
  /directory_head|rooms_search|FROM rooms_events e WHERE e\.pos > |FROM (?:policy_|access_|points|audit_|cards_)/;

/** Lets a method of an object be watched until it is disposed of. */
function watch<Name extends string>(
  object: { readonly [name in Name]: (...values: never[]) => unknown },
  name: Name,
  seen: (value: unknown) => void,
): Disposable {
  const real = object[name];
  const before = Object.getOwnPropertyDescriptor(object, name);
  const value = (...values: never[]): unknown => {
    seen(values[0]);
    return Reflect.apply(real, object, values);
  };
  Object.defineProperty(object, name, { value, configurable: true, writable: true, enumerable: true });
  return {
    [Symbol.dispose]: () => {
      if (before === undefined) Reflect.deleteProperty(object, name);
      else Object.defineProperty(object, name, before);
    },
  };
}

/** Counts what a server asks of the disk and of the rooms in memory while something is done. */
async function counting<T>(
  world: TestWorld,
  work: () => Promise<T>,
): Promise<{ readonly reads: string[]; readonly rooms: number; readonly found: T }> {
  const { db, rooms } = world.server;
  const reads: string[] = [];
  const visited = new Set<unknown>();
  const read = (query: unknown): void => {
    const sql = String(Object(query)["sql"]);
    if (!BACKGROUND.test(sql)) reads.push(sql);
  };
  using _all = watch(db, "all", read);
  using _first = watch(db, "first", read);
  using _rooms = watch(rooms, "room", (which) => void visited.add(which));
  const found = await work();
  return { reads, rooms: visited.size, found };
}

async function manyRooms(alice: Person, bob: Person): Promise<string[]> {
  const rooms: string[] = [];
  for (let index = 0; index < MANY; index += 25)
    rooms.push(...(await Promise.all(Array.from({ length: 25 }, () => alice.createRoom({ preset: "public_chat" })))));
  for (let index = 0; index < MANY; index += 25)
    await Promise.all(rooms.slice(index, index + 25).map(async (room) => (await bob.join(room)).ok()));
  return rooms;
}

for (const engine of engines) {
  describe(`the cost of a sync on ${engine}`, () => {
    test("follows the rooms that changed, not those one is in, and a live one reads nothing from disk", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob] = await world.people("alice", "bob");
      const rooms = await manyRooms(alice, bob);
      const [one, two] = rooms;
      assert.ok(one !== undefined && two !== undefined);
      const filter = { room: { timeline: { limit: 1 }, state: { lazy_load_members: true } } };
      await bob.sync({ filter });
      await bob.sync({ filter });
      await alice.send(one, "warm");
      await bob.sync({ filter });
      for (const changed of [[], [one], [one, two]]) {
        for (const room of changed) await alice.send(room, "hello");
        if (changed.length > 0)
          (await alice.put(path`/rooms/${one}/typing/${alice.userId}`, { typing: changed.length === 1 })).ok();
        const { reads, rooms: visited, found } = await counting(world, () => bob.sync({ filter }));
        assert.deepEqual(found.at("rooms", "join").names.toSorted(), changed.toSorted());
        assert.deepEqual(reads, []);
        assert.ok(visited <= changed.length, `${visited} rooms were looked at for ${changed.length}`);
      }
      const waiting = await counting(world, async () => {
        const asked = bob.sync({ filter, timeout: 30_000 });
        await new Promise((resolve) => setTimeout(resolve, 100));
        await alice.send(one, "awake");
        return await asked;
      });
      assert.deepEqual(bodies(joined(waiting.found, one)), ["awake"]);
      assert.ok(waiting.rooms <= 1);
      assert.deepEqual(
        waiting.reads.filter((sql) => !/transactions/.test(sql)),
        [],
      );
    });

    test("one wake-up for a person, however many rooms are new", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob] = await world.people("alice", "bob");
      const rooms = await Promise.all(Array.from({ length: 40 }, () => alice.createRoom({ preset: "public_chat" })));
      for (const room of rooms) (await bob.join(room)).ok();
      await bob.sync();
      await bob.sync();
      let builds = 0;
      const waiting = bob.sync({ timeout: 30_000 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      using _builds = watch(world.server.rooms, "membershipsOf", (user) => {
        if (user === bob.userId) builds += 1;
      });
      await Promise.all(rooms.map((room) => alice.send(room, "all at once")));
      const seen = new Set((await waiting).at("rooms", "join").names);
      let answers = 1;
      while (seen.size < rooms.length) {
        for (const room of (await bob.sync({ timeout: 5000 })).at("rooms", "join").names) seen.add(room);
        answers += 1;
      }
      assert.ok(answers < 15, `${answers} answers for ${rooms.length} rooms`);
      assert.ok(builds <= answers * 3 + 3, `${builds} times for ${answers} answers`);
    });
  });
}
