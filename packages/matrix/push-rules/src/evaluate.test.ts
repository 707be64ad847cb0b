import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { changeRule, noChanges, putRule, rulesetOf, type RuleChanges } from "./edit.ts";
import { outcomeOf, type PushContext, type PushEvent } from "./evaluate.ts";
import type { PushCondition } from "./rules.ts";
import { WordIndex } from "./word-index.ts";
import { hasPhrase, foldCase, matchesWhole, matchesWords } from "./word-match.ts";

const USER = "@wong:example.com";
const ROOM = "!room:example.com";

function message(content: object, more: Partial<PushEvent> = {}): PushEvent {
  return {
    type: "m.room.message",
    sender: "@other:example.com",
    room_id: ROOM,
    content: { msgtype: "m.text", ...content },
    ...more,
  };
}

function context(more: Partial<PushContext> = {}): PushContext {
  return { displayName: "Wong Siu-ming", memberCount: 5, mayNotify: () => false, ...more };
}

function ruleOf(event: PushEvent, changes: RuleChanges = noChanges, around = context()): string {
  const outcome = outcomeOf(rulesetOf(USER, changes), event, around);
  if (outcome === undefined) return "none";
  return `${outcome.rule.rule_id}${outcome.highlights ? " loud" : outcome.notifies ? "" : " silent"}`;
}

function put(kind: Parameters<typeof putRule>[1], wish: Parameters<typeof putRule>[2], on = noChanges): RuleChanges {
  const done = putRule(on, kind, wish);
  assert.ok(done.ok);
  return done.value;
}

test("the default rules: messages notify, notices, edits, reactions and members do not, names are loud", () => {
  assert.equal(ruleOf(message({ body: "hello" })), ".m.rule.message");
  assert.equal(ruleOf(message({ body: "hello" }), noChanges, context({ memberCount: 2 })), ".m.rule.room_one_to_one");
  assert.equal(ruleOf(message({ body: "x", msgtype: "m.notice" })), ".m.rule.suppress_notices silent");
  assert.equal(ruleOf(message({}, { type: "m.reaction" })), ".m.rule.reaction silent");
  assert.equal(
    ruleOf(message({ body: "x", "m.relates_to": { rel_type: "m.replace" } })),
    ".m.rule.suppress_edits silent",
  );
  assert.equal(
    ruleOf(message({ membership: "join" }, { type: "m.room.member", state_key: "@x:y" })),
    ".m.rule.member_event silent",
  );
  assert.equal(ruleOf(message({}, { type: "m.room.topic", state_key: "" })), "none");
  assert.equal(ruleOf(message({}, { type: "m.room.tombstone", state_key: "" })), ".m.rule.tombstone loud");
  assert.equal(ruleOf(message({ "m.mentions": { user_ids: [USER] } })), ".m.rule.is_user_mention loud");
  assert.equal(ruleOf(message({ body: "hi wong siu-ming!" })), ".m.rule.contains_display_name loud");
  assert.equal(ruleOf(message({ body: "hi WONG" })), ".m.rule.contains_user_name loud");
  assert.equal(ruleOf(message({ body: "@room" })), ".m.rule.message", "the sender may not");
  assert.equal(
    ruleOf(message({ body: "@room" }), noChanges, context({ mayNotify: () => true })),
    ".m.rule.roomnotif loud",
  );
});

test("an event that says whom it mentions is not searched for names", () => {
  const event = message({ body: "wong, Wong Siu-ming, @room", "m.mentions": {} });
  assert.equal(ruleOf(event, noChanges, context({ mayNotify: () => true })), ".m.rule.message");
});

test("kinds come in their order, own rules before the defaults, disabled ones never", () => {
  const word = put("content", { id: "tea", pattern: "tea", actions: ["notify", { set_tweak: "highlight" }] });
  assert.equal(ruleOf(message({ body: "time for tea" }), word), "tea loud");
  const sender = put("sender", { id: "@other:example.com", actions: [] }, word);
  assert.equal(ruleOf(message({ body: "time for tea" }), sender), "tea loud");
  assert.equal(ruleOf(message({ body: "time" }), sender), "@other:example.com silent");
  const muted = put(
    "override",
    { id: "mute", actions: [], conditions: [{ kind: "event_match", key: "room_id", pattern: ROOM }] },
    sender,
  );
  assert.equal(ruleOf(message({ "m.mentions": { user_ids: [USER] } }), muted), "mute silent");
  const off = changeRule(USER, muted, { kind: "override", id: "mute", set: { enabled: false } });
  assert.ok(off.ok);
  assert.equal(ruleOf(message({ body: "tea" }), off.value), "tea loud");
  const master = changeRule(USER, off.value, { kind: "override", id: ".m.rule.master", set: { enabled: true } });
  assert.ok(master.ok);
  assert.equal(ruleOf(message({ body: "tea" }), master.value), ".m.rule.master silent");
});

test("conditions hold as the specification says, and what is not known holds never", () => {
  const table: readonly (readonly [PushCondition, object, boolean])[] = [
    [{ kind: "event_match", key: "content.topic", pattern: "lunc?*" }, { topic: "Lunch plans" }, true],
    [{ kind: "event_match", key: "content.topic", pattern: "lunc?*" }, { topic: "LUNCH" }, true],
    [{ kind: "event_match", key: "content.topic", pattern: "lunc?*" }, { topic: " lunch" }, false],
    [{ kind: "event_match", key: "content.topic", pattern: "lunc?*" }, { topic: "lunc" }, false],
    [{ kind: "event_match", key: "content.topic", pattern: "*" }, { topic: null }, false],
    [{ kind: "event_match", key: "content.topic", pattern: "*" }, {}, false],
    [{ kind: "event_match", key: "content.body", pattern: "ex*ple" }, { body: "An example event." }, true],
    [{ kind: "event_match", key: "content.body", pattern: "ex*ple" }, { body: "exple" }, true],
    [{ kind: "event_match", key: "content.body", pattern: "ex*ple" }, { body: "An exciting triple-whammy" }, true],
    [{ kind: "event_match", key: "content.body", pattern: "ex*ple" }, { body: "counterexample" }, false],
    [{ kind: "event_property_is", key: "content.m\\.federate", value: true }, { "m.federate": true }, true],
    [{ kind: "event_property_is", key: "content.m\\.federate", value: true }, { "m.federate": "true" }, false],
    [{ kind: "event_property_is", key: "content.m\\.federate", value: true }, { "m.federate": 1 }, false],
    [{ kind: "event_property_is", key: "content.a.b", value: null }, { a: { b: null } }, true],
    [{ kind: "event_property_is", key: "content.a", value: { b: 1 } }, { a: { b: 1 } }, false],
    [{ kind: "event_property_contains", key: "content.list", value: "x" }, { list: ["y", "x"] }, true],
    [{ kind: "event_property_contains", key: "content.list", value: "x" }, { list: ["xy"] }, false],
    [{ kind: "event_property_contains", key: "content.list", value: "x" }, { list: "x" }, false],
    [{ kind: "room_member_count", is: ">=5" }, {}, true],
    [{ kind: "room_member_count", is: "<5" }, {}, false],
    [{ kind: "room_member_count", is: "5" }, {}, true],
    [{ kind: "room_member_count", is: "=5" }, {}, false],
    [{ kind: "org.example.moon", key: "x" }, {}, false],
    [{ kind: "event_match", key: "content.__proto__.x", pattern: "*" }, {}, false],
  ];
  for (const [condition, content, expected] of table) {
    const changes = put("override", { id: "own", actions: ["notify"], conditions: [condition] });
    const found = ruleOf(message(content, { type: "org.example.any" }), changes);
    assert.equal(found === "own", expected, JSON.stringify([condition, content]));
  }
});

test("words end where letters, digits and underscores end, so that Chinese names are found inside sentences", () => {
  const table: readonly (readonly [string, string, boolean])[] = [
    ["wong", "hello wong", true],
    ["wong", "Wong!", true],
    ["wong", "wongs", false],
    ["wong", "awong", false],
    ["wong", "wong_2", false],
    ["wong", "@wong:x", true],
    ["陳大文", "請陳大文看一看", true],
    ["陳大文", "陳大", false],
    ["陳大文", "A陳大文", false],
    ["陳大文", "陳大文2", false],
    ["陳大文 · CHAN Tai-man", "陳大文 · chan tai-man ok", true],
    ["c++", "c++ is", true],
    ["c++", "c++x", false],
    ["é", "é", true],
    ["", "anything", false],
  ];
  for (const [phrase, text, expected] of table) {
    assert.equal(hasPhrase(foldCase(text), foldCase(phrase)), expected, `${phrase} in ${text}`);
    const index = new WordIndex<string>();
    index.set("me", [phrase]);
    assert.equal(index.find(text).has("me"), expected, `index: ${phrase} in ${text}`);
  }
});

test("the index finds exactly what looking for each phrase finds", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "B", "_", "1", "-", " ", "陳", "é", "."),
    minLength: 0,
    maxLength: 6,
  });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "_", "1", "-", " ", "陳", "é", "."), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), text, (phrases, body) => {
      const index = new WordIndex<number>();
      phrases.forEach((phrase, owner) => index.set(owner, [phrase]));
      const expected = phrases.flatMap((phrase, owner) => (hasPhrase(foldCase(body), foldCase(phrase)) ? [owner] : []));
      assert.deepEqual(
        [...index.find(body)].toSorted((left, right) => left - right),
        expected,
      );
      phrases.forEach((_, owner) => (owner % 2 === 0 ? index.delete(owner) : index.set(owner, [phrases[owner] ?? ""])));
      assert.deepEqual(
        [...index.find(body)].toSorted((left, right) => left - right),
        expected.filter((owner) => owner % 2 === 1),
      );
    }),
  );
});

test("patterns match as the same pattern written as a regular expression does", () => {
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "*", "?", " "), minLength: 1, maxLength: 6 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 12 });
  fc.assert(
    fc.property(pattern, text, (glob, body) => {
      const source = [...glob].map((char) => (char === "*" ? "[^]*" : char === "?" ? "[^]" : char)).join("");
      assert.equal(matchesWhole(body, glob), new RegExp(`^${source}$`).test(body));
      const words = new RegExp(`(?<![A-Za-z0-9_])${source}(?![A-Za-z0-9_])`).test(body);
      assert.equal(matchesWords(body, glob), words);
    }),
  );
});

test("a pattern made to be slow takes no longer than its length times the text's", () => {
  assert.equal(matchesWords("a".repeat(50_000), `${"*a".repeat(200)}b`), false);
});
