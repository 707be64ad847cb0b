import { TEST_PASSWORD, engines, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ACCESS, accessWorld, DAY, HOUR, idOf, refusal, type AccessWorld } from "./world.ts";
import { parseRequestId } from "@causeway/base";

const HIGH = { label: "CONFIDENTIAL" };

function states(answered: { at: AccessWorld["view"] extends never ? never : Answered["at"] }): readonly string[] {
  return answered.at("steps").list.map((step) => step.at("state").text);
}

/** Decides on a request of high risk, confirming it with a password. */
async function confirmed(person: Person, request: string, decision: object): Promise<Answered> {
  const at = `${ACCESS}/requests/${request}/decide`;
  const first = await person.post(at, decision);
  if (first.status !== 401) return first;
  const auth = {
    type: "m.login.password",
    session: first.at("session").text,
    identifier: { type: "m.id.user", user: person.userId },
    password: TEST_PASSWORD,
  };
  return await person.post(at, { ...decision, auth });
}

for (const engine of engines) {
  describe(`decisions on ${engine}`, () => {
    test("a request is asked, approved and active at once, each step with who, when and why; it opens for its officer and the machine that it was asked from", async () => {
      await using w = await accessWorld(engine);
      const asked = (await w.ask(w.chan.person)).ok();
      assert.equal(asked.at("state").text, "asked");
      assert.equal(asked.at("level").text, "low");
      assert.equal(asked.at("machine", "key").text, "addr:127.0.0.1");
      assert.equal(asked.at("post", "post_id").text, w.chan.post);
      assert.equal(asked.at("waiting_for").text, "approver");
      assert.deepEqual(
        asked.at("approvers").list.map((one) => one.at("user_id").text),
        [w.head.person.userId],
      );
      const id = asked.at("request_id").text;
      const done = (await w.decide(w.head.person, id, { decision: "approve", reason: "needed for the patrols" })).ok();
      assert.equal(done.at("state").text, "active");
      assert.equal(done.at("decision", "outcome").text, "approved");
      assert.equal(done.at("decision", "as").text, "head");
      assert.deepEqual(states(done), ["asked", "approved", "active"]);
      assert.equal(done.at("steps", 1, "by", "user_id").text, w.head.person.userId);
      assert.equal(done.at("steps", 1, "reason").text, "needed for the patrols");
      const [grant] = w.world.server.access.grantsInForce();
      assert.equal(grant?.id, done.at("grant", "grant_id").text);
      assert.deepEqual(grant?.users, [w.chan.person.userId]);
      assert.deepEqual(grant.machines, ["addr:127.0.0.1"]);
      assert.deepEqual(grant.sites[0], { kind: "exact", host: "vendor.example" });
      assert.equal(grant.upload, false);
    });

    test("a page of a service is asked for as the service, with safer routes first, and the policy opens it as soon as it is approved", async () => {
      await using w = await accessWorld(engine);
      const url = "https://web.whatsapp.com/send?phone=1";
      const before = (await w.chan.person.post(`${ACCESS}/requests/prepare`, { url })).ok();
      assert.equal(before.at("services", 0, "service_id").text, "whatsapp");
      assert.equal(before.at("services", 0, "name", "zhHant").isThere, true);
      assert.equal(before.at("safer_routes", 0, "kind").text, "chat-guest");
      assert.equal(before.at("approvers", 0, "user_id").text, w.head.person.userId);
      assert.equal(before.at("open_grant").isThere, false);
      const grant = await w.granted(w.chan.person, { url });
      const after = (await w.chan.person.post(`${ACCESS}/requests/prepare`, { url })).ok();
      assert.equal(after.at("open_grant").text, grant);
      await w.world.server.policy.publisher.settle();
      const document = w.world.server.policy.publisher.current();
      assert.deepEqual(
        document.grants.map((one) => [one.id, one.services, one.users]),
        [[grant, ["whatsapp"], [w.chan.person.userId]]],
      );
    });

    test("an approval with less gives less, and never more", async () => {
      await using w = await accessWorld(engine);
      const id = await w.asked(w.chan.person, { upload: true });
      const more = { decision: "approve-less", less: { until: w.now() + 30 * DAY } };
      assert.equal(refusal(await w.decide(w.head.person, id, more)), "400 ACCESS_NOT_LESS until");
      assert.equal(
        refusal(await w.decide(w.head.person, id, { decision: "approve-less", less: {} })),
        "400 ACCESS_NOT_LESS same",
      );
      const until = w.now() + DAY;
      const hours = { days: [1, 2, 3, 4, 5], from: 540, to: 1080 };
      const less = { decision: "approve-less", less: { until, upload: false, hours } };
      const done = (await w.decide(w.head.person, id, less)).ok();
      assert.deepEqual(states(done), ["asked", "approved-with-less", "active"]);
      assert.equal(done.at("grant", "ends").number, until);
      assert.equal(done.at("grant", "upload").value, false);
      assert.equal(done.at("until").number > until, true);
      assert.equal(done.at("decision", "terms", "until").number, until);
      assert.deepEqual(w.world.server.access.grantsInForce()[0]?.hours, hours);
    });

    test("a question goes back to who asked, and the answer forward again; a refusal has a reason; a withdrawn request is over", async () => {
      await using w = await accessWorld(engine);
      const id = await w.asked(w.chan.person);
      const asked = (await w.decide(w.head.person, id, { decision: "ask", question: "Which vendor?" })).ok();
      assert.equal(asked.at("state").text, "question");
      assert.equal(asked.at("waiting_for").text, "requester");
      const at = `${ACCESS}/requests/${id}`;
      assert.equal(refusal(await w.ho.person.post(`${at}/answer`, { answer: "me" })), "404 ACCESS_UNKNOWN");
      assert.equal(refusal(await w.head.person.post(`${at}/answer`, { answer: "me" })), "403 NOT_PERMITTED not-yours");
      const answered = (await w.chan.person.post(`${at}/answer`, { answer: "The one for trees" })).ok();
      assert.equal(answered.at("state").text, "asked");
      assert.equal(answered.at("questions", 0, "answer").text, "The one for trees");
      assert.equal((await w.decide(w.head.person, id, { decision: "refuse" })).brief, "400 M_BAD_JSON");
      assert.equal((await w.decide(w.head.person, id, { decision: "refuse", reason: "  " })).brief, "400 M_BAD_JSON");
      const refused = (await w.decide(w.head.person, id, { decision: "refuse", reason: "use the drop link" })).ok();
      assert.deepEqual(states(refused), ["asked", "question", "asked", "refused"]);
      assert.deepEqual(w.world.server.access.grantsInForce(), []);
      const other = await w.asked(w.chan.person);
      const gone = (await w.chan.person.post(`${ACCESS}/requests/${other}/withdraw`, { reason: "solved" })).ok();
      assert.equal(gone.at("state").text, "withdrawn");
      assert.equal(refusal(await w.approve(w.head.person, other)), "409 ACCESS_STATE");
    });

    test("nobody approves their own request, nor does who is nobody to it; others do not learn that it exists", async () => {
      await using w = await accessWorld(engine);
      const id = await w.asked(w.chan.person);
      assert.equal(refusal(await w.approve(w.chan.person, id)), "403 NOT_PERMITTED own-request");
      assert.equal(refusal(await w.approve(w.ditso.person, id)), "403 NOT_PERMITTED not-approver");
      const missing = "rq_AAAAAAAAAAAAAAAA";
      for (const person of [w.ho.person, w.minister.person, w.system, w.security]) {
        for (const [method, rest, body] of [
          ["GET", "", undefined],
          ["POST", "/decide", { decision: "approve" }],
          ["POST", "/withdraw", {}],
          ["POST", "/ask", {}],
          ["POST", "/answer", { answer: "x" }],
        ] as const) {
          const [there, not] = await Promise.all(
            [id, missing].map((one) => person.call({ method, path: `${ACCESS}/requests/${one}${rest}`, body })),
          );
          assert.equal(there?.text, not?.text, `${person.userId} ${rest}`);
          assert.notEqual(there?.status, 200);
        }
      }
      assert.equal((await w.view(w.chan.person, id)).at("state").text, "asked");
    });

    test("the Head's own request goes to the next authority up, past a delegate", async () => {
      await using w = await accessWorld(engine);
      await w.delegate(w.ho.person);
      const asked = (await w.ask(w.head.person)).ok();
      const id = asked.at("request_id").text;
      assert.deepEqual(
        asked.at("approvers").list.map((one) => one.at("user_id").text),
        [w.minister.person.userId],
      );
      assert.equal(refusal(await w.approve(w.head.person, id)), "403 NOT_PERMITTED own-request");
      assert.equal(refusal(await w.approve(w.ho.person, id)), "403 NOT_PERMITTED not-approver");
      assert.equal((await w.approve(w.minister.person, id)).ok().at("decision", "as").text, "authority");
    });

    test("a delegate decides within dates and limits, and not before, after or beyond them", async () => {
      await using w = await accessWorld(engine);
      const until = w.now() + 20 * DAY;
      await w.delegate(w.ho.person, {
        ...{ from: w.now() + DAY, until },
        limits: { max_days: 10, label: "unclassified", upload: false, categories: ["site"] },
      });
      const early = await w.asked(w.chan.person);
      assert.equal(refusal(await w.approve(w.ho.person, early)), "404 ACCESS_UNKNOWN");
      await w.pass(DAY + HOUR);
      assert.equal((await w.approve(w.ho.person, early)).ok().at("decision", "as").text, "delegate");
      const beyond = [
        { url: "https://b.example", until: w.now() + 11 * DAY },
        { url: "https://c.example", label: "RESTRICTED" },
        { url: "https://d.example", upload: true },
      ];
      for (const more of beyond) {
        const id = await w.asked(w.chan.person, more);
        assert.equal(refusal(await w.approve(w.ho.person, id)), "403 NOT_PERMITTED not-approver", JSON.stringify(more));
        (await w.approve(w.head.person, id)).ok();
      }
      const late = await w.asked(w.chan.person, { url: "https://e.example", until: w.now() + 200 * DAY });
      await w.pass(30 * DAY);
      assert.equal(refusal(await w.approve(w.ho.person, late)), "404 ACCESS_UNKNOWN");
    });

    test("a Head who has moved on, and one of another department, cannot approve; whoever acts as Head can", async () => {
      await using w = await accessWorld(engine);
      const other = await w.officer("other", "HBD", { is_head: true });
      const id = await w.asked(w.chan.person);
      assert.equal(refusal(await w.approve(other.person, id)), "404 ACCESS_UNKNOWN");
      const actor = await w.officer("actor", "PGD");
      const end = w.now() + 5 * DAY;
      await w.appoint(w.head.post, actor.person, { kind: "acting", until: end });
      assert.equal(refusal(await w.approve(w.head.person, id)), "404 ACCESS_UNKNOWN");
      assert.equal((await w.approve(actor.person, id)).ok().at("decision", "as").text, "acting-head");
      const next = await w.asked(w.chan.person, { url: "https://b.example" });
      await w.pass(5 * DAY);
      assert.equal(refusal(await w.approve(actor.person, next)), "404 ACCESS_UNKNOWN");
      await w.vacate(w.head);
      assert.equal(refusal(await w.approve(w.head.person, next)), "404 ACCESS_UNKNOWN");
      const view = await w.view(w.chan.person, next);
      assert.deepEqual(
        view.at("approvers").list.map((one) => one.at("user_id").text),
        [w.minister.person.userId],
        "with nobody in the department it goes up",
      );
    });

    test("one of high risk needs the DITSO's advice, and a fresh confirmation of exactly this decision; who advised does not decide", async () => {
      await using w = await accessWorld(engine);
      await w.delegate(w.ditso.person);
      const asked = (await w.ask(w.chan.person, HIGH)).ok();
      const id = asked.at("request_id").text;
      assert.equal(asked.at("level").text, "high");
      assert.equal(asked.at("waiting_for").text, "adviser");
      assert.equal(refusal(await w.approve(w.head.person, id)), "409 ACCESS_ADVICE_NEEDED");
      const at = `${ACCESS}/requests/${id}/advise`;
      assert.equal((await w.chan.person.post(at, { advice: "support" })).brief, "403 NOT_PERMITTED");
      assert.equal(refusal(await w.ditso.person.post(at, { advice: "oppose" })), "400 ACCESS_REASON_NEEDED");
      const advised = (await w.ditso.person.post(at, { advice: "support", reason: "with care" })).ok();
      assert.equal(advised.at("state").text, "advised");
      assert.equal(refusal(await w.approve(w.ditso.person, id)), "403 NOT_PERMITTED advised");
      assert.equal((await w.approve(w.head.person, id)).status, 401);
      assert.equal((await w.view(w.head.person, id)).at("may", "step_up").value, true);
      const first = await w.approve(w.head.person, id);
      const auth = {
        ...{ type: "m.login.password", session: first.at("session").text, password: TEST_PASSWORD },
        identifier: { type: "m.id.user", user: w.head.person.userId },
      };
      const other = { decision: "refuse", reason: "another decision", auth };
      assert.equal((await w.decide(w.head.person, id, other)).status, 401, "confirmed for another decision");
      const wrong = { decision: "approve", auth: { ...auth, password: "wrong" } };
      assert.equal((await w.decide(w.head.person, id, wrong)).status, 401);
      assert.equal((await w.view(w.head.person, id)).at("state").text, "advised");
      const done = (await confirmed(w.head.person, id, { decision: "approve" })).ok();
      assert.deepEqual(states(done), ["asked", "advised", "approved", "active"]);
    });

    test("without a DITSO no advice is needed; a DITSO's own request is advised on by nobody but another one", async () => {
      await using w = await accessWorld(engine);
      const own = (await w.ask(w.ditso.person, HIGH)).ok();
      assert.equal(own.at("advice_needed").value, false);
      assert.equal(
        refusal(
          await w.ditso.person.post(`${ACCESS}/requests/${own.at("request_id").text}/advise`, { advice: "support" }),
        ),
        "403 NOT_PERMITTED own-request",
      );
      (await confirmed(w.head.person, own.at("request_id").text, { decision: "approve" })).ok();
    });

    test("a reaction approves exactly as asked, and records nothing on high risk or from who may not", async () => {
      await using w = await accessWorld(engine);
      const { access } = w.world.server;
      const wish = async (person: Person, id: string, decision: object): Promise<string> => {
        const request = parseRequestId(id);
        assert.ok(request !== undefined);
        const done = await access.decide({
          ...{ by: idOf(person), request, via: "reaction", confirmed: false },
          decision: decision as { decision: "approve" },
        });
        return done.ok ? done.value.state : done.error.code;
      };
      const low = await w.asked(w.chan.person);
      assert.equal(await wish(w.chan.person, low, { decision: "approve" }), "NOT_PERMITTED");
      assert.equal(await wish(w.ho.person, low, { decision: "approve" }), "ACCESS_UNKNOWN");
      assert.equal(await wish(w.head.person, low, { decision: "refuse", reason: "x" }), "ACCESS_REASON_NEEDED");
      const less = { decision: "approve-less", less: { until: w.now() + HOUR } };
      assert.equal(await wish(w.head.person, low, less), "ACCESS_REASON_NEEDED");
      assert.equal(await wish(w.head.person, low, { decision: "approve" }), "active");
      assert.equal(await wish(w.head.person, low, { decision: "approve" }), "ACCESS_DECIDED");
      const high = await w.asked(w.chan.person, { ...HIGH, url: "https://high.example" });
      (await w.ditso.person.post(`${ACCESS}/requests/${high}/advise`, { advice: "support" })).ok();
      assert.equal(await wish(w.head.person, high, { decision: "approve" }), "ACCESS_STEP_UP_NEEDED");
      assert.equal((await w.view(w.chan.person, high)).at("state").text, "advised");
    });

    test("of many decisions at once exactly one counts, and the others are told which", async () => {
      await using w = await accessWorld(engine);
      await w.delegate(w.ho.person);
      const id = await w.asked(w.chan.person);
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => w.approve(w.head.person, id)),
        ...[1, 2, 3].map(() => w.decide(w.ho.person, id, { decision: "refuse", reason: "no" })),
      ]);
      const won = answers.filter((one) => one.status === 200);
      assert.equal(won.length, 1);
      const outcome = won[0]?.at("decision", "outcome").text;
      for (const lost of answers.filter((one) => one.status !== 200)) {
        assert.equal(lost.brief, "409 ACCESS_DECIDED");
        assert.equal(lost.at("outcome").text, outcome);
      }
      assert.equal(w.world.server.access.grantsInForce().length, outcome === "approved" ? 1 : 0);
    });

    test("a decision that rests on an older version of the request is refused", async () => {
      await using w = await accessWorld(engine);
      const id = await w.asked(w.chan.person);
      (await w.ditso.person.post(`${ACCESS}/requests/${id}/advise`, { advice: "oppose", reason: "no" })).ok();
      assert.equal(
        refusal(await w.decide(w.head.person, id, { decision: "approve", version: 1 })),
        "409 ACCESS_STATE changed",
      );
      (await w.decide(w.head.person, id, { decision: "approve", version: 2 })).ok();
    });

    test("who has left the post since asking gets nothing, and a decision at the same moment as a departure is one or the other", async () => {
      await using w = await accessWorld(engine);
      const id = await w.asked(w.chan.person);
      await Promise.all([w.approve(w.head.person, id), w.vacate(w.chan)]);
      assert.deepEqual(w.openFor(w.chan.person), []);
      const view = await w.view(w.head.person, id);
      assert.ok(["withdrawn", "revoked"].includes(view.at("state").text), view.at("state").text);
      assert.equal(w.world.server.access.grantsInForce().length, 0);
    });

    test("when nobody answers a request goes up, and what nobody decided in time is over", async () => {
      await using w = await accessWorld(engine);
      const told: string[] = [];
      w.world.server.access.subscribe((event) => void told.push(event.kind));
      const id = await w.asked(w.chan.person, { until: w.now() + 3 * DAY });
      assert.equal(refusal(await w.approve(w.minister.person, id)), "404 ACCESS_UNKNOWN");
      await w.pass(8 * HOUR);
      const view = await w.view(w.chan.person, id);
      assert.equal(view.at("approvers").list.length, 2);
      assert.deepEqual(told, ["asked", "escalated"]);
      await w.pass(3 * DAY);
      assert.equal((await w.view(w.chan.person, id)).at("state").text, "lapsed");
      assert.equal(refusal(await w.approve(w.head.person, id)), "409 ACCESS_DECIDED");
    });
  });
}
