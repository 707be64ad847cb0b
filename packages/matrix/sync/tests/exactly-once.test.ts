import { engines, path, testWorld, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { before } from "./reading.ts";

/** The same numbers for the same seed. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** What one device has seen, as a client keeps it: by room the texts, and the messages to it. */
class Reader {
  readonly person: Person;
  readonly texts = new Map<string, string[]>();
  readonly told: number[] = [];
  /** Account data as it is known. */
  readonly kept = new Map<string, unknown>();
  #random: (below: number) => number;
  #filter: object;

  constructor(person: Person, random: (below: number) => number, limit: number) {
    this.person = person;
    this.#random = random;
    this.#filter = { room: { timeline: { limit } } };
  }

  /** One sync. Now and then the client dies before it has kept the answer, and asks again with its old token. */
  async step(timeout: number): Promise<void> {
    const { since } = this.person;
    const answer = await this.person.sync({ timeout, filter: this.#filter });
    if (this.#random(5) === 0) {
      this.person.since = since;
      return;
    }
    await this.#take(answer);
  }

  async #take(answer: JsonView): Promise<void> {
    for (const room of answer.at("rooms", "join").names) {
      const one = answer.at("rooms", "join", room);
      const known = this.texts.get(room) ?? [];
      const fresh = one
        .at("timeline", "events")
        .list.filter((event) => event.at("type").value === "m.room.message")
        .map((event) => event.at("content", "body").text);
      if (one.at("timeline", "limited").value === true) {
        const all = [...(await before(this.person, room, one.at("timeline", "prev_batch").text)), ...fresh];
        // What was seen already is the beginning of what there is: nothing came in between.
        assert.deepEqual(all.slice(0, known.length), known);
        this.texts.set(room, all);
      } else this.texts.set(room, [...known, ...fresh]);
    }
    for (const event of answer.at("to_device", "events").list) this.told.push(event.at("content", "n").number);
    for (const event of answer.at("account_data", "events").list)
      this.kept.set(event.at("type").text, event.at("content").value);
  }
}

interface Writing {
  readonly world: TestWorld;
  readonly people: readonly Person[];
  readonly rooms: readonly string[];
  readonly readers: readonly Reader[];
  readonly random: (below: number) => number;
}

/** Writes of all kinds at once, by several people, into several rooms. */
async function write(writing: Writing, round: number): Promise<number> {
  const { people, rooms, random, readers } = writing;
  const jobs: Promise<unknown>[] = [];
  for (let index = 0; index < 12; index += 1) {
    const who = people[random(people.length)];
    const room = rooms[random(rooms.length)];
    if (who === undefined || room === undefined) continue;
    jobs.push(who.send(room, `${round}.${index}`));
    if (random(4) === 0) jobs.push(who.setState(room, "org.example.state", { content: { round, index } }));
  }
  for (const { person } of readers) {
    jobs.push(
      person.put(path`/user/${person.userId}/account_data/org.example.round`, { round }).then((done) => done.ok()),
    );
  }
  await Promise.all(jobs);
  return jobs.length;
}

async function tell(writing: Writing, n: number): Promise<void> {
  const [sender] = writing.people;
  for (const { person } of writing.readers) {
    const messages = { [person.userId]: { [person.deviceId]: { n } } };
    (await sender?.put(path`/sendToDevice/org.example.n/${`${n}-${person.deviceId}`}`, { messages }))?.ok();
  }
}

/** Reads until a whole round brings nothing new. */
async function drain(reader: Reader): Promise<void> {
  for (let quiet = 0; quiet < 3;) {
    const seen = JSON.stringify([...reader.texts, reader.told]);
    await reader.step(0);
    quiet = seen === JSON.stringify([...reader.texts, reader.told]) ? quiet + 1 : 0;
  }
}

async function truth(person: Person, room: string): Promise<string[]> {
  return await before(person, room, "");
}

for (const engine of engines) {
  describe(`what a sync carries, on ${engine}`, () => {
    for (const seed of [1, 20_240_417]) {
      test(`is seen exactly once and in order, with readers that die and a server that restarts (seed ${seed})`, async () => {
        await using world = await testWorld({ engine, env: { CAUSEWAY_LIMITS_ROOMS_TAIL_EVENTS: "15" } });
        const random = randomFrom(seed);
        const people = await world.people("alice", "bob", "carol");
        const [alice, bob, carol] = people;
        const rooms = [
          await alice.createRoomWith([bob, carol], { power_level_content_override: { state_default: 0 } }),
          await bob.createRoomWith([alice, carol], { power_level_content_override: { state_default: 0 } }),
        ];
        const devices = [bob, await bob.device(), await carol.device()];
        const readers = devices.map((device, index) => new Reader(device, random, [100, 3, 10][index] ?? 10));
        for (const reader of readers) await reader.step(0);
        const writing = { world, people, rooms, readers, random };
        let round = 0;
        const told: number[] = [];
        for (; round < 14; round += 1) {
          const reading = readers.map(async (reader) => {
            for (let step = random(4); step > 0; step -= 1) await reader.step(random(2) * 200);
          });
          told.push(round);
          await Promise.all([write(writing, round), tell(writing, round), ...reading]);
          if (round === 5 || round === 10) await world.restart();
        }
        for (const reader of readers) {
          await drain(reader);
          for (const room of rooms) {
            const seen = reader.texts.get(room);
            assert.deepEqual(seen, await truth(alice, room));
            assert.equal(new Set(seen).size, seen?.length);
          }
          assert.deepEqual(reader.told, told);
          assert.deepEqual(reader.kept.get("org.example.round"), { round: round - 1 });
        }
      });
    }

    test("is not repeated for who leaves while an answer is made, however fast they come and go", async () => {
      await using world = await testWorld({ engine });
      const [alice, bob] = await world.people("alice", "bob");
      const room = await alice.createRoom({ preset: "public_chat" });
      await bob.sync();
      let isIn = false;
      let going = true;
      const moving = (async (): Promise<void> => {
        for (let round = 0; round < 25; round += 1) {
          (await bob.join(room)).ok();
          await alice.send(room, `r${round}`);
          (await bob.leave(room)).ok();
        }
        going = false;
      })();
      while (going || isIn) {
        const answer = await bob.sync();
        const join = answer.at("rooms", "join", room);
        const leave = answer.at("rooms", "leave", room);
        assert.equal(join.isThere && leave.isThere, false);
        if (leave.isThere) isIn = false;
        if (join.isThere) {
          // Somebody who was in and is told of the whole room again has been away in between.
          isIn = true;
        }
        const texts = join.at("timeline", "events").list.map((event) => event.at("event_id").text);
        assert.equal(new Set(texts).size, texts.length);
      }
      await moving;
      assert.equal((await bob.sync()).at("rooms").isThere, false);
    });
  });
}
