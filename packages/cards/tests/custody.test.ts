import type { Engine } from "@causeway/platform";
import { engines, path, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cardsWorld, importCsv, saidTo } from "./world.ts";

const CUSTODY = "/causeway/v1/custody";
const NAMES = ["head", "kay", "lou", "amy", "eve"] as const;
const DIRECTORY = [
  "department,department_en,post,title_en,head,user,name_en",
  "RD,Rangers,HEAD,Director,yes,head,LEE Wai-ling",
  "RD,,K1,Keeper,,kay,KAY One",
  "RD,,K2,Keeper,,lou,LOU Two",
  "RD,,R1,Ranger,,amy,CHAN Tai-man",
  "FD,Fish,HEAD,Director,yes,eve,LAM Eve",
].join("\n");

type Crew = Record<(typeof NAMES)[number], Person>;

const keyOf = (name: string): object => ({ algorithm: "test.sealed-box", public_key: `key of ${name}` });

/** A department with two custodians, with whom amy has left the shares of her recovery key. */
async function crewed(engine: Engine) {
  const world = await cardsWorld(engine);
  const people = await Promise.all(NAMES.map(async (name) => [name, await world.person(name)] as const));
  const crew = Object.fromEntries(people) as Crew; // one for each name
  await importCsv(world, `${DIRECTORY}\n`);
  const { head, kay, lou, amy } = crew;
  const custodians = { enabled: true, custodians: [kay.userId, lou.userId] };
  (await head.put(`${CUSTODY}/departments/RD`, custodians)).ok();
  for (const one of [kay, lou]) (await one.put(`${CUSTODY}/key`, keyOf(one.userId))).ok();
  (await amy.put(`${CUSTODY}/shares`, sharesFor(kay, lou))).ok();
  return { world, ...crew, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function sharesFor(...custodians: readonly Person[]): object {
  return { shares: custodians.map((one) => ({ custodian: one.userId, sealed: `share for ${one.userId}` })) };
}

async function asked(by: Person): Promise<string> {
  return (await by.post(`${CUSTODY}/recoveries`, { key: keyOf(by.deviceId) })).ok().at("recovery_id").text;
}

function agree(by: Person, id: string): ReturnType<Person["post"]> {
  const body = { sealed: `${by.userId} for the device`, checked_face_to_face: true };
  return by.post(path`/causeway/v1/custody/recoveries/${id}/agree`, body);
}

async function view(by: Person, id: string): Promise<JsonView> {
  return (await by.get(path`/causeway/v1/custody/recoveries/${id}`)).ok().json;
}

async function cardState(world: TestWorld, person: Person): Promise<unknown> {
  const last = (await saidTo(world, person)).at(-1)?.at("content");
  const card = last?.at("m.new_content", "org.causeway.card").isThere === true ? last.at("m.new_content") : last;
  return card?.at("org.causeway.card", "state", "text", "en").value;
}

for (const engine of engines) {
  describe(`custodians of recovery keys on ${engine}`, () => {
    test("two custodians together give the shares to the device that asked, and to no other", async () => {
      await using c = await crewed(engine);
      const mine = (await c.amy.get(CUSTODY)).ok();
      assert.equal(mine.at("shares", "current").value, true);
      assert.ok(!mine.at("duty").isThere, "who is no custodian has no duty");
      const duty = (await c.kay.get(CUSTODY)).ok();
      assert.equal(duty.at("duty", "key", "public_key").text, `key of ${c.kay.userId}`);
      const fresh = await c.amy.device("FRESH");
      const id = await asked(fresh);
      assert.equal(await cardState(c.world, c.amy), "Waiting for two custodians", "the person is told on every device");
      const [waiting] = (await c.kay.get(`${CUSTODY}/recoveries`, { list: "to-decide" })).ok().at("recoveries").list;
      assert.equal(waiting?.at("my_share").text, `share for ${c.kay.userId}`, "their own share and no other");
      assert.equal(waiting?.at("key", "public_key").text, "key of FRESH");
      (await agree(c.kay, id)).ok();
      assert.equal((await view(fresh, id)).at("state").text, "asked");
      assert.ok(!(await view(fresh, id)).at("shares").isThere, "one alone gives nothing");
      assert.equal((await agree(c.kay, id)).brief, "400 M_BAD_STATE", "one person is not two");
      (await agree(c.lou, id)).ok();
      const open = await view(fresh, id);
      assert.deepEqual(
        open
          .at("shares")
          .list.map((one) => one.text)
          .toSorted(),
        [`${c.kay.userId} for the device`, `${c.lou.userId} for the device`].toSorted(),
      );
      for (const other of [c.amy, c.kay, c.lou]) assert.ok(!(await view(other, id)).at("shares").isThere);
      assert.equal(await cardState(c.world, c.kay), "Both custodians agreed");
      for (const stranger of [c.eve, c.head])
        assert.equal((await stranger.get(path`/causeway/v1/custody/recoveries/${id}`)).brief, "404 M_NOT_FOUND");
      c.world.clock.move(24 * 3_600_000);
      assert.equal((await view(fresh, id)).at("state").text, "lapsed");
      assert.ok(!(await view(fresh, id)).at("shares").isThere);
    });

    test("a custodian may refuse, and the person takes it back from any device; nothing is given then", async () => {
      await using c = await crewed(engine);
      const id = await asked(c.amy);
      assert.equal((await c.amy.post(`${CUSTODY}/recoveries`, { key: keyOf("x") })).brief, "400 M_BAD_STATE");
      (await agree(c.kay, id)).ok();
      (await c.lou.post(path`/causeway/v1/custody/recoveries/${id}/refuse`, { reason: "I have not seen her" })).ok();
      assert.equal((await view(c.amy, id)).at("refused", "reason").text, "I have not seen her");
      assert.equal((await agree(c.lou, id)).brief, "400 M_BAD_STATE");
      const thief = await c.amy.device();
      const second = await asked(thief);
      const withdraw = path`/causeway/v1/custody/recoveries/${second}/withdraw`;
      assert.equal((await c.kay.post(withdraw)).brief, "404 M_NOT_FOUND");
      (await c.amy.post(withdraw)).ok();
      (await c.amy.post(withdraw)).ok();
      assert.equal((await agree(c.kay, second)).brief, "400 M_BAD_STATE");
      assert.equal((await view(thief, second)).at("state").text, "withdrawn");
      assert.equal((await agree(c.eve, second)).brief, "404 M_NOT_FOUND");
    });

    test("a department switches it off: shares go, and nothing can be asked for; others' Heads have no say", async () => {
      await using c = await crewed(engine);
      const off = { enabled: false };
      assert.equal((await c.eve.put(`${CUSTODY}/departments/RD`, off)).brief, "403 NOT_PERMITTED");
      assert.equal((await c.amy.put(`${CUSTODY}/departments/RD`, off)).brief, "403 NOT_PERMITTED");
      for (const one of [c.eve, c.amy])
        assert.equal((await one.get(`${CUSTODY}/departments/RD`)).brief, "403 NOT_PERMITTED");
      assert.equal((await c.head.get(`${CUSTODY}/departments/XX`)).brief, "404 DIRECTORY_UNKNOWN");
      const named = (await c.head.get(`${CUSTODY}/departments/RD`)).ok().at("custodians").list;
      assert.deepEqual(
        named.map((one) => one.at("user_id").text),
        [c.kay.userId, c.lou.userId],
      );
      const id = await asked(c.amy);
      (await c.head.put(`${CUSTODY}/departments/RD`, off)).ok();
      assert.equal((await view(c.amy, id)).at("state").text, "withdrawn");
      assert.ok(!(await c.amy.get(CUSTODY)).ok().at("shares").isThere);
      assert.equal((await c.amy.put(`${CUSTODY}/shares`, sharesFor(c.kay, c.lou))).brief, "409 CUSTODY_OFF");
      assert.equal((await c.amy.post(`${CUSTODY}/recoveries`, { key: keyOf("x") })).brief, "404 M_NOT_FOUND");
    });

    test("who is taken off the list gives nothing any more: what was asked of them ends, and is not asked again", async () => {
      await using c = await crewed(engine);
      const id = await asked(c.amy);
      (await agree(c.kay, id)).ok();
      const name = (...people: readonly Person[]): ReturnType<Person["put"]> =>
        c.head.put(`${CUSTODY}/departments/RD`, { enabled: true, custodians: people.map((one) => one.userId) });
      (await name(c.kay, c.lou, c.eve)).ok();
      assert.equal((await view(c.amy, id)).at("state").text, "asked", "one more changes nothing");
      (await name(c.kay, c.eve)).ok();
      assert.equal((await view(c.amy, id)).at("state").text, "withdrawn");
      assert.equal((await agree(c.lou, id)).brief, "400 M_BAD_STATE");
      assert.ok(!(await view(c.lou, id)).at("my_share").isThere);
      assert.equal((await c.amy.post(`${CUSTODY}/recoveries`, { key: keyOf("x") })).brief, "404 M_NOT_FOUND");
      (await c.eve.put(`${CUSTODY}/key`, keyOf(c.eve.userId))).ok();
      (await c.amy.put(`${CUSTODY}/shares`, sharesFor(c.kay, c.eve))).ok();
      await asked(c.amy);
    });

    test("shares go to two different custodians of one's own department, who are not oneself; a new key makes them old", async () => {
      await using c = await crewed(engine);
      const put = (...to: readonly Person[]): ReturnType<Person["put"]> =>
        c.amy.put(`${CUSTODY}/shares`, sharesFor(...to));
      for (const wrong of [[c.kay, c.kay], [c.kay, c.eve], [c.kay], [c.kay, c.lou, c.head]])
        assert.equal((await put(...wrong)).status, 400);
      assert.equal((await c.kay.put(`${CUSTODY}/shares`, sharesFor(c.kay, c.lou))).brief, "400 M_INVALID_PARAM");
      assert.equal((await c.amy.put(`${CUSTODY}/key`, keyOf("amy"))).brief, "403 NOT_PERMITTED");
      for (const custodians of [[], [c.kay.userId], [c.kay.userId, c.kay.userId], [c.kay.userId, "@nobody:localhost"]])
        assert.equal((await c.head.put(`${CUSTODY}/departments/RD`, { enabled: true, custodians })).status, 400);
      (await c.kay.put(`${CUSTODY}/key`, keyOf("another"))).ok();
      assert.equal((await c.amy.get(CUSTODY)).ok().at("shares", "current").value, false);
      await c.world.restart();
      (await put(c.kay, c.lou)).ok();
      assert.equal((await c.amy.get(CUSTODY)).ok().at("shares", "current").value, true);
      assert.equal((await agree(c.kay, "rc_unknown00")).brief, "404 M_NOT_FOUND");
    });
  });
}
