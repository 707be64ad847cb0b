import { engines, path, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, type DirectoryWorld } from "./world.ts";

async function find(asker: Person, q: string, limit?: number): Promise<JsonView> {
  return (await asker.get(`${BASE}/people`, { q, limit })).ok().json;
}

function names(found: JsonView): string {
  return found
    .at("people")
    .list.map((one) => one.at("user_id").text.replace(/^@|:.*$/g, ""))
    .join(" ");
}

/** Amy of the digital office and Ben and Bob of the police, with their names. */
async function threePeople(
  d: DirectoryWorld,
): Promise<{ readonly amy: Person; readonly ben: Person; readonly bob: Person }> {
  await d.department("DPO");
  await d.department("HKPF");
  const { person: amy } = await d.officer("amy", "DPO");
  const { person: ben } = await d.officer("ben", "HKPF");
  const { person: bob } = await d.officer("bob", "HKPF");
  const name = async (person: Person, en: string, zh: string): Promise<void> =>
    void (await d.system.put(path`/causeway/v1/directory/people/${person.userId}`, { name_en: en, name_zh: zh })).ok();
  await name(amy, "CHAN Tai-man", "陳大文");
  await name(ben, "CHAN Tai-min", "陳大明");
  await name(bob, "LEE Siu-ming", "李小明");
  return { amy, ben, bob };
}

for (const engine of engines) {
  describe(`finding people on ${engine}`, () => {
    test("by either script, romanisation, user name, post and department; each comes with posts and departments", async () => {
      await using d = await directoryWorld(engine);
      const { amy } = await threePeople(d);
      assert.equal(names(await find(amy, "陈大")), "amy ben");
      assert.equal(names(await find(amy, "大文")), "amy");
      assert.equal(names(await find(amy, "taimanchan")), "amy");
      assert.equal(names(await find(amy, "siu ming lee")), "bob");
      assert.equal(names(await find(amy, "P-bob")), "bob");
      assert.equal(names(await find(amy, "hkpf")), "ben bob");
      assert.equal(names(await find(amy, "hkpf 陳")), "ben");
      assert.equal(names(await find(amy, "nobody of this name")), "");
      const found = await find(amy, "陳大文");
      assert.equal(found.at("people", 0, "display_name").text, "陳大文 · CHAN Tai-man");
      assert.equal(found.at("people", 0, "posts", 0, "code").text, "P-amy");
      assert.equal(found.at("people", 0, "posts", 0, "department", "code").text, "DPO");
      assert.equal(found.at("limited").value, false);
      const departments = (await find(amy, "hkp")).at("departments").list;
      assert.deepEqual(
        departments.map((one) => one.at("code").text),
        ["HKPF"],
      );
    });

    test("several are looked up by their ids; who is not in the directory is left out, and more than 200 are refused", async () => {
      await using d = await directoryWorld(engine);
      const { amy, ben } = await threePeople(d);
      const look = (user_ids: unknown) => amy.post(`${BASE}/lookup`, { user_ids });
      const found = (await look([ben.userId, amy.userId, ben.userId, "@nobody:test"])).ok().json;
      assert.equal(names(found), "ben amy");
      assert.equal(found.at("people", 0, "posts", 0, "department", "code").text, "HKPF");
      assert.equal((await look(["not an id"])).status, 400);
      assert.equal((await look(Array.from({ length: 201 }, () => amy.userId))).status, 400);
      await d.system.post(path`/causeway/v1/directory/people/${ben.userId}/leave`, {});
      assert.equal(names((await look([ben.userId, amy.userId])).ok().json), "amy");
    });

    test("one's own department comes first, and more than asked for is told", async () => {
      await using d = await directoryWorld(engine);
      const { amy, bob } = await threePeople(d);
      assert.equal(names(await find(amy, "chan")), "amy ben");
      assert.equal(names(await find(bob, "chan")), "ben amy");
      const one = await find(bob, "chan", 1);
      assert.equal(names(one), "ben");
      assert.equal(one.at("limited").value, true);
      assert.equal((await amy.get(`${BASE}/people`, { q: "chan", limit: 0 })).brief, "400 M_INVALID_PARAM");
      assert.equal((await amy.get(`${BASE}/people`)).brief, "400 M_MISSING_PARAM");
      assert.equal(
        (await d.world.call({ method: "GET", path: `${BASE}/people`, query: { q: "chan" } })).brief,
        "401 M_MISSING_TOKEN",
      );
    });

    test("a post that falls vacant is found by itself, until somebody has it again or it is abolished", async () => {
      await using d = await directoryWorld(engine);
      const { amy } = await threePeople(d);
      const vacant = async (q: string): Promise<string> =>
        (await find(amy, q))
          .at("posts")
          .list.map((one) => `${one.at("code").text} of ${one.at("department", "code").text}`)
          .join(" ");
      const { person: cat, post, appointment } = await d.officer("cat", "DPO");
      assert.equal(await vacant("P-cat"), "");
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      assert.equal(await vacant("P-cat"), "P-cat of DPO");
      assert.equal(await vacant("p cat dpo部"), "P-cat of DPO");
      await d.appoint(post, cat, { from: d.world.clock.now() + 60_000 });
      assert.equal(await vacant("P-cat"), "P-cat of DPO");
      d.world.clock.move(61_000);
      await d.world.server.directory.tick();
      assert.equal(await vacant("P-cat"), "");
      assert.equal(names(await find(amy, "P-cat")), "cat");
      const spare = await d.post("DPO", "SPARE");
      assert.equal(await vacant("spare"), "SPARE of DPO");
      (await d.system.post(`${BASE}/posts/${spare}/abolish`)).ok();
      assert.equal(await vacant("spare"), "");
    });

    test("leavers are not found, and a restart finds everybody", async () => {
      await using d = await directoryWorld(engine);
      const { amy, ben } = await threePeople(d);
      (await d.system.post(path`/causeway/v1/directory/people/${ben.userId}/leave`)).ok();
      assert.equal(names(await find(amy, "chan")), "amy");
      await d.world.restart();
      assert.equal(names(await find(amy, "chan")), "amy");
      assert.equal(names(await find(amy, "李")), "bob");
    });
  });
}
