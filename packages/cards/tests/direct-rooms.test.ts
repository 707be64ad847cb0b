import { engines, path } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cardsWorld, directRoomsOf, firstSaidTo, idOf, react, saidTo, SYSTEM } from "./world.ts";

const card = { title: "Title", facts: [], actions: [] };

for (const engine of engines) {
  describe(`the rooms in which the server speaks with people on ${engine}`, () => {
    test("there is one for each person, however many things are said at once, and it is there after a restart", async () => {
      await using world = await cardsWorld(engine);
      const [amy, bob] = await world.people("amy", "bob");
      const { posts } = world.server.cards;
      assert.deepEqual((await amy.get("/joined_rooms")).ok().at("joined_rooms").list, [], "none before the first need");
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => posts.post({ key: `k${index}`, user: idOf(amy), card })),
      );
      await posts.post({ key: "k0", user: idOf(bob), card });
      const [room = ""] = await directRoomsOf(amy);
      assert.deepEqual(
        (await amy.get("/joined_rooms")).at("joined_rooms").list.map((one) => one.text),
        [room],
      );
      assert.equal((await firstSaidTo(world, amy)).length, 8);
      assert.notEqual((await directRoomsOf(bob))[0], room);
      await world.restart();
      await world.server.cards.posts.post({ key: "after", user: idOf(amy), card });
      assert.equal((await firstSaidTo(world, amy)).length, 9);
      assert.deepEqual(await directRoomsOf(amy), [room]);
    });

    test("somebody who has left it gets a new one, with what changed meanwhile", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      const { posts } = world.server.cards;
      await posts.post({ key: "old", user: idOf(amy), card });
      const [first = ""] = await directRoomsOf(amy);
      (await amy.leave(first)).ok();
      await Promise.all([
        posts.post({ key: "new", user: idOf(amy), card }),
        posts.update("old", idOf(amy), (now) => ({ card: { ...now, title: "Changed" } })),
      ]);
      const rooms = await directRoomsOf(amy);
      assert.equal(rooms.length, 2);
      assert.equal(rooms[1], first);
      const said = await firstSaidTo(world, amy);
      assert.deepEqual(said.map((event) => event.at("content", "org.causeway.card", "title").text).toSorted(), [
        "Changed",
        "Title",
      ]);
      await posts.update("old", idOf(amy), (now) => ({ card: { ...now, title: "Changed again" } }));
      assert.equal((await saidTo(world, amy)).length, 3, "what stands in the new room is changed there");
    });

    test("the person reads, answers and reacts, and can spoil nothing; what clients mark as direct stays marked", async () => {
      await using world = await cardsWorld(engine);
      const [amy, bob] = await world.people("amy", "bob");
      const other = await amy.createRoom();
      const mine = path`/user/${amy.userId}/account_data/m.direct`;
      (await amy.put(mine, { [bob.userId]: [other] })).ok();
      const language = path`/user/${amy.userId}/account_data/org.causeway.language`;
      (await amy.put(language, { language: "zh-Hant-HK" })).ok();
      await world.server.cards.posts.post({ key: "k", user: idOf(amy), card });
      const direct = (await amy.get(mine)).ok();
      assert.equal(direct.at(bob.userId, 0).text, other);
      const room = direct.at(SYSTEM, 0).text;
      const members = (await amy.get(path`/rooms/${room}/joined_members`)).ok().at("joined").names;
      assert.deepEqual(members.toSorted(), [amy.userId, SYSTEM].toSorted());
      assert.equal((await amy.state(room, "m.room.encryption")).status, 404);
      assert.equal((await amy.state(room, "m.room.member", amy.userId)).at("membership").text, "join");
      assert.equal((await amy.state(room, "m.room.member", SYSTEM)).at("displayname").text, "Causeway 系統訊息");

      const said = await amy.send(room, "thank you");
      const reaction = await react(amy, { room, event: said }, "👍");
      (await amy.redact(room, reaction)).ok();
      const [first] = await firstSaidTo(world, amy);
      const event = first?.at("event_id").text ?? "";
      assert.equal((await amy.redact(room, event)).status, 403);
      for (const type of [
        "m.room.encryption",
        "m.room.name",
        "m.room.power_levels",
        "m.room.tombstone",
        "org.causeway.label",
      ])
        assert.equal(
          (await amy.setState(room, type, { content: { algorithm: "m.megolm.v1.aes-sha2" } })).status,
          403,
          type,
        );
      assert.equal((await amy.about("invite", room, bob)).status, 403);
      assert.equal((await amy.about("kick", room, SYSTEM)).status, 403);
      assert.equal((await amy.post(path`/rooms/${room}/upgrade`, { new_version: "11" })).status, 403);
      assert.equal((await bob.join(room)).status, 403);
    });

    test("to somebody whose account has ended nothing is said", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      await world.server.accounts.deactivate(idOf(amy));
      const done = await world.server.cards.posts.post({ key: "k", user: idOf(amy), card });
      assert.equal(done.ok ? "" : done.error.code, "M_NOT_FOUND");
    });
  });
}
