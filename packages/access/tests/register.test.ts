import { engines, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCESS, accessWorld, confirmed, DAY, HOUR, refusal } from "./world.ts";

for (const engine of engines) {
  describe(`the register, reviews and looks on ${engine}`, () => {
    test("the register is found by department, service, person, state and time, page by page, by those who may read it", async () => {
      await using w = await accessWorld(engine);
      const auditor = await w.officer("auditor", "CSO");
      await w.grantRole(auditor.person, "auditor");
      const first = await w.granted(w.chan.person, { url: "https://web.whatsapp.com/" });
      await w.asked(w.ho.person, { url: "https://b.example", need: "other" });
      await w.ask(w.ho.person, { draft: true, url: "https://c.example" });
      const other = await w.officer("other", "HBD");
      await w.asked(other.person);
      const find = async (who: Person, query: Record<string, string>): Promise<readonly string[]> =>
        (await who.get(`${ACCESS}/register`, query))
          .ok()
          .at("rows")
          .list.map((one) => one.at("requester", "user_id").text);
      const [chan, ho, hbd] = [w.chan, w.ho, other].map((one) => one.person.userId);
      assert.deepEqual(await find(auditor.person, {}), [hbd, ho, chan]);
      assert.deepEqual(await find(w.head.person, {}), [ho, chan]);
      assert.deepEqual(await find(auditor.person, { department: "HBD" }), [hbd]);
      assert.deepEqual(await find(w.ditso.person, { service: "whatsapp" }), [chan]);
      assert.deepEqual(await find(w.ditso.person, { site: "b.example" }), [ho]);
      assert.deepEqual(await find(w.ditso.person, { person: w.chan.person.userId }), [chan]);
      assert.deepEqual(await find(w.ditso.person, { state: "active" }), [chan]);
      assert.deepEqual(await find(w.ditso.person, { state: "approved" }), [chan]);
      assert.deepEqual(await find(w.ditso.person, { state: "asked" }), [ho]);
      assert.deepEqual(await find(w.ditso.person, { before: "1000" }), []);
      const page = (await auditor.person.get(`${ACCESS}/register`, { limit: 2 })).ok();
      assert.equal(page.at("total").number, 3);
      assert.deepEqual(await find(auditor.person, { limit: "2", from: page.at("next").text }), [chan]);
      assert.equal(
        refusal(await w.head.person.get(`${ACCESS}/register`, { department: "HBD" })),
        "403 NOT_PERMITTED other-department",
      );
      assert.equal((await w.chan.person.get(`${ACCESS}/register`)).brief, "403 NOT_PERMITTED");
      assert.equal((await w.security.get(`${ACCESS}/register`)).brief, "403 NOT_PERMITTED");
      for (const query of [{ person: "'; DROP TABLE x" }, { state: "draft" }, { service: "a'b" }, { since: "-1" }])
        assert.equal((await auditor.person.get(`${ACCESS}/register`, query)).brief, "400 M_INVALID_PARAM");
      w.world.clock.move(8 * DAY);
      assert.deepEqual(await find(auditor.person, { state: "active" }), [], "over by the clock");
      assert.deepEqual(await find(w.ditso.person, { state: "lapsed", service: "whatsapp" }), [chan]);
      assert.ok(first.startsWith("gr_"));
    });

    test("files of the register are in three languages, and that one was taken is recorded", async () => {
      await using w = await accessWorld(engine);
      await w.granted(w.chan.person, { need: '=1+1 需要 "權限"，权限、嘅、厦' });
      const csv = (await w.head.person.get(`${ACCESS}/register/csv`, { language: "zh-Hans" })).ok();
      assert.match(csv.headers.get("content-type") ?? "", /text\/csv/);
      assert.match(csv.text, /申请时间,状态,/);
      assert.match(csv.text, /"'=1\+1 需要 ""權限""/);
      for (const language of ["en", "zh-Hant", "zh-Hans"]) {
        const pdf = await w.head.person.get(`${ACCESS}/register/pdf`, { language });
        assert.equal(pdf.status, 200);
        assert.equal(pdf.headers.get("content-type"), "application/pdf");
        assert.ok(pdf.text.startsWith("%PDF-1."));
        assert.match(pdf.text, /\/FontFile2/, "the fonts are in the file");
        assert.ok(pdf.text.length < 300_000, "and only what is used of them");
      }
      assert.equal((await w.chan.person.get(`${ACCESS}/register/pdf`)).brief, "403 NOT_PERMITTED");
      let entries = 0;
      for (const table of ["audit_pending", "audit_entries"]) {
        const sql = `SELECT COUNT(*) AS count FROM ${table} WHERE act = 'register.exported'`;
        entries += (await w.world.server.db.first<{ count: number }>({ sql, parameters: [] }))?.count ?? 0;
      }
      assert.equal(entries, 4);
    });

    test("a chart shows grants over time", async () => {
      await using w = await accessWorld(engine);
      await w.granted(w.chan.person);
      const chart = (await w.head.person.get(`${ACCESS}/register/chart`, { step: "day" })).ok();
      const last = chart.at("points").list.at(-1);
      assert.equal(last?.at("in_force").number, 1);
      assert.equal(last.at("by_category", "site").number, 1);
      assert.equal(
        (await w.head.person.get(`${ACCESS}/register/chart`, { step: "day", since: "0" })).brief,
        "409 ACCESS_TOO_MANY",
      );
    });

    test("each quarter the department keeps or drops what it has, and nobody keeps what opens for themselves", async () => {
      await using w = await accessWorld(engine);
      const until = w.now() + 300 * DAY;
      const kept = await w.granted(w.chan.person, { until });
      const dropped = await w.granted(w.ho.person, { until });
      const own = (await w.ask(w.head.person, { until })).ok().at("request_id").text;
      const mine = (await w.approve(w.minister.person, own)).ok().at("grant", "grant_id").text;
      await w.pass(95 * DAY);
      const list = (await w.head.person.get(`${ACCESS}/reviews`)).ok();
      assert.equal(list.at("reviews").list.length, 1);
      const review = list.at("reviews", 0);
      assert.equal(review.at("grants").list.length, 3);
      assert.match(review.at("quarter").text, /^20[0-9]{2}-Q[1-4]$/);
      const at = `${ACCESS}/reviews/${review.at("review_id").text}/verdicts`;
      assert.equal(refusal(await w.head.person.post(at, { keep: [mine] })), "403 NOT_PERMITTED opens-for-you");
      assert.equal((await w.chan.person.post(at, { keep: [kept] })).brief, "403 NOT_PERMITTED");
      assert.equal(refusal(await w.minister.person.post(at, { keep: [kept] })), "404 ACCESS_UNKNOWN");
      assert.equal(
        refusal(await w.head.person.post(at, { keep: [kept], drop: [kept] })),
        "409 ACCESS_STATE said-twice",
      );
      const judged = (await w.head.person.post(at, { keep: [kept], drop: [dropped], reason: "no use" })).ok();
      assert.deepEqual([judged.at("kept").number, judged.at("dropped").number], [1, 1]);
      assert.deepEqual(w.openFor(w.ho.person), []);
      assert.equal(w.openFor(w.chan.person).length, 1);
      assert.equal(refusal(await w.head.person.post(at, { drop: [kept] })), "409 ACCESS_STATE judged");
      const ended = (await w.ditso.person.post(at, { drop: [mine] })).ok();
      assert.equal(ended.at("ended").isThere, true);
      assert.equal(refusal(await w.ditso.person.post(at, { drop: [mine] })), "409 ACCESS_STATE ended");
      const risk = (await w.ask(w.chan.person, { until: w.now() + DAY })).ok().at("risk", "facts");
      assert.ok(risk.list.some((one) => one.at("fact").text === "last-review"));
      await w.world.restart();
      await w.pass(0);
      assert.equal((await w.head.person.get(`${ACCESS}/reviews`)).ok().at("reviews").list.length, 1, "once a quarter");
    });

    test("looking at one person's records takes two, a reason and an end; the person is told afterwards", async () => {
      await using w = await accessWorld(engine);
      const told: string[] = [];
      w.world.server.access.subscribe((event) => {
        if (event.kind === "look-told") told.push(...event.to);
      });
      await w.granted(w.chan.person);
      const wish = { person: w.chan.person.userId, reason: "a leak is suspected", until: w.now() + DAY };
      const ask = (who: Person, more: object = {}): Promise<Answered> =>
        who.post(`${ACCESS}/looks`, { ...wish, ...more });
      assert.equal((await ask(w.ho.person)).brief, "403 NOT_PERMITTED");
      assert.equal(refusal(await ask(w.ditso.person, { until: w.now() - 1 })), "400 ACCESS_UNTIL_REFUSED past");
      assert.equal(
        refusal(await ask(w.ditso.person, { until: w.now() + 90 * DAY })),
        "400 ACCESS_UNTIL_REFUSED too-long",
      );
      assert.equal(
        refusal(await ask(w.ditso.person, { person: w.ditso.person.userId })),
        "403 NOT_PERMITTED own-records",
      );
      assert.equal((await ask(w.ditso.person, { reason: " " })).brief, "400 M_BAD_JSON");
      const look = `${ACCESS}/looks/${(await ask(w.ditso.person)).ok().at("look_id").text}`;
      assert.equal(refusal(await w.ditso.person.get(`${look}/records`)), "409 ACCESS_STATE");
      assert.equal(
        refusal(await confirmed(w.ditso.person, `${look}/decide`, { decision: "allow" })),
        "403 NOT_PERMITTED own-request",
      );
      assert.equal(
        refusal(await w.chan.person.post(`${look}/decide`, { decision: "refuse", reason: "x" })),
        "404 ACCESS_UNKNOWN",
      );
      assert.equal((await w.head.person.post(`${look}/decide`, { decision: "allow" })).status, 401);
      (await confirmed(w.head.person, `${look}/decide`, { decision: "allow" })).ok();
      const records = (await w.ditso.person.get(`${look}/records`)).ok();
      assert.equal(records.at("grants").list.length, 1);
      assert.equal(records.at("look", "looked").number, 1);
      for (const who of [w.ho.person, w.chan.person, w.security])
        assert.equal((await who.get(`${look}/records`)).brief, "404 ACCESS_UNKNOWN");
      const mine = (): Promise<number> =>
        w.chan.person.get(`${ACCESS}/looks`, { list: "about-me" }).then((one) => one.ok().at("looks").list.length);
      assert.equal(await mine(), 0, "not before it is over");
      w.world.clock.move(DAY + HOUR);
      assert.equal(refusal(await w.ditso.person.get(`${look}/records`)), "409 ACCESS_STATE");
      await w.pass(0);
      assert.deepEqual(told, [w.chan.person.userId]);
      assert.equal(await mine(), 1);
    });

    test("a directorate officer may forbid with a reason that the person is told, and nobody else", async () => {
      await using w = await accessWorld(engine);
      const told: string[] = [];
      w.world.server.access.subscribe((event) => {
        if (event.kind === "look-told") told.push(...event.to);
      });
      const wish = { person: w.chan.person.userId, reason: "an inquiry", until: w.now() + DAY };
      const look = `${ACCESS}/looks/${(await w.ditso.person.post(`${ACCESS}/looks`, wish)).ok().at("look_id").text}`;
      (await confirmed(w.head.person, `${look}/decide`, { decision: "allow" })).ok();
      assert.equal(
        refusal(await confirmed(w.ditso.person, `${look}/silence`, { reason: "x" })),
        "403 NOT_PERMITTED not-directorate",
      );
      assert.equal((await w.head.person.post(`${look}/silence`, {})).brief, "400 M_BAD_JSON");
      (await confirmed(w.head.person, `${look}/silence`, { reason: "the inquiry goes on" })).ok();
      await w.pass(2 * DAY);
      assert.deepEqual(told, []);
      const about = (await w.chan.person.get(`${ACCESS}/looks`, { list: "about-me" })).ok();
      assert.deepEqual(about.at("looks").list, []);
    });
  });
}
