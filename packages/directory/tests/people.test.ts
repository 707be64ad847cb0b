import { engines, path } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BASE, directoryWorld, refusal } from "./world.ts";

for (const engine of engines) {
  describe(`people and posts on ${engine}`, () => {
    test("a post outlives its holder, and somebody may hold several", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post, appointment } = await d.officer("amy", "PD");
      const second = await d.post("PD", "CLERK");
      await d.appoint(second, amy);
      const me = await amy.get(`${BASE}/me`);
      assert.deepEqual(
        me
          .at("posts")
          .list.map((one) => one.at("code").text)
          .toSorted(),
        ["CLERK", "P-amy"],
      );
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      const left = (await amy.get(`${BASE}/posts/${post}`)).ok();
      assert.equal(left.at("vacant").value, true);
      const { person: bob } = await d.officer("bob", "PD");
      await d.appoint(post, bob);
      assert.equal((await amy.get(`${BASE}/posts/${post}`)).at("holder", "user_id").text, bob.userId);
      const taken = await d.system.post(`${BASE}/posts/${post}/appointments`, {
        user_id: amy.userId,
        kind: "substantive",
      });
      assert.equal(refusal(taken), "409 DIRECTORY_CONFLICT post-taken");
    });

    test("a Head's post may be vacant; whoever acts in it is the Head between the dates, and the holder then is not", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const head = await d.post("PD", "HEAD", { is_head: true });
      assert.equal((await d.nobody.get(`${BASE}/departments/PD`)).at("head", "vacant").value, true);
      const { person: amy } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      await d.appoint(head, amy);
      assert.deepEqual(await d.roles(amy), ["head", "officer"]);
      const now = d.world.clock.now();
      const hour = 3_600_000;
      await d.appoint(head, bob, { kind: "acting", from: now + hour, until: now + 2 * hour });
      assert.deepEqual(await d.roles(bob), ["officer"]);
      d.world.clock.move(hour + 1000);
      assert.deepEqual(await d.roles(bob), ["head", "officer"]);
      assert.deepEqual(await d.roles(amy), ["officer"], "while somebody acts, the holder has no duties");
      d.world.clock.move(hour);
      assert.deepEqual(await d.roles(bob), ["officer"]);
      assert.deepEqual(await d.roles(amy), ["head", "officer"]);
      const second = await d.system.post(`${BASE}/departments/PD/posts`, {
        code: "H2",
        title_en: "Another",
        is_head: true,
      });
      assert.equal(refusal(second), "409 DIRECTORY_CONFLICT head-taken");
    });

    test("acting appointments need an end, do not overlap, and are not in one's own post", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const { person: bob } = await d.officer("bob", "PD");
      const { person: eve } = await d.officer("eve", "PD");
      const now = d.world.clock.now();
      const act = async (who: { userId: string }, from: number, until?: number): Promise<string> =>
        refusal(
          await d.system.post(`${BASE}/posts/${post}/appointments`, {
            ...{ user_id: who.userId, kind: "acting", from },
            ...(until === undefined ? {} : { until }),
          }),
        );
      assert.equal(await act(bob, now), "409 DIRECTORY_CONFLICT no-end");
      assert.equal(await act(bob, now + 10, now), "409 DIRECTORY_CONFLICT dates");
      assert.equal(await act(amy, now, now + 100_000), "409 DIRECTORY_CONFLICT appointed-already");
      assert.equal(await act(bob, now, now + 100_000), "200");
      assert.equal(await act(eve, now + 50_000, now + 150_000), "409 DIRECTORY_CONFLICT post-taken");
      assert.equal(await act(eve, now + 100_000, now + 150_000), "200");
    });

    test("a leaver's token is refused at once, the posts are vacant, roles and delegations are over, in one step", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      const head = await d.post("PD", "HEAD", { is_head: true });
      const { person: hana } = await d.officer("hana", "PD");
      await d.appoint(head, hana);
      (await d.security.post(`${BASE}/roles`, { user_id: amy.userId, role: "ditso", department: "PD" })).ok();
      const until = d.world.clock.now() + 86_400_000;
      (await hana.post(`${BASE}/departments/PD/delegations`, { user_id: amy.userId, until })).ok();
      assert.deepEqual(await d.roles(amy), ["delegate", "ditso", "officer"]);
      const phone = await amy.device("PHONE");
      (await d.system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`)).ok();
      assert.equal((await amy.get("/account/whoami")).brief, "401 M_UNKNOWN_TOKEN");
      assert.equal((await phone.get("/account/whoami")).brief, "401 M_UNKNOWN_TOKEN");
      assert.equal((await hana.get(`${BASE}/posts/${post}`)).at("vacant").value, true);
      assert.deepEqual(
        (await d.security.get(`${BASE}/roles`)).at("roles").list.map((one) => one.at("role").text),
        ["security-administrator", "system-administrator"],
      );
      const delegations = (await hana.get(`${BASE}/departments/PD/delegations`)).at("delegations").list;
      assert.deepEqual(
        delegations.map((one) => one.at("in_force").value),
        [false],
      );
      const again = await d.system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`);
      assert.equal(again.brief, "404 DIRECTORY_UNKNOWN");
      const back = await d.system.post(`${BASE}/people`, { user_id: amy.userId, name_en: "AMY" });
      assert.equal(refusal(back), "409 DIRECTORY_CONFLICT account-ended");
    });

    test("an account that is deactivated by itself leaves its posts as well", async () => {
      await using d = await directoryWorld(engine);
      await d.department("PD");
      const { person: amy, post } = await d.officer("amy", "PD");
      (await d.system.post(path`/causeway/v1/accounts/${amy.userId}/deactivate`)).ok();
      assert.equal((await d.nobody.get(`${BASE}/posts/${post}`)).at("vacant").value, true);
    });

    test("names come from the directory: the person cannot change theirs, and a change reaches profile and rooms", async () => {
      await using d = await directoryWorld(engine);
      const amy = await d.world.person("amy");
      (await amy.put(path`/profile/${amy.userId}/displayname`, { displayname: "Queen" })).ok();
      const room = await d.nobody.createRoomWith([amy]);
      await d.enter(amy, { name_en: "CHAN Tai-man", name_zh: "陳大文" });
      await d.world.server.directory.settle();
      assert.equal((await amy.get(path`/profile/${amy.userId}`)).at("displayname").text, "陳大文 · CHAN Tai-man");
      assert.equal(
        (await d.nobody.state(room, "m.room.member", amy.userId)).at("displayname").text,
        "陳大文 · CHAN Tai-man",
      );
      const refused = await amy.put(path`/profile/${amy.userId}/displayname`, { displayname: "Head of everything" });
      assert.equal(refused.brief, "403 M_FORBIDDEN");
      assert.equal((await amy.delete(path`/profile/${amy.userId}/displayname`)).brief, "403 M_FORBIDDEN");
      const names = { name_en: "CHAN LEE Tai-man", name_zh: "陳李大文" };
      (await d.system.put(path`/causeway/v1/directory/people/${amy.userId}`, names)).ok();
      await d.world.server.directory.settle();
      assert.equal(
        (await d.nobody.state(room, "m.room.member", amy.userId)).at("displayname").text,
        "陳李大文 · CHAN LEE Tai-man",
      );
      await d.world.restart();
      assert.equal((await amy.get(path`/profile/${amy.userId}`)).at("displayname").text, "陳李大文 · CHAN LEE Tai-man");
    });

    test("a search finds people as the directory is at that moment: by names, post, department, until they move, act or leave", async () => {
      await using d = await directoryWorld(engine);
      const found = (query: string): readonly string[] =>
        d.world.server.directory.search(query, { limit: 10 }).map((one) => one.id);
      await d.department("PD");
      const amy = await d.world.person("amy");
      await d.enter(amy, { name_en: "CHAN Tai-man", name_zh: "陳大文" });
      const post = await d.post("PD", "RANGER", { title_en: "Ranger", title_zh: "護林員" });
      const appointment = await d.appoint(post, amy);
      for (const query of ["陳大", "tai man", "ranger", "護林", "Department PD"])
        assert.deepEqual(found(query), [amy.userId], query);
      (await d.system.put(path`/causeway/v1/directory/posts/${post}`, { title_en: "Warden" })).ok();
      assert.deepEqual([found("ranger"), found("warden")].flat().length, 2, "the code is still RANGER");
      (await d.system.post(`${BASE}/appointments/${appointment}/end`)).ok();
      assert.deepEqual([found("warden"), found("tai-man")], [[], [amy.userId]]);
      const now = d.world.clock.now();
      await d.appoint(post, amy, { kind: "acting", from: now + 1000, until: now + 2000 });
      assert.deepEqual(found("warden"), []);
      d.world.clock.move(1001);
      await d.world.server.directory.tick();
      assert.deepEqual(found("warden"), [amy.userId]);
      await d.world.restart();
      assert.deepEqual(found("warden"), [amy.userId]);
      (await d.system.post(path`/causeway/v1/directory/people/${amy.userId}/leave`)).ok();
      assert.deepEqual([found("warden"), found("陳大文")], [[], []]);
    });

    test("names that hide or turn text are refused", async () => {
      await using d = await directoryWorld(engine);
      for (const bad of ["a\u202Eb", "a\u0000b", "a\nb", "a\u200Bb", "x".repeat(201), "\uFEFF"]) {
        const done = await d.system.post(`${BASE}/people`, { user_id: "@amy:localhost", name_en: bad });
        assert.equal(done.brief, "400 M_BAD_JSON", JSON.stringify(bad));
      }
      assert.equal((await d.system.post(`${BASE}/people`, { user_id: "@amy:localhost" })).brief, "400 M_BAD_JSON");
      const other = await d.system.post(`${BASE}/people`, { user_id: "@amy:elsewhere", name_en: "AMY" });
      assert.equal(other.brief, "400 M_INVALID_USERNAME");
    });
  });
}
