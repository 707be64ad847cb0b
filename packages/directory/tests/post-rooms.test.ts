import { engines, path, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, type DirectoryWorld } from "./world.ts";

function tie(by: Person, post: string, room: string): ReturnType<Person["put"]> {
  return by.put(`${BASE}/posts/${post}/rooms/${encodeURIComponent(room)}`);
}

/** What somebody is to a room, as somebody else sees it, once everything has been followed. */
async function membership(d: DirectoryWorld, room: string, who: { by: Person; of: Person }): Promise<unknown> {
  await d.world.server.directory.settle();
  return (await who.by.state(room, "m.room.member", who.of.userId)).at("membership").value;
}

for (const engine of engines) {
  describe(`rooms of posts on ${engine}`, () => {
    test("the room follows the post: the successor is in, reads on, and the one before is out", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post, appointment } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const room = await d.nobody.createRoom({ preset: "private_chat" });
      (await tie(d.nobody, post, room)).ok();
      assert.equal(
        await membership(d, room, { by: d.nobody, of: amy }),
        "invite",
        "at first the holder is invited only",
      );
      (await amy.join(room)).ok();
      await d.nobody.send(room, "before");
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      assert.equal(await membership(d, room, { by: d.nobody, of: amy }), "leave");
      await d.appoint(post, bob);
      assert.equal(await membership(d, room, { by: d.nobody, of: bob }), "join");
      const messages = (await bob.get(path`/rooms/${room}/messages`, { dir: "b" })).ok();
      assert.ok(messages.text.includes("before"), "the thread goes on");
      assert.deepEqual((await bob.get(`${BASE}/posts/${post}/rooms`)).ok().at("rooms", 0, "room_id").text, room);
      assert.equal((await amy.get(`${BASE}/posts/${post}/rooms`)).brief, "404 DIRECTORY_UNKNOWN");
    });

    test("a mover's room gets the successor in the same import, invited by the one who leaves, also when they are alone in it", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const room = await amy.createRoom({ preset: "private_chat" });
      (await tie(amy, post, room)).ok();
      const csv = "department,post,title_en,user\nPD,P-amy,,bob\nPD,P-bob,,amy\n";
      (await d.system.call({ method: "POST", path: `${BASE}/import`, body: csv })).ok();
      assert.equal(await membership(d, room, { by: bob, of: bob }), "join");
      (await bob.setState(room, "m.room.name", { content: { name: "Whoever has the post runs the room" } })).ok();
      assert.equal(await membership(d, room, { by: bob, of: amy }), "leave");
    });

    test("whoever acts is in the room for that time, beside the holder", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const room = await amy.createRoom({ preset: "private_chat" });
      (await tie(amy, post, room)).ok();
      const now = d.world.clock.now();
      await d.appoint(post, bob, { kind: "acting", from: now + 60_000, until: now + 120_000 });
      assert.equal(await membership(d, room, { by: amy, of: bob }), undefined);
      d.world.clock.move(60_001);
      await d.world.server.directory.tick();
      assert.equal(await membership(d, room, { by: amy, of: bob }), "join");
      assert.equal(await membership(d, room, { by: amy, of: amy }), "join");
      d.world.clock.move(60_000);
      await d.world.server.directory.tick();
      assert.equal(await membership(d, room, { by: amy, of: bob }), "leave");
    });

    test("a leaver leaves, and the next holder is brought in by a restart when nobody did before", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const room = await d.nobody.createRoomWith([amy]);
      (await tie(amy, post, room)).ok();
      (await d.system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`)).ok();
      assert.equal(await membership(d, room, { by: d.nobody, of: amy }), "leave");
      await d.appoint(post, bob);
      await d.world.restart();
      assert.equal(await membership(d, room, { by: d.nobody, of: bob }), "join");
    });

    test("a room that one cannot invite to is not addressed to a post, and is not told from one that is not there", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const room = await d.nobody.createRoom({ preset: "private_chat" });
      const closed = await d.nobody.createRoomWith([amy], { power_level_content_override: { invite: 50 } });
      const [secret, powerless, none] = [
        await tie(amy, post, room),
        await tie(amy, post, closed),
        await tie(amy, post, "!nothing:localhost"),
      ];
      for (const one of [secret, powerless, none]) assert.equal(one.brief, "403 M_FORBIDDEN");
      assert.equal(secret.text, none.text);
      const nowhere = await tie(d.nobody, "po_xxxxxxxxxxxxxxxx", room);
      assert.equal(nowhere.brief, "404 DIRECTORY_UNKNOWN");
    });

    test("once a room is no longer the post's, whoever is in it stays and successors stay out", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post, appointment } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const room = await amy.createRoom({ preset: "private_chat" });
      (await tie(amy, post, room)).ok();
      const at = `${BASE}/posts/${post}/rooms/${encodeURIComponent(room)}`;
      assert.equal((await bob.delete(at)).brief, "403 M_FORBIDDEN");
      (await amy.delete(at)).ok();
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      await d.appoint(post, bob);
      assert.equal(await membership(d, room, { by: amy, of: amy }), "join");
      assert.equal(await membership(d, room, { by: amy, of: bob }), undefined);
    });
  });
}
