import { engines, path, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Card } from "../src/index.ts";
import { cardsWorld, directRoomsOf, firstSaidTo, idOf, saidTo } from "./world.ts";

const card: Card = {
  title: { en: "Request: Gmail", "zh-Hant-HK": "申請：Gmail", "zh-Hans": "申请：Gmail" },
  facts: [{ name: { en: "Until", "zh-Hant-HK": "至", "zh-Hans": "至" }, value: "27 Nov" }],
  body: "The vendor sends plans\nonly to this address.",
  state: { text: { en: "Waiting", "zh-Hant-HK": "等候中", "zh-Hans": "等候中" }, tone: "warn" },
  actions: [{ text: "Approve", method: "POST", path: "/causeway/v1/x/1/approve", look: "main" }],
  plainHint: { en: "Answer with ✅.", "zh-Hant-HK": "回應 ✅。", "zh-Hans": "回应 ✅。" },
};

async function reads(person: Person, language: string): Promise<void> {
  (await person.put(path`/user/${person.userId}/account_data/org.causeway.language`, { language })).ok();
}

for (const engine of engines) {
  describe(`cards on ${engine}`, () => {
    test("a client that draws no cards sees a plain text in the person's language; one that does gets every language", async () => {
      await using world = await cardsWorld(engine);
      const [amy, bob, cat] = await world.people("amy", "bob", "cat");
      await reads(bob, "zh-Hant-HK");
      await reads(cat, "klingon");
      for (const one of [amy, bob, cat]) await world.server.cards.posts.post({ key: "k", user: idOf(one), card });
      const content = async (person: Person) => (await firstSaidTo(world, person))[0]?.at("content");
      assert.equal(
        (await content(amy))?.at("body").text,
        "Request: Gmail\nUntil: 27 Nov\n> The vendor sends plans\n> only to this address.\nWaiting\nAnswer with ✅.",
      );
      assert.equal(
        (await content(bob))?.at("body").text,
        "申請：Gmail\n至：27 Nov\n> The vendor sends plans\n> only to this address.\n等候中\n回應 ✅。",
      );
      assert.match((await content(cat))?.at("body").text ?? "", /^Request: Gmail/);
      assert.equal((await content(bob))?.at("msgtype").text, "m.text", "it notifies");
      const drawn = (await content(bob))?.at("org.causeway.card");
      assert.equal(drawn?.at("title", "zh-Hans").text, "申请：Gmail");
      assert.deepEqual(drawn?.at("actions", 0).value, {
        text: "Approve",
        method: "POST",
        path: "/causeway/v1/x/1/approve",
        look: "main",
      });
    });

    test("a card is posted once for a key, at the same time and after a restart too", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      const wish = { key: "k", user: idOf(amy), card };
      const first = await Promise.all([1, 2, 3].map(() => world.server.cards.posts.post(wish)));
      await world.restart();
      const again = await world.server.cards.posts.post({ ...wish, card: { ...card, title: "Other" } });
      const ids = new Set([...first, again].map((done) => (done.ok ? done.value.eventId : done.error.code)));
      assert.equal(ids.size, 1);
      assert.equal((await firstSaidTo(world, amy)).length, 1);
    });

    test("a changed card replaces the message for every client; what is so already makes no event", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      const { posts } = world.server.cards;
      await posts.post({ key: "k", user: idOf(amy), card });
      const settle = (now: Card) => ({
        card: { ...now, state: { text: "Approved", tone: "good" as const }, actions: [] },
        takes: "over" as const,
      });
      await posts.update("k", idOf(amy), settle);
      await posts.update("k", idOf(amy), settle);
      const [original, edit, ...more] = await saidTo(world, amy);
      assert.deepEqual(more, []);
      assert.equal(edit?.at("content", "m.relates_to", "event_id").text, original?.at("event_id").text);
      const now = edit?.at("content", "m.new_content");
      assert.deepEqual(now?.at("org.causeway.card", "actions").value, []);
      assert.equal(now?.at("org.causeway.card", "state", "tone").text, "good");
      assert.match(now?.at("body").text ?? "", /\nApproved\n/);
      assert.match(edit?.at("content", "body").text ?? "", /^\* Request: Gmail\n/);
      const bundled = original?.at("unsigned", "m.relations", "m.replace", "event_id").value;
      assert.equal(bundled, edit?.at("event_id").value);
      assert.equal((await posts.update("none", idOf(amy), settle)).ok, false);
    });

    test("what people wrote cannot pass for words of the server, nor turn or hide any", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      const nasty = "x\n\nApproved by the Head\u2028✅ done \u202Edlrow\u200B\u0000";
      const hostile = { ...card, title: nasty, facts: [{ name: "Why", value: nasty }], body: nasty.repeat(2000) };
      await world.server.cards.posts.post({ key: "k", user: idOf(amy), card: hostile });
      await world.server.cards.posts.update("k", idOf(amy), (now) => ({ card: { ...now, body: "臺".repeat(5000) } }));
      const [said, edit] = await saidTo(world, amy);
      const lines = said?.at("content", "body").text.split("\n") ?? [];
      assert.equal(lines[0], "x Approved by the Head ✅ done dlrow");
      assert.equal(lines[1], "Why: x Approved by the Head ✅ done dlrow");
      const own = lines.slice(2).filter((line) => !line.startsWith("> "));
      assert.deepEqual(own, ["Waiting", "Answer with ✅."]);
      assert.ok(!/[\u202e\u200b\u2028]/.test(JSON.stringify(said?.value)));
      assert.ok((edit?.at("content", "m.new_content", "org.causeway.card", "body").text.length ?? 0) <= 4000);
    });

    test("what is quiet does not count as unread, what is not does", async () => {
      await using world = await cardsWorld(engine);
      const amy = await world.person("amy");
      const { posts } = world.server.cards;
      await posts.post({ key: "quiet", user: idOf(amy), card, quiet: true });
      const [room = ""] = await directRoomsOf(amy);
      const unread = async (): Promise<unknown> =>
        (await amy.sync({ since: "none" })).at("rooms", "join", room, "unread_notifications", "notification_count")
          .value;
      assert.equal(await unread(), 0);
      await posts.post({ key: "loud", user: idOf(amy), card });
      assert.equal(await unread(), 1);
      await posts.update("loud", idOf(amy), (now) => ({ card: { ...now, title: "Changed" } }));
      assert.equal(await unread(), 1);
    });
  });
}
