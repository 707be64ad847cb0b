import { parseUserId } from "@causeway/base";
import { engines, path, testWorld, sharedWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

async function search(person: Person, term: string, more: object = {}): Promise<JsonView> {
  return (await person.post("/user_directory/search", { search_term: term, ...more })).ok().json;
}

async function found(person: Person, term: string): Promise<string> {
  const { list } = (await search(person, term)).at("results");
  return list.map((one) => one.at("user_id").text.replace(/^@|:.*$/g, "")).join(" ");
}

async function call(person: Person, name: string): Promise<void> {
  (await person.put(path`/profile/${person.userId}/displayname`, { displayname: name })).ok();
}

for (const engine of engines) {
  describe(`the user directory on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("people outside the government's directory are found by those who share a room with them, until they leave", async () => {
      const [amy, ben, cat] = await world().people("xenia", "yannick", "zelda");
      await call(amy, "Aardvark Amy 安美");
      assert.equal(await found(ben, "aardvark"), "", "nobody sees somebody who is nowhere");
      const room = await amy.createRoomWith([ben]);
      assert.equal(await found(ben, "aardvark"), "xenia");
      assert.equal(await found(ben, "AMY aard"), "xenia");
      assert.equal(await found(ben, "安"), "xenia");
      assert.equal(await found(ben, "xeni"), "xenia");
      assert.equal(await found(ben, amy.userId), "xenia");
      assert.equal(await found(cat, "aardvark"), "");
      assert.equal(await found(cat, "xenia"), "");
      (await amy.about("invite", room, cat)).ok();
      assert.equal(await found(cat, "aardvark"), "", "an invitation is not enough");
      (await ben.leave(room)).ok();
      assert.equal(await found(ben, "aardvark"), "");
    });

    test("whoever is in a public or world-readable room is found by everybody, until the room is closed", async () => {
      const [amy, ben] = await world().people("open", "seeker");
      await call(amy, "Badger");
      const room = await amy.createRoom({ preset: "public_chat" });
      assert.equal(await found(ben, "badger"), "open");
      (await amy.setState(room, "m.room.join_rules", { content: { join_rule: "invite" } })).ok();
      assert.equal(await found(ben, "badger"), "");
      (
        await amy.setState(room, "m.room.history_visibility", { content: { history_visibility: "world_readable" } })
      ).ok();
      assert.equal(await found(ben, "badger"), "open");
      (await amy.setState(room, "m.room.history_visibility", { content: { history_visibility: "shared" } })).ok();
      assert.equal(await found(ben, "badger"), "");
    });

    test("a new name is found, the old one no more; names and pictures come with the results", async () => {
      const [amy, ben] = await world().people("changer", "watcher");
      await amy.createRoomWith([ben]);
      await call(amy, "Civet");
      (await amy.put(path`/profile/${amy.userId}/avatar_url`, { avatar_url: "mxc://x/civet" })).ok();
      assert.deepEqual((await search(ben, "civet")).value, {
        results: [{ user_id: amy.userId, display_name: "Civet", avatar_url: "mxc://x/civet" }],
        limited: false,
      });
      await call(amy, "Dhole");
      assert.equal(await found(ben, "civet"), "");
      assert.equal(await found(ben, "dhole"), "changer");
    });

    test("the limit is kept, and told", async () => {
      const host = await world().person("host");
      const room = await host.createRoom({ preset: "public_chat" });
      const guests = await Promise.all(Array.from({ length: 12 }, (_, index) => world().person(`ermine${index}`)));
      for (const guest of guests) (await guest.join(room)).ok();
      const ten = await search(host, "ermine");
      assert.equal(ten.at("results").list.length, 10);
      assert.equal(ten.at("limited").value, true);
      const three = await search(host, "ermine", { limit: 3 });
      assert.equal(three.at("results").list.length, 3);
      assert.equal(three.at("limited").value, true);
      const all = await search(host, "ermine", { limit: 500 });
      assert.equal(all.at("results").list.length, 12);
      assert.equal(all.at("limited").value, false);
      assert.equal(await found(host, "ermine3"), "ermine3");
      assert.equal(await found(host, ""), "");
    });

    test("an account that has ended is not found", async () => {
      const [amy, ben] = await world().people("gone", "stayer");
      await amy.createRoomWith([ben], { preset: "public_chat" });
      await call(amy, "Fossa");
      assert.equal(await found(ben, "fossa"), "gone");
      const id = parseUserId(amy.userId);
      assert.ok(id !== undefined);
      await world().server.accounts.deactivate(id);
      assert.equal(await found(ben, "fossa"), "");
      assert.equal(await found(ben, "gone"), "");
    });

    test("bad requests are refused", async () => {
      const amy = await world().person("asker");
      for (const body of [
        {},
        { search_term: 1 },
        { search_term: "x", limit: 0 },
        { search_term: "x", limit: "3" },
        { search_term: "x".repeat(5000) },
      ])
        assert.equal(
          (await amy.post("/user_directory/search", body)).brief,
          "400 M_BAD_JSON",
          JSON.stringify(body).slice(0, 60),
        );
      const nobody = await world().call({ method: "POST", path: "/user_directory/search", body: { search_term: "x" } });
      assert.equal(nobody.brief, "401 M_MISSING_TOKEN");
    });
  });

  test(`people of the government's directory are found by everybody, also by post and department, and so are others after a restart, on ${engine}`, async () => {
    await using world = await testWorld({ engine });
    const [system, amy, ben, cat] = await world.people("system", "amy", "ben", "cat");
    const { grantRole } = await import("@causeway/directory");
    const administrator = parseUserId(system.userId);
    assert.ok(administrator !== undefined);
    const { db, accounts } = world.server;
    await grantRole({ db, clock: world.clock, accounts }, { user: administrator, role: "system-administrator" });
    await world.server.directory.tick();
    const base = "/causeway/v1/directory";
    (
      await system.post(`${base}/departments`, {
        code: "DPO",
        name_en: "Digital Policy Office",
        name_zh: "數字政策辦公室",
      })
    ).ok();
    const post = (
      await system.post(`${base}/departments/DPO/posts`, { code: "SEO(IT)3", title_en: "Senior Officer" })
    ).ok();
    (await system.post(`${base}/people`, { user_id: amy.userId, name_en: "CHAN Tai-man", name_zh: "陳大文" })).ok();
    const wish = { user_id: amy.userId, kind: "substantive" };
    (await system.post(path`/causeway/v1/directory/posts/${post.at("post_id").text}/appointments`, wish)).ok();
    for (const term of ["大文", "陈", "tai man", "SEO(IT)3", "dpo", "数字政策", amy.userId])
      assert.equal(await found(cat, term), "amy", term);
    const [only] = (await search(cat, "陳大文")).at("results").list;
    assert.equal(only?.at("display_name").text, "陳大文 · CHAN Tai-man");
    await call(ben, "Chandra");
    await ben.createRoomWith([cat]);
    assert.equal(await found(cat, "chan"), "amy ben");
    await world.restart();
    assert.equal(await found(cat, "chan"), "amy ben");
    assert.equal(await found(amy, "chan"), "amy");
    (await system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`)).ok();
    assert.equal(await found(cat, "chan"), "ben");
  });
}
