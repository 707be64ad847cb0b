import type { Engine } from "@causeway/platform";
import { engines, path, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cardsWorld, directRoomsOf, firstSaidTo, idOf, importCsv, react, saidTo } from "./world.ts";

const AT = "/causeway/v1/announcements";
const NAMES = ["boss", "amy", "bob", "cat", "dan", "eve"] as const;
const DIRECTORY = [
  "department,department_en,department_zh,division,division_en,division_zh,post,title_en,title_zh,head,user,name_en,name_zh",
  "RD,Rangers Department,巡邏署,,,,HEAD,Director,署長,yes,boss,LEE Wai-ling,李慧玲",
  "RD,,,N,North,北區,N1,Ranger,巡邏員,,amy,CHAN Tai-man,陳大文",
  "RD,,,N,North,北區,N2,Ranger,巡邏員,,bob,WONG Bo,黃波",
  "RD,,,S,South,南區,S1,Ranger,巡邏員,,cat,HO Kat,何吉",
  "FD,Fish Department,漁署,,,,HEAD,Director,署長,yes,dan,NG Dan,吳丹",
  "FD,,,F,Fleet,船隊,F1,Skipper,船長,,eve,LAM Eve,林夏娃",
].join("\n");

type Crew = Record<(typeof NAMES)[number], Person>;

/** Two departments with their Heads; RD has a division of two and one of one. */
async function crewed(engine: Engine, env: Readonly<Record<string, string>> = {}) {
  const world = await cardsWorld(engine, env);
  const people = await Promise.all(NAMES.map(async (name) => [name, await world.person(name)] as const));
  await importCsv(world, `${DIRECTORY}\n`);
  return { world, ...(Object.fromEntries(people) as Crew), [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

const rangers = {
  title: { en: "New radio channel", "zh-Hant-HK": "新無線電頻道" },
  body: "From Monday:\nchannel 7.",
  audience: { departments: ["RD"] },
};

async function announced(by: Person, wish: object = rangers): Promise<string> {
  return (await by.post(AT, wish)).ok().at("announcement_id").text;
}

/** The card of an announcement: where it is, and how it stands. */
async function cardOf(world: TestWorld, person: Person) {
  const all = await saidTo(world, person);
  const original = all.find((event) => event.at("content", "org.causeway.announcement").isThere);
  const event = original?.at("event_id").text ?? "";
  const edit = all.findLast((one) => one.at("content", "m.relates_to", "event_id").value === event);
  const [room = ""] = await directRoomsOf(person);
  return { room, event, original, now: edit?.at("content", "m.new_content") ?? original?.at("content") };
}

/** Counts by division: `N 1/2 50 %`. */
async function progress(by: Person, id: string): Promise<readonly string[]> {
  const view = (await by.get(path`/causeway/v1/announcements/${id}`)).ok();
  const one = (at: ReturnType<typeof view.at>): string =>
    `${at.at("division").isThere ? at.at("division").text : "-"} ${at.at("noted").number}/${at.at("readers").number} ${at.at("percent").number} %`;
  return [one(view.at("progress")), ...view.at("progress", "divisions").list.map(one)];
}

for (const engine of engines) {
  describe(`announcements on ${engine}`, () => {
    test("an office announces; each reader gets a card, acknowledges it once, and the office sees counts by division", async () => {
      await using c = await crewed(engine);
      const posted = (await c.boss.post(AT, rangers)).ok();
      const id = posted.at("announcement_id").text;
      assert.equal(posted.at("office", "en").text, "Director, Rangers Department");
      assert.deepEqual(await progress(c.boss, id), ["- 0/3 0 %", "N 0/2 0 %", "S 0/1 0 %"]);
      const { now } = await cardOf(c.world, c.amy);
      assert.match(
        now?.at("body").text ?? "",
        /^New radio channel\nFrom: Director, Rangers Department\n> From Monday:\n> channel 7\.\nAnswer with ✅/,
      );
      assert.equal(now?.at("org.causeway.announcement", "announcement_id").text, id);
      assert.equal(
        now?.at("org.causeway.card", "title", "zh-Hans").text,
        "新無線電頻道",
        "what is left out reads what is nearest",
      );
      const ack = now?.at("org.causeway.card", "actions", 0, "path").text ?? "";
      const first = (await c.amy.post(ack)).ok().at("noted_at").number;
      c.world.clock.move(5000);
      assert.equal((await c.amy.post(ack)).ok().at("noted_at").number, first, "once");
      await Promise.all([c.bob.post(ack), c.bob.post(ack), c.bob.post(ack)]);
      assert.deepEqual(await progress(c.boss, id), ["- 2/3 66 %", "N 2/2 100 %", "S 0/1 0 %"]);
      const noted = await cardOf(c.world, c.amy);
      assert.match(noted.now?.at("org.causeway.card", "state", "text", "en").text ?? "", /^Noted · /);
      assert.deepEqual(noted.now?.at("org.causeway.card", "actions").value, []);
      assert.deepEqual(await firstSaidTo(c.world, c.eve), [], "other departments hear nothing");
      assert.deepEqual(await firstSaidTo(c.world, c.boss), [], "nor does whoever sent it");
      const answer = (await c.boss.get(path`/causeway/v1/announcements/${id}`)).text;
      assert.ok(!answer.includes(c.amy.userId), "who has acknowledged is not said");
    });

    test("✅ and the acknowledging event count as well, from any client; ❌ says nothing", async () => {
      await using c = await crewed(engine);
      const id = await announced(c.boss);
      const amy = await cardOf(c.world, c.amy);
      await react(c.amy, amy, "❌");
      await c.world.server.cards.settle();
      assert.deepEqual((await progress(c.boss, id))[0], "- 0/3 0 %");
      await react(c.amy, amy, "✅\uFE0F");
      const bob = await cardOf(c.world, c.bob);
      const content = { "m.relates_to": { rel_type: "m.reference", event_id: bob.event } };
      await c.bob.send(bob.room, content, { type: "org.causeway.ack" });
      await c.world.server.cards.settle();
      assert.deepEqual(await progress(c.boss, id), ["- 2/3 66 %", "N 2/2 100 %", "S 0/1 0 %"]);
      assert.match((await cardOf(c.world, c.bob)).now?.at("body").text ?? "", /\nNoted · /);
    });

    test("those who have not acknowledged are chased, nobody else, and not again at once", async () => {
      await using c = await crewed(engine, { CAUSEWAY_LIMITS_ANNOUNCEMENTS_CHASE_EVERY_MS: "60000" });
      const id = await announced(c.boss);
      const chase = path`/causeway/v1/announcements/${id}/chase`;
      (await c.amy.post(path`/causeway/v1/announcements/${id}/ack`)).ok();
      await c.world.server.cards.settle();
      const both = await Promise.all([c.boss.post(chase), c.boss.post(chase)]);
      assert.deepEqual(both.map((one) => one.brief).toSorted(), ["200", "429 M_LIMIT_EXCEEDED"]);
      assert.equal((await firstSaidTo(c.world, c.amy)).length, 1);
      const said = await firstSaidTo(c.world, c.bob);
      assert.match(said[1]?.at("content", "body").text ?? "", /not acknowledged.*\nNew radio channel/s);
      assert.equal(said[1]?.at("content", "msgtype").text, "m.text", "it notifies");
      const refused = await c.boss.post(chase);
      assert.equal(refused.brief, "429 M_LIMIT_EXCEEDED");
      assert.ok(refused.at("retry_after_ms").number <= 60_000);
      c.world.clock.move(60_000);
      (await c.boss.post(chase)).ok();
      assert.equal((await firstSaidTo(c.world, c.cat)).length, 3);
      assert.equal((await c.amy.post(chase)).brief, "403 NOT_PERMITTED");
      assert.equal((await c.eve.post(chase)).brief, "403 NOT_PERMITTED", "no role");
      assert.equal((await c.dan.post(chase)).brief, "404 M_NOT_FOUND", "another department's");
    });

    test("heads and security officers announce to their own department only, the DPO to all, others to nobody", async () => {
      await using c = await crewed(engine);
      const everybody = { ...rangers, audience: { everybody: true } };
      const both = { ...rangers, audience: { departments: ["RD", "FD"] } };
      assert.equal((await c.amy.post(AT, rangers)).brief, "403 NOT_PERMITTED");
      for (const wish of [both, everybody, { ...rangers, audience: { departments: ["FD"] } }])
        assert.equal((await c.boss.post(AT, wish)).brief, "403 NOT_PERMITTED");
      const { grantRole } = await import("@causeway/directory");
      const { db, accounts, directory } = c.world.server;
      const wanted = [
        { user: idOf(c.bob), role: "ditso", department: "RD" },
        { user: idOf(c.eve), role: "dpo" },
      ];
      for (const wish of wanted) assert.ok((await grantRole({ db, clock: c.world.clock, accounts }, wish)).ok);
      await directory.tick();
      (await c.bob.post(AT, rangers)).ok();
      assert.deepEqual(await progress(c.eve, await announced(c.eve, everybody)), [
        "- 0/5 0 %",
        "- 0/1 0 %",
        "- 0/1 0 %",
        "N 0/2 0 %",
        "S 0/1 0 %",
      ]);
    });

    test("readers list what was announced to them, with what is left to acknowledge, in pages; a division can be addressed", async () => {
      await using c = await crewed(engine);
      const ids: string[] = [];
      for (const title of ["one", "two", "three"]) {
        ids.unshift(await announced(c.boss, { ...rangers, title }));
        c.world.clock.move(1000);
      }
      const north = { ...rangers, audience: { departments: ["RD"], divisions: ["N"] } };
      assert.deepEqual(await progress(c.boss, await announced(c.boss, north)), ["- 0/2 0 %", "N 0/2 0 %"]);
      (await c.cat.post(path`/causeway/v1/announcements/${ids[0] ?? ""}/ack`)).ok();
      const page = (await c.cat.get(AT, { limit: 2 })).ok();
      assert.equal(page.at("unnoted").number, 2);
      const listed = page.at("announcements").list;
      assert.deepEqual(
        listed.map((one) => one.at("announcement_id").text),
        ids.slice(0, 2),
      );
      assert.equal(typeof listed[0]?.at("noted_at").value, "number");
      assert.equal(listed[1]?.at("noted_at").value, null);
      assert.ok(!listed[0]?.at("progress").isThere, "counts are for the office");
      const rest = (await c.cat.get(AT, { limit: 2, from: page.at("next").text })).ok();
      assert.deepEqual(
        rest.at("announcements").list.map((one) => one.at("announcement_id").text),
        ids.slice(2),
      );
      assert.equal((await c.boss.get(AT, { list: "sent" })).ok().at("announcements").list.length, 4);
      assert.equal((await c.eve.get(path`/causeway/v1/announcements/${ids[0] ?? ""}`)).brief, "404 M_NOT_FOUND");
      assert.equal((await c.eve.post(path`/causeway/v1/announcements/${ids[0] ?? ""}/ack`)).brief, "404 M_NOT_FOUND");
    });

    test("what is taken back says so on its cards; what is sent again under the same id is one", async () => {
      await using c = await crewed(engine);
      const wish = { ...rangers, txn_id: "t1" };
      const ids = await Promise.all([announced(c.boss, wish), announced(c.boss, wish)]);
      assert.equal(ids[0], ids[1]);
      await c.world.server.cards.settle();
      (await c.amy.post(path`/causeway/v1/announcements/${ids[0]}/ack`)).ok();
      (await c.boss.post(path`/causeway/v1/announcements/${ids[0]}/withdraw`)).ok();
      (await c.boss.post(path`/causeway/v1/announcements/${ids[0]}/withdraw`)).ok();
      assert.equal(
        (await cardOf(c.world, c.bob)).now?.at("org.causeway.card", "state", "text", "en").text,
        "Withdrawn",
      );
      assert.match(
        (await cardOf(c.world, c.amy)).now?.at("org.causeway.card", "state", "text", "en").text ?? "",
        /^Noted/,
      );
      assert.equal((await c.boss.post(path`/causeway/v1/announcements/${ids[0]}/chase`)).brief, "400 M_BAD_STATE");
      assert.equal((await c.bob.get(AT)).ok().at("unnoted").number, 0);
      assert.equal((await firstSaidTo(c.world, c.bob)).length, 1);
    });

    test("a restart in the middle brings it to those who have not got it, and to nobody twice; who has left is waited for by nobody", async () => {
      await using c = await crewed(engine);
      const id = await announced(c.boss);
      await c.world.server.cards.settle();
      const tx = c.world.server.db.begin();
      // As if the server had ended when it had written to amy alone: bob's card is there and not noted, cat's is not there.
      tx.add({ sql: "UPDATE cards_readers SET shown = 0 WHERE user_id <> ?", parameters: [c.amy.userId] });
      tx.add({ sql: "UPDATE cards_announcements SET working = 1 WHERE id = ?", parameters: [id] });
      tx.add({ sql: "DELETE FROM cards_cards WHERE user_id = ?", parameters: [c.cat.userId] });
      await tx.commit();
      await c.world.server.accounts.deactivate(idOf(c.cat));
      await c.world.restart();
      await c.world.server.cards.settle();
      for (const one of [c.amy, c.bob]) assert.equal((await firstSaidTo(c.world, one)).length, 1);
      assert.deepEqual(await progress(c.boss, id), ["- 0/2 0 %", "N 0/2 0 %"]);
    });

    test("what is malformed is refused, and nothing is announced", async () => {
      await using c = await crewed(engine);
      const bad = [
        {},
        { ...rangers, title: "" },
        { ...rangers, title: "   " },
        { ...rangers, title: {} },
        { ...rangers, title: { en: "x", fr: "y" } },
        { ...rangers, title: "x".repeat(201) },
        { ...rangers, body: "x".repeat(2001) },
        { ...rangers, body: "a\u0000b" },
        { ...rangers, audience: {} },
        { ...rangers, audience: { departments: [] } },
        { ...rangers, audience: { departments: ["RD", "FD"], divisions: ["N"] } },
        { ...rangers, due: 1 },
        { ...rangers, more: 1 },
      ];
      for (const wish of bad) {
        const answer = await c.boss.post(AT, wish);
        assert.equal(answer.status, 400, JSON.stringify(wish));
      }
      for (const audience of [{ departments: ["XX"] }, { departments: ["RD"], divisions: ["X"] }])
        assert.equal((await c.boss.post(AT, { ...rangers, audience })).brief, "404 DIRECTORY_UNKNOWN");
      assert.deepEqual((await c.boss.get(AT, { list: "sent" })).ok().at("announcements").list, []);
      assert.equal((await c.world.call({ method: "POST", path: AT, body: rangers })).brief, "401 M_MISSING_TOKEN");
    });
  });
}
