import assert from "node:assert/strict";
import { test } from "node:test";
import { MatrixEvent } from "matrix-js-sdk";
import { bundleIn, countOf } from "./thread-count.ts";
import { placesRead } from "./thread-counts.ts";
import { answeredBy, placeOf, relatesTo, threadOf } from "./thread-of.ts";

function event(id: string, relates?: unknown, more: object = {}): MatrixEvent {
  return new MatrixEvent({ event_id: id, type: "m.room.message", content: { "m.relates_to": relates }, ...more });
}

const inThread = (root: unknown, more: object = {}): object => ({ rel_type: "m.thread", event_id: root, ...more });

test("a message stands in the thread that it names, and everything else in the room", () => {
  assert.equal(threadOf(event("$a", inThread("$root"))), "$root");
  assert.equal(threadOf(event("$a")), undefined);
  assert.equal(threadOf(event("$a", { rel_type: "m.annotation", event_id: "$root", key: "x" })), undefined);
  assert.equal(threadOf(event("$a", { "m.in_reply_to": { event_id: "$root" } })), undefined);
  assert.equal(threadOf(event("$a", inThread("$root"), { state_key: "" })), undefined, "state has no thread");
});

test("a relation of wrong types is none", () => {
  for (const relates of [null, 7, "m.thread", [], inThread(7), inThread(undefined), inThread({}), inThread("$a")]) {
    assert.equal(threadOf(event("$a", relates)), undefined, JSON.stringify(relates));
  }
});

test("what relates to a message belongs where the message is", () => {
  const known = new Map([event("$reply", inThread("$root")), event("$main")].map((one) => [one.getId(), one]));
  const find = (id: string): MatrixEvent | undefined => known.get(id);
  const reaction = (to: string): MatrixEvent => event("$r", { rel_type: "m.annotation", event_id: to, key: "x" });
  assert.equal(placeOf(reaction("$reply"), find), "$root");
  assert.equal(placeOf(reaction("$main"), find), undefined);
  assert.equal(placeOf(reaction("$unknown"), find), undefined);
});

test("a message in a thread answers the newest for clients without threads, and that is no answer here", () => {
  const thread = { root: "$root", latest: "$last" };
  const plain = event("$a", relatesTo({ thread })["m.relates_to"]);
  assert.equal(plain.replyEventId, "$last");
  assert.equal(answeredBy(plain), undefined);
  const answer = event("$a", relatesTo({ thread, answers: "$first" })["m.relates_to"]);
  assert.equal(threadOf(answer), "$root");
  assert.equal(answeredBy(answer), "$first");
  assert.deepEqual(relatesTo({ answers: "$first" }), { "m.relates_to": { "m.in_reply_to": { event_id: "$first" } } });
  assert.deepEqual(relatesTo({}), {});
});

test("a thread has what the server counted and what came since, and never less than is known", () => {
  const bundle = { count: 5, latest: { id: "$5", at: 50 } };
  const known = (...ats: number[]): { id: string; at: number }[] => ats.map((at) => ({ id: `$${at / 10}`, at }));
  assert.equal(countOf(undefined, known(10, 20)), 2);
  assert.equal(countOf(bundle, []), 5);
  assert.equal(countOf(bundle, known(40, 50)), 5, "they are among the five");
  assert.equal(countOf(bundle, known(50, 60, 70)), 7);
  assert.equal(countOf({ count: 1, latest: undefined }, known(10, 20, 30)), 3);
});

test("a bundle of wrong types says nothing", () => {
  const of = (thread: unknown): unknown => bundleIn({ "m.relations": { "m.thread": thread } });
  for (const thread of [undefined, null, 7, {}, { count: "3" }, { count: -1 }, { count: 0 }, { count: 1.5 }]) {
    assert.equal(of(thread), undefined, JSON.stringify(thread));
  }
  assert.equal(bundleIn(undefined), undefined);
  assert.deepEqual(of({ count: 2, latest_event: { event_id: 7 } }), { count: 2, latest: undefined, event: undefined });
});

test("a receipt says where somebody has read, whatever else is in it", () => {
  const content = {
    $1: { "m.read": { "@me:x": { ts: 1, thread_id: "$root" }, "@you:x": { thread_id: "$other" } } },
    $2: { "m.read": { "@me:x": { ts: 1, thread_id: "main" } } },
    $3: { "m.read.private": { "@me:x": null } },
    $4: 7,
  };
  assert.deepEqual([...placesRead(content, "@me:x")], ["$root", undefined]);
  assert.deepEqual([...placesRead(null, "@me:x")], []);
});
