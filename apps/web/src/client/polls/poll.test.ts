import assert from "node:assert/strict";
import { test } from "node:test";
import {
  endContent,
  isWhole,
  percent,
  pollIn,
  pollPart,
  responseContent,
  startContent,
  tally,
  type Ballot,
} from "./poll.ts";

const draft = { question: " Lunch? ", answers: ["Rice ", "Noodles", "", "Rice"], isSeveral: false, isOpen: true };

function made(change: Partial<typeof draft> = {}): NonNullable<ReturnType<typeof pollIn>> {
  let number = 0;
  const content = startContent({ ...draft, ...change }, () => {
    number += 1;
    return `id${number}`;
  });
  const poll = pollIn(content);
  assert.ok(poll !== undefined);
  return poll;
}

const vote = (sender: string, at: number, answers: unknown): Ballot => ({
  sender,
  at,
  content: { "org.matrix.msc3381.poll.response": { answers } },
});

const counted = (ballots: readonly Ballot[], change: Partial<typeof draft> = {}, endedAt?: number) => {
  const { counts, voters, chosen } = tally(made(change), ballots, { me: "@me", endedAt });
  return { counts: [...counts.values()], voters, chosen };
};

test("a poll that is made is read again, and has words for clients that know none", () => {
  assert.deepEqual(made(), {
    question: "Lunch?",
    answers: [
      { id: "id1", text: "Rice" },
      { id: "id2", text: "Noodles" },
    ],
    most: 1,
    isOpen: true,
  });
  assert.equal(made({ isSeveral: true }).most, 2);
  assert.equal(made({ isOpen: false }).isOpen, false);
  assert.equal(startContent(draft, () => "x")["body"], "Lunch?\n1. Rice\n2. Noodles");
  assert.ok(isWhole(draft));
  assert.ok(!isWhole({ ...draft, answers: ["Rice", "Rice "] }));
  assert.ok(!isWhole({ ...draft, question: "  " }));
});

test("a poll in the stable form is read as well", () => {
  const text = (body: string): object => ({ "m.text": [{ body: `<b>${body}</b>`, mimetype: "text/html" }, { body }] });
  const content = {
    ...text("Lunch?"),
    "m.poll": {
      kind: "m.disclosed",
      max_selections: 2,
      question: text("Lunch?"),
      answers: [
        { "m.id": "a", ...text("Rice") },
        { "m.id": "b", ...text("Noodles") },
      ],
    },
  };
  const poll = pollIn(content);
  assert.deepEqual(poll?.answers[1], { id: "b", text: "Noodles" });
  assert.equal(poll?.most, 2);
  assert.equal(poll?.isOpen, true);
  const ballot = { sender: "@me", at: 1, content: { "m.selections": ["a"] } };
  assert.deepEqual(tally(poll, [ballot], { me: "@me", endedAt: undefined }).chosen, ["a"]);
});

test("what is no poll is none, and of a thousand answers twenty are left", () => {
  const of = (poll: unknown): unknown => pollIn({ "org.matrix.msc3381.poll.start": poll });
  const question = { "org.matrix.msc1767.text": "Q" };
  const answer = { id: "a", "org.matrix.msc1767.text": "A" };
  for (const poll of [
    undefined,
    null,
    7,
    "poll",
    {},
    { question: 7, answers: [answer] },
    { question, answers: 7 },
    { question, answers: [] },
    { question, answers: [7, null, "a", { id: 7 }, { id: "a" }, { id: "", "m.text": "A" }] },
    { question: { "org.matrix.msc1767.text": " \u202e\u200b " }, answers: [answer] },
  ]) {
    assert.equal(of(poll), undefined, JSON.stringify(poll));
  }
  const many = Array.from({ length: 1000 }, (_, at) => ({ ...answer, id: `a${at}` }));
  const poll = pollIn({ "org.matrix.msc3381.poll.start": { question, answers: many, max_selections: 1e9 } });
  assert.equal(poll?.answers.length, 20);
  assert.equal(poll?.most, 20);
  for (const most of [0, -1, 1.5, "2", null, Number.NaN]) {
    const odd = pollIn({ "org.matrix.msc3381.poll.start": { question, answers: [answer], max_selections: most } });
    assert.equal(odd?.most, 1);
  }
  const long = pollIn({ "org.matrix.msc3381.poll.start": { question: { body: "x".repeat(1e6) }, answers: [answer] } });
  assert.ok((long?.question.length ?? 0) <= 340);
  const twice = pollIn({ "org.matrix.msc3381.poll.start": { question, answers: [answer, answer] } });
  assert.equal(twice?.answers.length, 1);
});

test("the last vote of each person counts, whatever order they come in", () => {
  const ballots = [vote("@me", 3, ["id2"]), vote("@me", 1, ["id1"]), vote("@you", 2, ["id1"])];
  assert.deepEqual(counted(ballots), { counts: [1, 1], voters: 2, chosen: ["id2"] });
  assert.deepEqual(counted([...ballots, vote("@me", 4, [])]), { counts: [1, 0], voters: 1, chosen: [] });
});

test("votes after the end do not count, and those before it do", () => {
  const ballots = [
    vote("@me", 1, ["id1"]),
    vote("@me", 9, ["id2"]),
    vote("@late", 6, ["id2"]),
    vote("@just", 5, ["id2"]),
  ];
  assert.deepEqual(counted(ballots, {}, 5), { counts: [1, 1], voters: 2, chosen: ["id1"] });
});

test("spoilt votes count for nothing and do no harm", () => {
  const odd = [undefined, null, 7, "id1", {}, ["no such answer"], [7], [null], ["id1", "nothing"], ["__proto__"]];
  for (const answers of odd) {
    const several = { isSeveral: true };
    assert.deepEqual(counted([vote("@me", 1, answers)], several), { counts: [0, 0], voters: 0, chosen: [] });
  }
  assert.deepEqual(counted([vote("@me", 1, ["id1", "id1"])], { isSeveral: true }).counts, [1, 0], "twice is once");
  assert.deepEqual(counted([vote("@me", 1, ["id2", "id1"])]).chosen, ["id2"], "of too many the first are taken");
  const flood = Array.from({ length: 100_000 }, () => "id1");
  assert.deepEqual(counted([vote("@me", 1, flood)]).counts, [1, 0]);
});

test("each part of a poll is known by both of its names", () => {
  assert.equal(pollPart("org.matrix.msc3381.poll.start"), "start");
  assert.equal(pollPart("m.poll.response"), "response");
  assert.equal(pollPart("m.poll.end"), "end");
  assert.equal(pollPart("m.room.message"), undefined);
  const reference = { rel_type: "m.reference", event_id: "$poll" };
  assert.deepEqual(responseContent("$poll", ["a"])["m.relates_to"], reference);
  assert.deepEqual(endContent("$poll", "over")["m.relates_to"], reference);
  assert.deepEqual([percent(1, 3), percent(2, 3), percent(0, 0)], [33, 67, 0]);
});
