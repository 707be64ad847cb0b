import assert from "node:assert/strict";
import { test } from "node:test";
import { afterChange, asGiven, asKept, changeIn, settles, type KeptEvent } from "./kept-events.ts";

function event(id: string, more: Partial<KeptEvent> = {}): KeptEvent {
  return {
    ...{ event_id: id, type: "m.room.message", sender: "@amy:test", origin_server_ts: 1000, content: { body: id } },
    ...more,
  };
}

function redaction(of: string): KeptEvent {
  return event("$r", { type: "m.room.redaction", content: { redacts: of, reason: "why" } });
}

test("a deletion takes an event's words, wherever they stand", () => {
  const change = changeIn(redaction("$1"));
  assert.ok(change !== undefined);
  const edit = event("$1", { content: { "m.relates_to": { rel_type: "m.replace", event_id: "$0" }, body: "secret" } });
  const places: readonly KeptEvent[] = [
    event("$1", { content: { body: "secret" } }),
    event("$1", { content: { body: "secret" }, unsigned: { "m.relations": { "m.replace": event("$e") } } }),
    event("$0", { unsigned: { "m.relations": { "m.replace": edit } } }),
    event("$0", { unsigned: { "m.relations": { "m.thread": { count: 2, latest_event: { ...edit } } } } }),
    event("$1", {
      type: "m.room.member",
      state_key: "@amy:test",
      content: { membership: "join", displayname: "secret" },
    }),
  ];
  for (const place of places) assert.ok(!JSON.stringify(afterChange(place, change)).includes("secret"));
  const member = places[4] === undefined ? undefined : afterChange(places[4], change);
  assert.deepEqual([member?.content, member?.state_key], [{ membership: "join" }, "@amy:test"]);
  const other = event("$2", { unsigned: { "m.relations": { "m.replace": event("$3") } } });
  assert.equal(afterChange(other, change), other);
  assert.equal(settles(event("$1"), change), true);
  assert.equal(settles(edit, change), false, "it may stand in what it edited");
});

test("an edit by somebody else, an older one, and one of what is deleted change nothing", () => {
  const by = (sender: string, at: number): KeptEvent => {
    const content = { "m.relates_to": { rel_type: "m.replace", event_id: "$1" }, body: "new" };
    return event(`$e${at}`, { sender, origin_server_ts: at, content });
  };
  const after = (one: KeptEvent, edit: KeptEvent): KeptEvent => {
    const change = changeIn(edit);
    assert.ok(change !== undefined);
    return afterChange(one, change);
  };
  const message = event("$1");
  const edited = after(message, by("@amy:test", 2000));
  assert.equal(edited.unsigned?.["m.relations"]?.["m.replace"].event_id, "$e2000");
  assert.equal(after(message, by("@eve:test", 2000)), message);
  assert.equal(after(edited, by("@amy:test", 1500)), edited);
  const gone = after(message, redaction("$1"));
  assert.equal(after(gone, by("@amy:test", 3000)), gone);
});

test("nothing of a wrong type is taken for a change", () => {
  for (const content of [{}, { redacts: 7 }, { redacts: null }])
    assert.equal(changeIn(event("$1", { type: "m.room.redaction", content })), undefined);
  for (const relation of [null, 7, "x", [], { rel_type: "m.replace" }, { rel_type: "m.replace", event_id: {} }])
    assert.equal(changeIn(event("$1", { content: { "m.relates_to": relation } })), undefined);
});

test("what is kept has no age, what is given has the one of now, and neither is the object that it was made from", () => {
  const given = event("$1", { unsigned: { age: 7, transaction_id: "t" } });
  const kept = asKept([given]);
  assert.deepEqual(kept[0]?.unsigned, { transaction_id: "t" });
  assert.equal(given.unsigned?.age, 7);
  const [again] = asGiven(kept, 4000);
  assert.equal(again?.unsigned?.age, 3000);
  assert.notEqual(again?.content, kept[0]?.content);
  assert.equal(asGiven(kept, 0)[0]?.unsigned?.age, 0, "a clock that went back");
});
