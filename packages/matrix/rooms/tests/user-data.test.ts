import { engines, path, sharedWorld, testWorld, type Answered, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function own(person: Person, rest: string): string {
  return `${path`/user/${person.userId}`}/${rest}`;
}

/** Account data of a type in a sync's answer. */
function dataIn(view: JsonView, type: string): JsonView | undefined {
  return view.list.findLast((event) => event.at("type").value === type)?.at("content");
}

/** The ids of a person's own rules of a kind, in their order. */
async function rulesOf(person: Person, kind: string): Promise<readonly string[]> {
  const rules = (await person.get("/pushrules/global/")).ok().at(kind).list;
  return rules.filter((rule) => rule.at("default").value === false).map((rule) => rule.at("rule_id").text);
}

for (const engine of engines) {
  describe(`account data on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("what is kept is read back, told to every device of one's own, and to nobody else", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await alice.device("PHONE");
      const room = await alice.createRoomWith([bob]);
      await Promise.all([alice.sync(), phone.sync(), bob.sync()]);
      const content = { 字: ["x", 1, null], nested: { a: true } };
      (await alice.put(own(alice, "account_data/org.example.mine"), content)).ok();
      (await alice.put(own(alice, `${path`rooms/${room}`}/account_data/org.example.here`), { here: 1 })).ok();
      assert.deepEqual((await phone.get(own(alice, "account_data/org.example.mine"))).ok().body, content);
      const news = await phone.sync();
      assert.deepEqual(dataIn(news.at("account_data", "events"), "org.example.mine")?.value, content);
      const here = news.at("rooms", "join", room, "account_data", "events");
      assert.deepEqual(dataIn(here, "org.example.here")?.value, { here: 1 });
      assert.equal((await bob.sync()).at("account_data").isThere, false);
    });

    test("other people's, the server's own types, what is not there and what is malformed", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      const table: readonly (readonly [Promise<Answered>, string])[] = [
        [bob.get(own(alice, "account_data/x")), "403 M_FORBIDDEN"],
        [bob.put(own(alice, "account_data/x")), "403 M_FORBIDDEN"],
        [alice.get(own(alice, "account_data/x")), "404 M_NOT_FOUND"],
        [alice.put(own(alice, "account_data/x"), []), "400 M_BAD_JSON"],
        [alice.put(own(alice, "account_data/x"), "{"), "400 M_NOT_JSON"],
        [alice.put(own(alice, "account_data/m.push_rules"), {}), "405 M_BAD_JSON"],
        [alice.put(own(alice, "account_data/m.fully_read"), {}), "405 M_BAD_JSON"],
        [alice.put(own(alice, `${path`rooms/${room}`}/account_data/m.fully_read`), {}), "405 M_BAD_JSON"],
        [alice.put(own(alice, "rooms/nonsense/account_data/x"), {}), "400 M_INVALID_PARAM"],
        [alice.get(own(alice, "rooms/nonsense/account_data/x")), "400 M_INVALID_PARAM"],
        [alice.put(own(alice, "account_data/x"), { long: "x".repeat(300_000) }), "413 M_TOO_LARGE"],
      ];
      for (const [answer, brief] of table) assert.equal((await answer).brief, brief);
      assert.ok((await alice.get(own(alice, "account_data/m.push_rules"))).ok().at("global").isThere);
    });

    test("tags of a room, with and without an order, also when several are set at once", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const at = (tag: string): string => own(alice, path`rooms/${room}/tags/${tag}`);
      await Promise.all(
        ["m.favourite", "u.one", "u.two"].map(async (tag, n) => (await alice.put(at(tag), { order: n / 4 })).ok()),
      );
      (await alice.put(at("m.lowpriority"))).ok();
      (await alice.delete(at("u.one"))).ok();
      (await alice.delete(at("u.none"))).ok();
      const tags = { "m.favourite": { order: 0 }, "u.two": { order: 0.5 }, "m.lowpriority": {} };
      assert.deepEqual((await alice.get(own(alice, path`rooms/${room}/tags`))).ok().body, { tags });
      const first = await alice.sync({ since: "none" });
      assert.deepEqual(dataIn(first.at("rooms", "join", room, "account_data", "events"), "m.tag")?.value, { tags });
      assert.equal((await alice.put(at("x"), { order: 2 })).brief, "400 M_BAD_JSON");
      const bob = await world().person("bob");
      assert.equal((await bob.get(own(alice, path`rooms/${room}/tags`))).brief, "403 M_FORBIDDEN");
    });

    test("filters are kept as they are, the same one under the same id, each person's for themselves", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const filter = { room: { timeline: { limit: 5, types: ["m.room.message"] } }, presence: { not_types: ["*"] } };
      const make = async (): Promise<string> =>
        (await alice.post(own(alice, "filter"), filter)).ok().at("filter_id").text;
      const ids = await Promise.all([make(), make(), make()]);
      assert.equal(new Set(ids).size, 1);
      const [id] = ids;
      assert.deepEqual((await alice.get(own(alice, path`filter/${id}`))).ok().body, filter);
      assert.equal((await bob.get(own(alice, path`filter/${id}`))).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.get(own(bob, path`filter/${id}`))).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.get(own(alice, "filter/nonsense"))).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(own(alice, "filter"), [])).brief, "400 M_BAD_JSON");
      assert.equal((await alice.post(own(alice, "filter"), { room: 5 })).brief, "400 M_BAD_JSON");
      assert.equal(
        (await alice.post(own(alice, "filter"), { room: { timeline: { limit: "many" } } })).brief,
        "400 M_BAD_JSON",
      );
      const room = await alice.createRoom();
      for (let n = 0; n < 8; n += 1) await alice.send(room, `m${n}`);
      const synced = await alice.sync({ since: "none", filter: id });
      assert.equal(synced.at("rooms", "join", room, "timeline", "events").list.length, 5);
      assert.equal((await alice.get("/sync", { filter: "999" })).brief, "400 M_INVALID_PARAM");
    });
  });

  describe(`push rules on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("everybody begins with the default rules of the specification, in its order", async () => {
      const alice = await world().person("alice");
      const rules = (await alice.get("/pushrules/")).ok().at("global");
      assert.deepEqual(rules.names.toSorted(), ["content", "override", "room", "sender", "underride"]);
      assert.equal(rules.at("override", 0, "rule_id").text, ".m.rule.master");
      for (const kind of rules.names)
        for (const rule of rules.at(kind).list) assert.equal(rule.at("default").value, true);
      const mention = (await alice.get("/pushrules/global/override/.m.rule.is_user_mention")).ok();
      assert.equal(mention.at("conditions", 0, "value").text, alice.userId);
    });

    test("own rules stand where they are put, and stay there when they are changed", async () => {
      const alice = await world().person("alice");
      const put = (
        id: string,
        query: Record<string, string> = {},
        actions: readonly unknown[] = ["notify"],
      ): Promise<Answered> => alice.put(path`/pushrules/global/override/${id}`, { actions, conditions: [] }, query);
      for (const id of ["a", "b", "c"]) (await put(id)).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["c", "b", "a"], "a new rule is the first");
      (await put("d", { before: "b" })).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["c", "d", "b", "a"]);
      (await put("e", { after: "b" })).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["c", "d", "b", "e", "a"]);
      (await put("b", {}, [])).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["c", "d", "b", "e", "a"]);
      (await put("c", { after: "a" })).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["d", "b", "e", "a", "c"]);
      (await alice.delete("/pushrules/global/override/e")).ok();
      assert.deepEqual(await rulesOf(alice, "override"), ["d", "b", "a", "c"]);
      assert.equal((await put("x", { before: "nobody" })).brief, "404 M_NOT_FOUND");
      assert.equal((await put("x", { before: ".m.rule.master" })).status, 400);
      assert.deepEqual(await rulesOf(alice, "override"), ["d", "b", "a", "c"]);
    });

    test("rules are switched and act otherwise, the defaults too, and are the same after a restart", async () => {
      await using one = await testWorld({ engine });
      const alice = await one.person("alice");
      const at = "/pushrules/global/content/tea";
      (await alice.put(at, { pattern: "tea", actions: ["notify", { set_tweak: "sound", value: "cup" }] })).ok();
      assert.deepEqual((await alice.get(at)).ok().body, {
        rule_id: "tea",
        default: false,
        enabled: true,
        pattern: "tea",
        actions: ["notify", { set_tweak: "sound", value: "cup" }],
      });
      (await alice.put(`${at}/enabled`, { enabled: false })).ok();
      (await alice.put(`${at}/actions`, { actions: [] })).ok();
      const message = "/pushrules/global/underride/.m.rule.message";
      (await alice.put(`${message}/actions`, { actions: [] })).ok();
      (await alice.put(`${message}/enabled`, { enabled: false })).ok();
      await one.restart();
      assert.deepEqual((await alice.get(`${at}/enabled`)).ok().body, { enabled: false });
      assert.deepEqual((await alice.get(`${at}/actions`)).ok().body, { actions: [] });
      assert.deepEqual((await alice.get(message)).ok().at("actions").value, []);
      (await alice.put(at, { pattern: "green tea", actions: ["notify"] })).ok();
      const changed = (await alice.get(at)).ok();
      assert.deepEqual([changed.at("pattern").text, changed.at("enabled").value], ["green tea", false]);
    });

    test("what is not there, not allowed or not understood changes nothing", async () => {
      const alice = await world().person("alice");
      const global = "/pushrules/global";
      const rule = { actions: ["notify"] };
      const table: readonly (readonly [Promise<Answered>, string])[] = [
        [alice.get(`${global}/override/none`), "404 M_NOT_FOUND"],
        [alice.get(`${global}/nonsense/x`), "400 M_INVALID_PARAM"],
        [alice.get(`${global}/override/none/enabled`), "404 M_NOT_FOUND"],
        [alice.get(`${global}/override/none/nonsense`), "404 M_UNRECOGNIZED"],
        [alice.put(`${global}/override/none/enabled`, { enabled: true }), "404 M_NOT_FOUND"],
        [alice.put(`${global}/override/none/actions`, { actions: [] }), "404 M_NOT_FOUND"],
        [alice.put(`${global}/override/.m.rule.master/enabled`, {}), "400 M_BAD_JSON"],
        [alice.put(`${global}/override/x`, {}), "400 M_BAD_JSON"],
        [alice.put(`${global}/override/x`, { actions: "notify" }), "400 M_BAD_JSON"],
        [alice.put(`${global}/override/x`, { actions: [{ sound: "x" }] }), "400 M_BAD_JSON"],
        [alice.put(`${global}/override/x`, { actions: ["dance"] }), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/override/x`, { ...rule, conditions: [{}] }), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/override/.mine`, rule), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/override/a%2Fb`, rule), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/override/a%5Cb`, rule), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/content/x`, rule), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/room/nonsense`, rule), "400 M_INVALID_PARAM"],
        [alice.put(`${global}/sender/nonsense`, rule), "400 M_INVALID_PARAM"],
        [alice.delete(`${global}/override/none`), "404 M_NOT_FOUND"],
        [alice.delete(`${global}/override/.m.rule.master`), "400 M_INVALID_PARAM"],
      ];
      for (const [index, [answer, brief]] of table.entries()) assert.equal((await answer).brief, brief, String(index));
      for (const kind of ["override", "content", "room", "sender", "underride"])
        assert.deepEqual(await rulesOf(alice, kind), []);
    });

    test("every device hears of a change, with all rules as they now are; changes at once are all kept", async () => {
      const alice = await world().person("alice");
      const phone = await alice.device("PHONE");
      await phone.sync();
      await Promise.all(
        Array.from({ length: 8 }, async (_, n) =>
          (await alice.put(`/pushrules/global/content/w${n}`, { pattern: `w${n}`, actions: [] })).ok(),
        ),
      );
      const news = dataIn((await phone.sync()).at("account_data", "events"), "m.push_rules");
      const ids = news?.at("global", "content").list.map((rule) => rule.at("rule_id").text) ?? [];
      for (let n = 0; n < 8; n += 1) assert.ok(ids.includes(`w${n}`), `w${n}`);
      assert.equal((await rulesOf(alice, "content")).length, 8);
    });

    test("historical actions are taken off", async () => {
      const alice = await world().person("alice");
      (await alice.put("/pushrules/global/room/!r:localhost", { actions: ["dont_notify"] })).ok();
      assert.deepEqual((await alice.get("/pushrules/global/room/!r:localhost/actions")).ok().body, { actions: [] });
      (await alice.put("/pushrules/global/underride/x", { actions: ["notify", "coalesce"] })).ok();
      assert.deepEqual((await alice.get("/pushrules/global/underride/x/actions")).ok().body, { actions: ["notify"] });
    });
  });

  describe(`profiles on ${engine}`, () => {
    const world = sharedWorld({ engine });
    const at = (person: Person, field = ""): string =>
      `${path`/profile/${person.userId}`}${field === "" ? "" : path`/${field}`}`;

    test("a new name and picture reach every room that one is in, and nothing else of the membership changes", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const rooms = await Promise.all([1, 2, 3].map(() => alice.createRoomWith([bob])));
      const left = await alice.createRoomWith([bob]);
      (await bob.leave(left)).ok();
      await alice.sync();
      (await bob.put(at(bob, "displayname"), { displayname: "鮑勃 · Bob" })).ok();
      (await bob.put(at(bob, "avatar_url"), { avatar_url: "mxc://localhost/bob" })).ok();
      for (const room of rooms) {
        const member = (await alice.state(room, "m.room.member", bob.userId)).ok();
        assert.deepEqual(member.body, {
          membership: "join",
          displayname: "鮑勃 · Bob",
          avatar_url: "mxc://localhost/bob",
        });
      }
      assert.deepEqual((await alice.state(left, "m.room.member", bob.userId)).ok().body, { membership: "leave" });
      assert.deepEqual((await alice.get(at(bob))).ok().body, {
        displayname: "鮑勃 · Bob",
        avatar_url: "mxc://localhost/bob",
      });
      const names = (await alice.sync()).at("rooms", "join").names;
      assert.deepEqual(names.toSorted(), [...rooms].toSorted());
      (await bob.put(at(bob, "displayname"), { displayname: "鮑勃 · Bob" })).ok();
      assert.equal((await alice.sync()).at("rooms").isThere, false, "the same again is nothing new");
      (await bob.delete(at(bob, "avatar_url"))).ok();
      assert.equal(
        (await alice.state(rooms[0] ?? "", "m.room.member", bob.userId)).ok().at("avatar_url").isThere,
        false,
      );
      const next = await alice.createRoomWith([bob]);
      assert.equal((await alice.state(next, "m.room.member", bob.userId)).ok().at("displayname").text, "鮑勃 · Bob");
    });

    test("fields of one's own, one by one and all together, also when set at once", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await Promise.all(
        ["a", "b", "c"].map(async (name) =>
          (await bob.put(at(bob, `org.example.${name}`), { [`org.example.${name}`]: { of: name } })).ok(),
        ),
      );
      const all = (await alice.get(at(bob))).ok();
      assert.deepEqual(all.json.names.toSorted(), ["org.example.a", "org.example.b", "org.example.c"]);
      assert.deepEqual((await alice.get(at(bob, "org.example.a"))).ok().body, { "org.example.a": { of: "a" } });
      (await bob.delete(at(bob, "org.example.a"))).ok();
      assert.equal((await alice.get(at(bob, "org.example.a"))).brief, "404 M_NOT_FOUND");
    });

    test("other people's, nobody's, and what is malformed or too large", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const table: readonly (readonly [Promise<Answered>, string])[] = [
        [alice.put(at(bob, "displayname"), { displayname: "x" }), "403 M_FORBIDDEN"],
        [alice.delete(at(bob, "displayname")), "403 M_FORBIDDEN"],
        [alice.get(path`/profile/${"@nobody:localhost"}`), "404 M_NOT_FOUND"],
        [alice.get(at(bob, "displayname")), "404 M_NOT_FOUND"],
        [bob.put(at(bob, "displayname"), {}), "400 M_MISSING_PARAM"],
        [bob.put(at(bob, "displayname"), { displayname: 5 }), "400 M_BAD_JSON"],
        [bob.put(at(bob, "avatar_url"), { avatar_url: {} }), "400 M_BAD_JSON"],
        [bob.put(at(bob, "displayname"), { displayname: "x".repeat(300) }), "400 M_INVALID_PARAM"],
        [bob.put(at(bob, "org.example.x"), { "org.example.x": "x".repeat(70_000) }), "400 M_PROFILE_TOO_LARGE"],
        [bob.put(at(bob, "x".repeat(256)), { x: 1 }), "400 M_KEY_TOO_LARGE"],
      ];
      for (const [index, [answer, brief]] of table.entries()) assert.equal((await answer).brief, brief, String(index));
      assert.deepEqual((await alice.get(at(bob))).ok().body, {});
    });
  });
}
