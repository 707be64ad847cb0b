import type { Engine } from "@causeway/platform";
import { engines, type JsonView, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StandInAccess } from "./stand-in-access.ts";
import { cardsWorld, directRoomsOf, firstSaidTo, idOf, react, saidTo } from "./world.ts";

const PAGE = "https://chat.example/access/requests/rq_0123456789abcdef";

async function begun(engine: Engine) {
  const world = await cardsWorld(engine);
  const [amy, head, deputy] = await world.people("amy", "head", "deputy");
  const access = new StandInAccess(idOf(amy), world.clock.now());
  access.approvers = [idOf(head)];
  world.server.cards.joinAccess({
    access,
    publicUrl: () => "https://chat.example/",
    departmentName: () => undefined,
    utcOffsetMinutes: 480,
  });
  return { world, access, amy, head, deputy, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** The first card that somebody got: where it is, and how it stands now. */
async function cardOf(world: TestWorld, person: Person) {
  const all = await saidTo(world, person);
  const original = all.find((event) => event.at("content", "org.causeway.card").isThere);
  const event = original?.at("event_id").text ?? "";
  const edit = all.findLast((one) => one.at("content", "m.relates_to", "event_id").value === event);
  const [room = ""] = await directRoomsOf(person);
  const content = edit?.at("content", "m.new_content") ?? original?.at("content");
  return { room, event, body: content?.at("body").value, card: content?.at("org.causeway.card") };
}

async function plain(world: TestWorld, person: Person): Promise<readonly string[]> {
  const said = await firstSaidTo(world, person);
  return said
    .filter((one) => !one.at("content", "org.causeway.card").isThere)
    .map((one) => one.at("content", "body").text);
}

function state(card: JsonView | undefined): string {
  return card?.at("state", "text", "en").text ?? "";
}

for (const engine of engines) {
  describe(`cards of requests on ${engine}`, () => {
    test("whoever decides gets who, what, why and the risk, in any client, with four ways to answer", async () => {
      await using w = await begun(engine);
      await w.access.now({}, { kind: "asked", request: w.access.id });
      const { body, card } = await cardOf(w.world, w.head);
      assert.match(String(body), /^Request: WhatsApp\nWho: 陳大文 · CHAN Tai-man\nPost: Ranger \(RD\)\nUntil: /);
      assert.match(String(body), /\nRisk: low · earlier authorisations: 2\n> Photos of fallen trees\n> come here\.\n/);
      assert.match(String(body), /\nAnswer with ✅ to approve exactly as asked\..*chat\.example/);
      const actions = card?.at("actions").list ?? [];
      assert.deepEqual(
        actions.map((one) => one.at("body", "decision").text),
        ["approve", "approve-less", "ask", "refuse"],
      );
      assert.equal(actions[1]?.at("body", "less", "upload").value, false);
      assert.equal(actions[3]?.at("input", "name").text, "reason");
      assert.equal(card?.at("link", "path").text, "/access/requests/rq_0123456789abcdef");
      const own = await cardOf(w.world, w.amy);
      assert.equal(
        own.card?.at("actions", 0, "path").text,
        "/causeway/v1/access/requests/rq_0123456789abcdef/withdraw",
      );
      const head = await saidTo(w.world, w.head);
      await w.access.tell({ id: "ev_1", at: w.world.clock.now(), kind: "asked", request: w.access.id });
      assert.equal((await saidTo(w.world, w.head)).length, head.length, "told twice, said once");
      assert.equal((await saidTo(w.world, w.amy)).length, 1);
    });

    test("✅ approves exactly as asked, once; whoever asked is told, and both cards show it", async () => {
      await using w = await begun(engine);
      await w.access.now({}, { kind: "asked", request: w.access.id });
      const { room, event } = await cardOf(w.world, w.head);
      const reaction = await react(w.head, { room, event }, "✅\uFE0F");
      await react(w.head, { room, event }, "✅");
      await w.world.server.cards.settle();
      assert.deepEqual(w.access.wishes, [
        {
          by: idOf(w.head),
          request: w.access.id,
          decision: { decision: "approve" },
          via: "reaction",
          confirmed: false,
        },
      ]);
      (await w.head.redact(room, reaction)).ok();
      const decided = await cardOf(w.world, w.head);
      assert.match(state(decided.card), /^Approved by/);
      assert.deepEqual(decided.card?.at("actions").value, []);
      assert.ok(!String(decided.body).includes("Answer with"));
      assert.match(state((await cardOf(w.world, w.amy)).card), /^Approved by/);
      assert.equal((await plain(w.world, w.amy)).length, 1);
      const [over] = await plain(w.world, w.head);
      assert.match(over ?? "", /over.*\nApproved by/s, "the second is told that it is over");
    });

    test("❌ and a reaction to what is of high risk record nothing, and are answered with where to go", async () => {
      await using w = await begun(engine);
      await w.access.now({}, { kind: "asked", request: w.access.id });
      const { room, event } = await cardOf(w.world, w.head);
      await react(w.head, { room, event }, "❌");
      await w.world.server.cards.settle();
      assert.match((await plain(w.world, w.head)).join("\n"), new RegExp(`refusing needs a reason.*${PAGE}`));
      await w.access.now({ level: "high" }, { kind: "advised", request: w.access.id });
      const high = await cardOf(w.world, w.head);
      assert.deepEqual(high.card?.at("actions").value, [], "its page asks for the passkey, a card cannot");
      await react(w.head, { room, event }, "✅");
      await w.world.server.cards.settle();
      assert.match(
        (await plain(w.world, w.head)).at(-1) ?? "",
        new RegExp(`High risk: a reaction records nothing.*${PAGE}`),
      );
      assert.deepEqual(w.access.wishes, []);
    });

    test("of two who decide at the same time one wins, and the other is told", async () => {
      await using w = await begun(engine);
      w.access.approvers = [idOf(w.head), idOf(w.deputy)];
      await w.access.now({}, { kind: "asked", request: w.access.id });
      assert.deepEqual(await saidTo(w.world, w.deputy), [], "the first in front is asked");
      await w.access.now({}, { kind: "escalated", request: w.access.id, to: [idOf(w.deputy)] });
      const { room, event } = await cardOf(w.world, w.deputy);
      w.access.beforeDecision = () => {
        w.access.view = { ...w.access.view, decision: w.access.decided(idOf(w.head), "page") };
      };
      await react(w.deputy, { room, event }, "✅");
      await w.world.server.cards.settle();
      assert.match(
        (await plain(w.world, w.deputy)).join("\n"),
        /decided before your answer: Approved by the one called @head/,
      );
      await w.access.now({}, { kind: "decided", request: w.access.id });
      assert.match(state((await cardOf(w.world, w.deputy)).card), /Approved by the one called @head/);
    });

    test("whoever may no longer decide records nothing, and their card says so", async () => {
      await using w = await begun(engine);
      await w.access.now({}, { kind: "asked", request: w.access.id });
      const { room, event } = await cardOf(w.world, w.head);
      w.access.approvers = [idOf(w.deputy)];
      await react(w.head, { room, event }, "✅");
      await w.world.server.cards.settle();
      assert.match((await plain(w.world, w.head)).join("\n"), /not yours to decide/);
      await w.access.now({}, { kind: "advised", request: w.access.id });
      assert.match(state((await cardOf(w.world, w.head)).card), /no longer yours/);
      assert.deepEqual(w.access.wishes, []);
      assert.equal((await cardOf(w.world, w.deputy)).card?.at("actions").list.length, 4);
    });

    test("a question comes to whoever asked, and the answer to whoever decides", async () => {
      await using w = await begun(engine);
      await w.access.now({}, { kind: "asked", request: w.access.id });
      const question = { by: { user_id: w.head.userId }, at: 1, question: "Which trees?" };
      await w.access.now(
        { waiting_for: "requester", questions: [question] },
        { kind: "questioned", request: w.access.id },
      );
      assert.match(
        (await plain(w.world, w.amy)).join("\n"),
        /Waiting for an answer: Which trees\?\nAnswer here: https/,
      );
      const { room, event } = await cardOf(w.world, w.head);
      await react(w.head, { room, event }, "✅");
      await w.world.server.cards.settle();
      assert.match((await plain(w.world, w.head)).join("\n"), /Nothing was recorded\. Waiting for an answer/);
      const answered = { ...question, answer: "All of them", answered_at: 2 };
      await w.access.now(
        { waiting_for: "approver", questions: [answered] },
        { kind: "answered", request: w.access.id },
      );
      assert.match((await plain(w.world, w.head)).join("\n"), /CHAN Tai-man: All of them/);
      await react(w.head, { room, event }, "✅\uFE0E");
      await w.world.server.cards.settle();
      assert.equal(w.access.wishes.length, 1);
    });
  });
}
