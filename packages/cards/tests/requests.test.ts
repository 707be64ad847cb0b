import type { Engine } from "@causeway/platform";
import { grantRole } from "@causeway/directory";
import { engines, path, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cardsWorld, directRoomsOf, firstSaidTo, idOf, importCsv, react, saidTo } from "./world.ts";

const ACCESS = "/causeway/v1/access";
const NAMES = ["head", "ditso", "amy", "deputy"] as const;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DIRECTORY = [
  "department,department_en,department_zh,post,title_en,title_zh,head,user,name_en,name_zh",
  "RD,Rangers Department,巡邏署,HEAD,Director,署長,yes,head,LEE Wai-ling,李慧玲",
  "RD,,,ITSO,Security officer,保安主任,,ditso,WONG Bo,黃波",
  "RD,,,R1,Ranger,巡邏員,,amy,CHAN Tai-man,陳大文",
  "RD,,,R2,Deputy,副手,,deputy,HO Kat,何吉",
].join("\n");

type Crew = Record<(typeof NAMES)[number], Person>;

/** A department with a Head, a DITSO and two others, where requests are decided in the chat. */
async function crewed(engine: Engine) {
  const world = await cardsWorld(engine, { CAUSEWAY_PUBLIC_URL: "https://chat.example" });
  const people = await Promise.all(NAMES.map(async (name) => [name, await world.person(name)] as const));
  const crew = Object.fromEntries(people) as Crew; // one for each name
  await importCsv(world, `${DIRECTORY}\n`);
  const { db, accounts, directory } = world.server;
  const wish = { user: idOf(crew.ditso), role: "ditso", department: "RD" };
  assert.ok((await grantRole({ db, clock: world.clock, accounts }, wish)).ok);
  await directory.tick();
  return { world, ...crew, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** Asks for a site, which is of low risk. */
async function asked(world: TestWorld, by: Person, more: object = {}): Promise<string> {
  const wish = { need: "Plans of the vendor come by it", label: "unclassified", url: "https://vendor.example/x" };
  const answer = await by.post(`${ACCESS}/requests`, { ...wish, until: world.clock.now() + 5 * DAY, ...more });
  await told(world);
  return answer.ok().at("request_id").text;
}

/** Everything that has happened has been told, and followed. */
async function told(world: TestWorld): Promise<void> {
  await world.server.access.settle();
  await world.server.cards.settle();
  await world.server.access.settle();
  await world.server.cards.settle();
}

async function pass(world: TestWorld, ms: number): Promise<void> {
  world.pass(ms);
  await world.server.directory.tick();
  await world.server.access.tick();
  await told(world);
}

/** Somebody's newest card whose title begins so: where it is, and how it stands. */
async function cardOf(world: TestWorld, person: Person, title: RegExp) {
  const all = await saidTo(world, person);
  const isIt = (event: JsonView): boolean =>
    event.at("content", "m.relates_to", "rel_type").value !== "m.replace" &&
    title.test(String(event.at("content", "org.causeway.card", "title", "en").value));
  const original = all.findLast(isIt);
  const event = original?.at("event_id").text ?? "";
  const edit = all.findLast((one) => one.at("content", "m.relates_to", "event_id").value === event);
  const [room = ""] = await directRoomsOf(person);
  const content = edit?.at("content", "m.new_content") ?? original?.at("content");
  return { room, event, body: String(content?.at("body").value), card: content?.at("org.causeway.card") };
}

async function state(world: TestWorld, person: Person, title: RegExp): Promise<string> {
  return String((await cardOf(world, person, title)).card?.at("state", "text", "en").value);
}

async function plain(world: TestWorld, person: Person): Promise<readonly string[]> {
  const said = await firstSaidTo(world, person);
  return said
    .filter((one) => !one.at("content", "org.causeway.card").isThere)
    .map((one) => one.at("content", "body").text);
}

for (const engine of engines) {
  describe(`requests decided in the chat on ${engine}`, () => {
    test("the Head ticks, the grant opens, warns and lapses by itself, and whoever asked is told each time", async () => {
      await using c = await crewed(engine);
      const request = await asked(c.world, c.amy);
      const { room, event, body } = await cardOf(c.world, c.head, /^Request/);
      assert.match(
        body,
        /^Request: vendor\.example, www\.vendor\.example\nWho: 陳大文 · CHAN Tai-man\nPost: Ranger \(RD\)\n/,
      );
      assert.match(
        body,
        /\n> Plans of the vendor come by it\nWaiting for a decision by 李慧玲 · LEE Wai-ling\nAnswer with ✅/,
      );
      assert.match(
        body,
        /\nRisk: low · earlier authorisations: 0 · earlier ones that were ended: 0 · others in the department: 0\n/,
      );
      assert.match(body, new RegExp(`https://chat\\.example/access/requests/${request}`));
      assert.match(await state(c.world, c.amy, /^Request/), /^Waiting for a decision by/);
      await react(c.head, { room, event }, "✅");
      await told(c.world);
      const view = (await c.amy.get(`${ACCESS}/requests/${request}`)).ok();
      assert.equal(view.at("decision", "via").text, "reaction");
      assert.equal(view.at("decision", "outcome").text, "approved");
      assert.equal(view.at("grant", "state").text, "active");
      assert.match(await state(c.world, c.amy, /^Request/), /^Approved by 李慧玲 · LEE Wai-ling until /);
      assert.match(await state(c.world, c.head, /^Request/), /^Approved by/);
      assert.equal((await plain(c.world, c.amy)).length, 1);
      for (const [ms, words] of [
        [2 * DAY, /Ends in 3 days/],
        [2 * DAY, /Ends in 1 day/],
        [23 * HOUR, /Ends in 1 hour/],
        [HOUR, /Lapsed/],
      ] as const) {
        await pass(c.world, ms);
        assert.match((await plain(c.world, c.amy)).at(-1) ?? "", words);
        assert.match(await state(c.world, c.amy, /^Request/), words);
      }
      assert.equal((await plain(c.world, c.amy)).length, 5);
      await c.world.restart();
      await c.world.server.access.tick();
      await told(c.world);
      assert.equal((await plain(c.world, c.amy)).length, 5, "nothing is told again after a restart");
    });

    test("a decision on the page shows on the card, and a tick after it changes nothing and is answered", async () => {
      await using c = await crewed(engine);
      const request = await asked(c.world, c.amy);
      const refusal = { decision: "refuse", reason: "Use the drop link" };
      (await c.head.post(`${ACCESS}/requests/${request}/decide`, refusal)).ok();
      await told(c.world);
      const { room, event } = await cardOf(c.world, c.head, /^Request/);
      assert.match(await state(c.world, c.head, /^Request/), /^Refused by .*: Use the drop link$/);
      assert.match((await plain(c.world, c.amy)).join("\n"), /Refused by .*: Use the drop link/);
      await react(c.head, { room, event }, "✅");
      await told(c.world);
      assert.match((await plain(c.world, c.head)).join("\n"), /over.*Refused by/s);
      assert.equal((await c.amy.get(`${ACCESS}/requests/${request}`)).ok().at("decision", "outcome").text, "refused");
    });

    test("the card's own actions decide less, ask and refuse with the person's session", async () => {
      await using c = await crewed(engine);
      const press = async (by: Person, look: string, words: object = {}): Promise<void> => {
        const { card } = await cardOf(c.world, by, /^Request/);
        const action = card?.at("actions").list.find((one) => one.at("text", "en").text.startsWith(look));
        const given = { ...Object(action?.at("body").value), ...words };
        (await by.post(action?.at("path").text ?? "", given)).ok();
        await told(c.world);
      };
      const request = await asked(c.world, c.amy, { until: c.world.clock.now() + 20 * DAY });
      await press(c.head, "Ask", { question: "Which plans?" });
      assert.match((await plain(c.world, c.amy)).join("\n"), /Which plans\?/);
      await press(c.amy, "Answer", { answer: "Those of the pier" });
      assert.match((await plain(c.world, c.head)).join("\n"), /CHAN Tai-man: Those of the pier/);
      await press(c.head, "Only until");
      const view = (await c.amy.get(`${ACCESS}/requests/${request}`)).ok();
      assert.equal(view.at("decision", "outcome").text, "approved-with-less");
      assert.equal(view.at("decision", "via").text, "card");
      assert.match(await state(c.world, c.amy, /^Request/), /^Approved with less by/);
    });

    test("of high risk: the DITSO advises first, and a tick of the Head records nothing", async () => {
      await using c = await crewed(engine);
      const request = await asked(c.world, c.amy, { label: "CONFIDENTIAL", upload: true });
      assert.equal((await c.amy.get(`${ACCESS}/requests/${request}`)).ok().at("level").text, "high");
      const advise = await cardOf(c.world, c.ditso, /^Request/);
      const support = advise.card?.at("actions", 0);
      (await c.ditso.post(support?.at("path").text ?? "", Object(support?.at("body").value))).ok();
      await told(c.world);
      const { room, event, card, body } = await cardOf(c.world, c.head, /^Request/);
      assert.deepEqual(card?.at("actions").value, []);
      assert.match(body, /Advice: 黃波 · WONG Bo: supports it/);
      await react(c.head, { room, event }, "✅");
      await told(c.world);
      assert.match(
        (await plain(c.world, c.head)).join("\n"),
        /a reaction records nothing.*https:\/\/chat\.example\/access/,
      );
      assert.ok(!(await c.amy.get(`${ACCESS}/requests/${request}`)).ok().at("decision").isThere);
    });

    test("break-glass is told to the DITSO at once, with until when it must be looked at", async () => {
      await using c = await crewed(engine);
      const wish = { need: "Somebody is hurt", label: "unclassified", url: "https://vendor.example/x" };
      (await c.amy.post(`${ACCESS}/break-glass`, wish)).ok();
      await told(c.world);
      assert.match(
        (await cardOf(c.world, c.ditso, /^Break-glass/)).body,
        /CHAN Tai-man.*> Somebody is hurt\nTo be reviewed by /s,
      );
      assert.match(await state(c.world, c.amy, /^Break-glass/), /^Approved by/);
    });

    test("the Head moves on: the successor gets the card, and the one before decides nothing", async () => {
      await using c = await crewed(engine);
      const request = await asked(c.world, c.amy);
      const { room, event } = await cardOf(c.world, c.head, /^Request/);
      await importCsv(c.world, "department,post,user\nRD,HEAD,deputy\n");
      await told(c.world);
      const succeeding = await cardOf(c.world, c.deputy, /^Request/);
      assert.equal(succeeding.card?.at("actions").list.length, 4);
      await react(c.head, { room, event }, "✅");
      await told(c.world);
      assert.equal((await c.amy.get(`${ACCESS}/requests/${request}`)).ok().at("state").text, "asked");
      assert.deepEqual((await cardOf(c.world, c.head, /^Request/)).card?.at("actions").value, []);
      await react(c.deputy, succeeding, "✅");
      await told(c.world);
      assert.equal(
        (await c.amy.get(`${ACCESS}/requests/${request}`)).ok().at("decision", "by", "user_id").text,
        c.deputy.userId,
      );
    });

    test("somebody else's reaction, and one to another's card, decide nothing", async () => {
      await using c = await crewed(engine);
      const request = await asked(c.world, c.amy);
      const head = await cardOf(c.world, c.head, /^Request/);
      const own = await cardOf(c.world, c.amy, /^Request/);
      await react(c.amy, own, "✅");
      await react(c.amy, { room: own.room, event: head.event }, "✅");
      const relation = { rel_type: "m.annotation", event_id: head.event, key: "✅" };
      assert.equal((await c.amy.trySend(head.room, { "m.relates_to": relation }, { type: "m.reaction" })).status, 403);
      await told(c.world);
      assert.equal((await c.amy.get(path`/causeway/v1/access/requests/${request}`)).ok().at("state").text, "asked");
    });
  });
}
