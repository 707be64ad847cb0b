import { engines, path } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCESS, accessWorld, DAY, HOUR, MINUTE, refusal, type AccessWorld } from "./world.ts";

interface Told {
  readonly kind: string;
  readonly left?: string;
  readonly cause?: string;
  readonly to?: readonly string[];
}

/** What is told from now on, as `grant-warned 3d`. */
function listen(w: AccessWorld): string[] {
  const told: string[] = [];
  w.world.server.access.subscribe((event) => {
    const { kind, left, cause }: Told = event;
    told.push([kind, left ?? cause].filter((one) => one !== undefined).join(" "));
  });
  return told;
}

for (const engine of engines) {
  describe(`grants on ${engine}`, () => {
    test("a grant warns three days, a day and an hour before it ends, each once over restarts, and lapses at the second", async () => {
      await using w = await accessWorld(engine);
      const ends = w.now() + 10 * DAY;
      const request = await w.asked(w.chan.person, { until: ends });
      (await w.approve(w.head.person, request)).ok();
      await w.pass(0);
      let told = listen(w);
      await w.pass(6 * DAY);
      assert.deepEqual(told, []);
      await w.pass(DAY + MINUTE);
      await w.pass(HOUR);
      assert.deepEqual(told, ["grant-warned 3d"]);
      await w.world.restart();
      told = listen(w);
      await w.pass(HOUR);
      assert.deepEqual(told, []);
      await w.pass(2 * DAY);
      await w.pass(DAY - 2 * HOUR - 30 * MINUTE);
      assert.deepEqual(told, ["grant-warned 1d", "grant-warned 1h"]);
      w.world.clock.move(ends - w.now() - 2000);
      assert.equal(w.openFor(w.chan.person).length, 1);
      w.world.clock.move(2000);
      assert.deepEqual(w.openFor(w.chan.person), [], "closed by the clock, before anything is recorded");
      await w.pass(0);
      assert.deepEqual(told, ["grant-warned 1d", "grant-warned 1h", "grant-ended lapsed"]);
      const view = await w.view(w.chan.person, request);
      assert.equal(view.at("state").text, "lapsed");
      assert.equal(view.at("grant", "ended", "at").number, ends);
    });

    test("an end that came while the server was down is recorded after the start, once, with its entry in the log", async () => {
      await using w = await accessWorld(engine);
      await w.granted(w.chan.person, { until: w.now() + HOUR });
      w.world.clock.move(2 * HOUR);
      await w.world.restart();
      const told = listen(w);
      assert.deepEqual(w.openFor(w.chan.person), []);
      await w.pass(0);
      await w.world.restart();
      const again = listen(w);
      await w.pass(0);
      assert.deepEqual([told, again], [["grant-ended lapsed"], []]);
      let entries = 0;
      for (const table of ["audit_pending", "audit_entries"]) {
        const sql = `SELECT COUNT(*) AS count FROM ${table} WHERE act = 'grant.lapsed'`;
        entries += (await w.world.server.db.first<{ count: number }>({ sql, parameters: [] }))?.count ?? 0;
      }
      assert.equal(entries, 1);
    });

    test("more time is a decision of its own that shows the use so far; the one who asked does not decide it either", async () => {
      await using w = await accessWorld(engine);
      const grant = await w.granted(w.chan.person);
      const at = `${ACCESS}/grants/${grant}/extend`;
      const wish = { need: "the vendor is late", until: w.now() + 20 * DAY };
      assert.equal(refusal(await w.ho.person.post(at, wish)), "404 ACCESS_UNKNOWN");
      const soon = { ...wish, until: w.now() + DAY };
      assert.equal(refusal(await w.chan.person.post(at, soon)), "400 ACCESS_UNTIL_REFUSED not-later");
      const asked = (await w.chan.person.post(at, wish)).ok();
      assert.equal(asked.at("kind").text, "extension");
      assert.equal(asked.at("extends").text, grant);
      assert.equal(asked.at("use_so_far", "known").isThere, true);
      const id = asked.at("request_id").text;
      assert.equal(refusal(await w.chan.person.post(at, wish)), "409 ACCESS_TOO_MANY same");
      assert.equal(refusal(await w.approve(w.chan.person, id)), "403 NOT_PERMITTED own-request");
      const done = (await w.approve(w.head.person, id)).ok();
      assert.equal(done.at("state").text, "extended");
      assert.equal(done.at("grant", "ends").number, wish.until);
      assert.equal(w.openFor(w.chan.person).length, 1);
      await w.pass(8 * DAY);
      assert.equal(w.openFor(w.chan.person).length, 1);
      const late = { need: "x", until: w.now() + 40 * DAY };
      const second = (await w.chan.person.post(at, late)).ok().at("request_id").text;
      await w.pass(13 * DAY);
      assert.equal(refusal(await w.approve(w.head.person, second)), "409 ACCESS_ENDED");
      assert.equal(refusal(await w.chan.person.post(at, late)), "409 ACCESS_ENDED");
    });

    test("a grant is ended by who may decide, by the DITSO, by a security administrator or by its officer, and by nobody else", async () => {
      await using w = await accessWorld(engine);
      const revoke = (who: AccessWorld["chan"]["person"], grant: string): Promise<string> =>
        who.post(`${ACCESS}/grants/${grant}/revoke`, { reason: "no longer needed" }).then(refusal);
      const first = await w.granted(w.chan.person);
      assert.equal(await revoke(w.ho.person, first), "404 ACCESS_UNKNOWN");
      assert.equal(await revoke(w.minister.person, first), "404 ACCESS_UNKNOWN");
      assert.equal(await revoke(w.head.person, first), "200");
      assert.equal(await revoke(w.head.person, first), "409 ACCESS_ENDED");
      assert.deepEqual(w.openFor(w.chan.person), []);
      for (const who of [w.ditso.person, w.security, w.chan.person]) {
        const grant = await w.granted(w.chan.person);
        assert.equal(await revoke(who, grant), "200");
      }
      const view = (await w.chan.person.get(`${ACCESS}/grants/${first}`)).ok();
      assert.equal(view.at("ended", "cause").text, "revoked");
      assert.equal(view.at("ended", "by", "user_id").text, w.head.person.userId);
      assert.deepEqual(
        view.at("steps").list.map((one) => one.at("state").text),
        ["active", "revoked"],
      );
    });

    test("a leaver's and a mover's grants and requests end with the post, in the same transaction", async () => {
      await using w = await accessWorld(engine);
      const told = listen(w);
      await w.granted(w.chan.person);
      const open = await w.asked(w.chan.person, { url: "https://b.example" });
      await w.granted(w.ho.person, { url: "https://c.example" });
      const changes: number[] = [];
      w.world.server.access.onGrantsChanged(() => changes.push(w.world.server.access.grantsInForce().length));
      await w.vacate(w.chan);
      assert.deepEqual(w.openFor(w.chan.person), []);
      assert.equal(w.openFor(w.ho.person).length, 1);
      assert.equal(changes.at(-1), 1);
      assert.equal((await w.view(w.head.person, open)).at("state").text, "withdrawn");
      (await w.system.post(path`/causeway/v1/directory/people/${w.ho.person.userId}/leave`)).ok();
      assert.deepEqual(w.world.server.access.grantsInForce(), []);
      await w.world.server.access.settle();
      assert.equal(told.filter((one) => one === "grant-ended post-left").length, 2);
      const next = await w.officer("next", "PGD");
      assert.deepEqual(w.openFor(next.person), []);
    });

    test("an appointment that ends by the clock takes its grant along, at its very end", async () => {
      await using w = await accessWorld(engine);
      const temp = await w.world.person("temp");
      const post = await w.officer("stays", "PGD");
      (await w.system.post("/causeway/v1/directory/people", { user_id: temp.userId, name_en: "Temp" })).ok();
      const until = w.now() + 2 * DAY;
      await w.appoint(post.post, temp, { kind: "acting", until });
      await w.granted(temp);
      assert.equal(w.world.server.access.grantsInForce()[0]?.ends, until, "points are told the end of the post");
      w.world.clock.move(2 * DAY);
      assert.deepEqual(w.openFor(temp), []);
      await w.pass(0);
      await w.pass(1000);
      const view = (await temp.get(`${ACCESS}/requests`)).ok();
      assert.equal(view.at("requests", 0, "state").text, "revoked");
      assert.equal(view.at("requests", 0, "grant", "ended", "cause").text, "post-left");
    });

    test("a grant of a post opens for whoever has it, and goes with the post to the next holder", async () => {
      await using w = await accessWorld(engine);
      await w.granted(w.chan.person, { scope: "post", posts: [w.chan.post, w.ho.post] });
      assert.equal(w.openFor(w.chan.person).length, 1);
      assert.equal(w.openFor(w.ho.person).length, 1);
      await w.vacate(w.ho);
      assert.deepEqual(w.openFor(w.ho.person), []);
      const next = await w.officer("next", "PGD");
      let heard = 0;
      w.world.server.access.onGrantsChanged(() => (heard += 1));
      await w.appoint(w.ho.post, next.person);
      assert.equal(w.openFor(next.person).length, 1);
      assert.ok(heard > 0);
      const elsewhere = await w.ask(w.chan.person, {
        scope: "post",
        posts: [w.minister.post],
        url: "https://b.example",
      });
      assert.equal(refusal(elsewhere), "400 ACCESS_TARGET_REFUSED post");
      const forHead = (
        await w.ask(w.chan.person, { scope: "post", posts: [w.head.post], url: "https://c.example" })
      ).ok();
      assert.equal(
        refusal(await w.approve(w.head.person, forHead.at("request_id").text)),
        "403 NOT_PERMITTED opens-for-you",
      );
    });

    test("a grant of a machine names nobody", async () => {
      await using w = await accessWorld(engine);
      await w.granted(w.chan.person, { scope: "machine" });
      const [grant] = w.world.server.access.grantsInForce();
      assert.deepEqual([grant?.users, grant?.machines], [[], ["addr:127.0.0.1"]]);
    });

    test("breaking the glass opens at once for two hours, tells the DITSO, and is reviewed; what was not justified ends", async () => {
      await using w = await accessWorld(engine);
      const to: (readonly string[] | undefined)[] = [];
      w.world.server.access.subscribe((event) => {
        const told: Told = event;
        if (told.kind.startsWith("glass")) to.push(told.to);
      });
      const wish = { need: "a tree has fallen on the road", label: "unclassified", url: "https://a.example" };
      const done = (await w.chan.person.post(`${ACCESS}/break-glass`, wish)).ok();
      assert.equal(done.at("state").text, "active");
      assert.equal(done.at("grant", "ends").number - done.at("grant", "begins").number, 2 * HOUR);
      assert.equal(w.openFor(w.chan.person).length, 1);
      await w.world.server.access.settle();
      assert.deepEqual(to, [[w.ditso.person.userId]]);
      const grant = done.at("grant", "grant_id").text;
      const extend = { need: "longer", until: w.now() + DAY };
      assert.equal(
        refusal(await w.chan.person.post(`${ACCESS}/grants/${grant}/extend`, extend)),
        "403 NOT_PERMITTED break-glass",
      );
      const at = `${ACCESS}/grants/${grant}/glass-review`;
      const verdict = { verdict: "not-justified", reason: "no tree" };
      assert.equal((await w.chan.person.post(at, verdict)).brief, "403 NOT_PERMITTED");
      const reviewed = (await w.ditso.person.post(at, verdict)).ok();
      assert.equal(reviewed.at("state").text, "revoked");
      assert.equal(refusal(await w.ditso.person.post(at, verdict)), "409 ACCESS_STATE reviewed");
      assert.deepEqual(w.openFor(w.chan.person), []);
      (await w.chan.person.post(`${ACCESS}/break-glass`, { ...wish, url: "https://b.example" })).ok();
      await w.pass(8 * DAY);
      assert.equal(to.length, 3, "told again when the week has passed");
      await w.pass(8 * DAY);
      assert.equal(to.length, 3);
      const secret = await w.chan.person.post(`${ACCESS}/break-glass`, { ...wish, label: "CONFIDENTIAL" });
      assert.equal(refusal(secret), "400 ACCESS_LABEL_TOO_HIGH");
    });

    test("the glass cannot be broken again and again", async () => {
      await using w = await accessWorld(engine);
      const wish = { need: "urgent", label: "unclassified" };
      const answers = await Promise.all(
        [1, 2, 3, 4, 5].map((one) =>
          w.chan.person.post(`${ACCESS}/break-glass`, { ...wish, url: `https://a${one}.example` }),
        ),
      );
      assert.equal(answers.filter((one) => one.status === 200).length, 3);
      assert.equal(answers.filter((one) => one.brief === "409 ACCESS_TOO_MANY").length, 2);
    });
  });
}
