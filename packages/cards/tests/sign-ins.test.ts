import { engines, path, TEST_PASSWORD, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cardsWorld, directRoomsOf, firstSaidTo, importCsv, react, saidTo } from "./world.ts";

const DIRECTORY =
  "department,department_en,department_zh,post,title_en,title_zh,user,name_en,name_zh\n" +
  "RD,Rangers Department,巡邏署,RANGER1,Ranger,巡邏員,amy,CHAN Tai-man,陳大文\n";

/** Somebody whom the directory knows, who has signed in once since. */
async function officer(world: TestWorld): Promise<Person> {
  const amy = await world.person("amy");
  await importCsv(world, DIRECTORY);
  return amy;
}

function title(event: JsonView | undefined): string {
  return event?.at("content", "org.causeway.card", "title", "en").text ?? "";
}

/** The card of the last sign-in, where it stands, and how it stands now. */
async function lastSignIn(world: TestWorld, person: Person) {
  const all = await saidTo(world, person);
  const cards = all.filter((event) => event.at("content", "org.causeway.card").isThere);
  const original = cards.at(-1);
  const event = original?.at("event_id").text ?? "";
  const edit = all.findLast((one) => one.at("content", "m.relates_to", "event_id").value === event);
  const [room = ""] = await directRoomsOf(person);
  return { room, event, original, now: edit?.at("content", "m.new_content", "org.causeway.card") };
}

/** What is said beside cards. */
async function answers(world: TestWorld, person: Person): Promise<readonly string[]> {
  const said = await firstSaidTo(world, person);
  return said
    .filter((one) => !one.at("content", "org.causeway.card").isThere)
    .map((one) => one.at("content", "body").text);
}

async function run(world: TestWorld, sql: string, ...parameters: readonly (string | number)[]): Promise<void> {
  const tx = world.server.db.begin();
  tx.add({ sql, parameters });
  await tx.commit();
}

/** Has cards take up what was left, as a start does after a sudden end, when everything up to a position had been followed. */
async function setBack(world: TestWorld, pos: number): Promise<void> {
  await run(world, "UPDATE cards_progress SET pos = ?", pos);
  await world.server.cards.resume();
}

async function isSignedIn(person: Person): Promise<boolean> {
  return (await person.get("/account/whoami")).status === 200;
}

for (const engine of engines) {
  describe(`cards of sign-ins on ${engine}`, () => {
    test("the first sign-in of somebody in the directory is welcomed once, with who they are; strangers are left in peace", async () => {
      await using world = await cardsWorld(engine);
      const stranger = await world.person("stranger");
      await stranger.device();
      assert.deepEqual((await stranger.get("/joined_rooms")).ok().at("joined_rooms").list, []);
      const made = await world.server.accounts.createUser({ localpart: "amy", password: TEST_PASSWORD });
      assert.ok(made.ok);
      await importCsv(world, DIRECTORY);
      const login = {
        type: "m.login.password",
        identifier: { type: "m.id.user", user: "amy" },
        password: TEST_PASSWORD,
      };
      const first = await world.call({ method: "POST", path: "/login", body: login });
      const token = first.ok().at("access_token").text;
      await world.server.cards.settle();
      const joined = await world.call({ method: "GET", path: "/joined_rooms", token });
      const room = joined.ok().at("joined_rooms", 0).text;
      const messages = async () =>
        (
          await world.call({
            method: "GET",
            path: path`/rooms/${room}/messages`,
            query: { dir: "f", limit: 50 },
            token,
          })
        )
          .ok()
          .at("chunk")
          .list.filter((event) => event.at("type").value === "m.room.message");
      const [welcome, ...more] = await messages();
      assert.equal(title(welcome), "Welcome to Causeway");
      assert.deepEqual(more, []);
      assert.equal(welcome?.at("content", "org.causeway.card", "facts", 0, "value", "zh-Hant-HK").text, "陳大文");
      assert.match(
        welcome?.at("content", "body").text ?? "",
        /^Welcome to Causeway\nYou: CHAN Tai-man\nWhere to start:\n/,
      );
      (await world.call({ method: "POST", path: "/login", body: login })).ok();
      await world.server.cards.settle();
      assert.deepEqual((await messages()).map(title), ["Welcome to Causeway", "New sign-in"]);
    });

    test("a further sign-in is announced, and the card's action signs that very session out, pressed twice too", async () => {
      await using world = await cardsWorld(engine);
      const amy = await officer(world);
      const thief = await amy.device("THIEF");
      const { original } = await lastSignIn(world, amy);
      assert.match(
        original?.at("content", "body").text ?? "",
        /^New sign-in\nDevice: THIEF\nWhen: .*\nKind: Personal device\n/,
      );
      const action = original?.at("content", "org.causeway.card", "actions", 0);
      const bob = await world.person("bob");
      (await bob.post(action?.at("path").text ?? "")).ok();
      assert.ok(await isSignedIn(thief), "somebody else's press does nothing");
      (await amy.post(action?.at("path").text ?? "")).ok();
      assert.equal((await thief.get("/account/whoami")).brief, "401 M_UNKNOWN_TOKEN");
      const { now } = await lastSignIn(world, amy);
      assert.equal(now?.at("state", "text", "en").text, "Signed out");
      assert.deepEqual(now?.at("actions").value, []);
      const later = await amy.device("THIEF");
      (await amy.post(action?.at("path").text ?? "")).ok();
      assert.ok(await isSignedIn(later), "an old card ends no later session of the same device");
      assert.ok(await isSignedIn(amy));
    });

    test("❌ signs the device out from any client, in every form of the character, once; taking it back revokes nothing", async () => {
      for (const key of ["❌", "❌\uFE0F", "❌\uFE0E"]) {
        await using world = await cardsWorld(engine);
        const amy = await officer(world);
        const thief = await amy.device("THIEF");
        const { room, event } = await lastSignIn(world, amy);
        for (const other of ["👍", "✔️", "✅✅", "x"]) await react(amy, { room, event }, other);
        await world.server.cards.settle();
        assert.ok(await isSignedIn(thief), "other reactions mean nothing");
        const reaction = await react(amy, { room, event }, key);
        await world.server.cards.settle();
        assert.equal(await isSignedIn(thief), false, JSON.stringify(key));
        (await amy.redact(room, reaction)).ok();
        await world.server.cards.settle();
        assert.equal((await lastSignIn(world, amy)).now?.at("state", "text", "en").text, "Signed out");
        assert.deepEqual(await answers(world, amy), []);
        await react(amy, { room, event }, "✅");
        await react(amy, { room, event }, key);
        await world.server.cards.settle();
        const said = await answers(world, amy);
        assert.equal(said.length, 2, "each is told once that it is over");
        assert.match(said[0] ?? "", /over.*\nSigned out/s);
      }
    });

    test("✅ confirms, and the device can still be signed out", async () => {
      await using world = await cardsWorld(engine);
      const amy = await officer(world);
      const other = await amy.device();
      const { room, event } = await lastSignIn(world, amy);
      await react(amy, { room, event }, "✅\uFE0F");
      await world.server.cards.settle();
      assert.match((await lastSignIn(world, amy)).now?.at("state", "text", "en").text ?? "", /you/);
      assert.ok(await isSignedIn(other));
      await react(amy, { room, event }, "❌");
      await world.server.cards.settle();
      assert.equal(await isSignedIn(other), false);
    });

    test("a reaction that the server could not follow before it ended is followed at the next start, once", async () => {
      await using world = await cardsWorld(engine);
      const amy = await officer(world);
      const thief = await amy.device("THIEF");
      const { room, event } = await lastSignIn(world, amy);
      const before = world.server.db.stream.head();
      await run(world, "UPDATE cards_cards SET takes = 'nothing' WHERE takes <> ?", "nothing");
      await react(amy, { room, event }, "❌");
      await world.server.cards.settle();
      assert.ok(await isSignedIn(thief));
      // As after a crash: the reaction is there, and nothing has come of it.
      await run(world, "UPDATE cards_cards SET takes = 'answers' WHERE event_id = ?", event);
      await setBack(world, before);
      assert.equal(await isSignedIn(thief), false);
      assert.equal((await lastSignIn(world, amy)).now?.at("state", "text", "en").text, "Signed out");
      const said = (await saidTo(world, amy)).length;
      await world.restart();
      assert.equal((await saidTo(world, amy)).length, said, "once");
      // As after a crash between what came of it and the note that it did.
      await setBack(world, before);
      assert.equal((await saidTo(world, amy)).length, said, "the same again is nothing new");
    });

    test("what was to be said when the server ended is said at the next start, once", async () => {
      await using world = await cardsWorld(engine);
      const amy = await officer(world);
      const tx = world.server.db.begin();
      const signIn = { session: "s-1", device: "LATE", managed: true, isOnly: false, at: world.clock.now() };
      tx.add({
        sql: "INSERT INTO cards_due (id, kind, user_id, data, at) VALUES (?, ?, ?, ?, ?)",
        parameters: ["sign-in:s-1", "sign-in", amy.userId, JSON.stringify(signIn), 1],
      });
      await tx.commit();
      await world.restart();
      assert.deepEqual((await firstSaidTo(world, amy)).map(title), ["Welcome to Causeway", "New sign-in"]);
      await world.restart();
      assert.equal((await firstSaidTo(world, amy)).length, 2);
      const left = await world.server.db.all({ sql: "SELECT id FROM cards_due", parameters: [] });
      assert.equal(left.length, 0);
    });
  });
}
