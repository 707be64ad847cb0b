import { parseUserId } from "@causeway/base";
import { grantRole } from "@causeway/directory";
import { engines, path, testWorld, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { test } from "node:test";

/** Somebody who may enter people into the directory. */
async function administratorOf(world: TestWorld): Promise<Person> {
  const system = await world.person("system");
  const user = parseUserId(system.userId);
  assert.ok(user);
  const { db, accounts, directory } = world.server;
  assert.ok((await grantRole({ db, clock: world.clock, accounts }, { user, role: "system-administrator" })).ok);
  await directory.tick();
  return system;
}

for (const engine of engines) {
  test(`a name of the directory stands in every room, whoever says otherwise, on ${engine}`, async () => {
    await using world = await testWorld({ engine });
    const system = await administratorOf(world);
    const [alice, bob] = await world.people("alice", "bob");
    const room = await alice.createRoom({ preset: "public_chat" });
    (await bob.join(room)).ok();
    const names = { user_id: bob.userId, name_en: "CHAN Tai-man", name_zh: "陳大文" };
    (await system.post("/causeway/v1/directory/people", names)).ok();
    const own = (displayname: string): Promise<unknown> =>
      bob.setState(room, "m.room.member", { content: { membership: "join", displayname }, key: bob.userId });
    await own("The Head of the Department");
    const member = async (): Promise<string> =>
      (await alice.state(room, "m.room.member", bob.userId)).ok().at("displayname").text;
    assert.equal(await member(), "陳大文 · CHAN Tai-man");
    const field = await bob.put(path`/profile/${bob.userId}/displayname`, { displayname: "The Head" });
    assert.equal(field.brief, "403 M_FORBIDDEN");
    const closed = await alice.createRoom();
    const invite = { content: { membership: "invite", displayname: "A fool" }, key: bob.userId };
    (await alice.setState(closed, "m.room.member", invite)).ok();
    const invited = (await alice.state(closed, "m.room.member", bob.userId)).ok();
    assert.equal(invited.at("displayname").text, "陳大文 · CHAN Tai-man");
    (await bob.join(closed)).ok();
    assert.equal(
      (await alice.state(closed, "m.room.member", bob.userId)).ok().at("displayname").text,
      "陳大文 · CHAN Tai-man",
    );
    assert.equal(await member(), "陳大文 · CHAN Tai-man");
  });

  test(`state that is set to what it is about to be is confirmed only when it is so, on ${engine}`, async () => {
    await using world = await testWorld({ engine });
    const alice = await world.person("alice");
    const room = await alice.createRoom();
    for (let round = 0; round < 20; round += 1) {
      const topic = { content: { topic: `round ${round}` } };
      const twice = [0, 1].map(async () => {
        (await alice.setState(room, "m.room.topic", topic)).ok();
        assert.equal((await alice.state(room, "m.room.topic")).ok().at("topic").text, `round ${round}`);
      });
      await Promise.all(twice);
    }
  });
}
