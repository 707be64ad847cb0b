import {
  changeRule,
  noChanges,
  outcomeOf,
  putRule,
  removeRule,
  rulesetOf,
  type PushEvent,
  type RuleChanges,
  type Ruleset,
} from "@causeway/matrix-push-rules";
import assert from "node:assert/strict";
import { test } from "node:test";
import { levelsOf, parseKeyword, type Levels } from "./levels.ts";
import { changesTo } from "./rule-changes.ts";
import { readRuleset } from "./ruleset.ts";

const ME = "@amy:test";

/** The rules as the server keeps them, changed as a client would ask for it. */
class Rules {
  #changes: RuleChanges = noChanges;

  get now(): Ruleset {
    return readRuleset(JSON.parse(JSON.stringify(rulesetOf(ME, this.#changes))));
  }

  get levels(): Levels {
    return levelsOf(this.now);
  }

  want(more: Partial<Levels>): this {
    for (const change of changesTo(this.now, { ...this.levels, ...more }, ME)) {
      const { kind } = change;
      const changed =
        change.do === "put"
          ? putRule(this.#changes, kind, { ...change.rule, id: change.rule.rule_id, after: change.after })
          : change.do === "remove"
            ? removeRule(this.#changes, kind, change.id)
            : changeRule(ME, this.#changes, {
                kind,
                id: change.id,
                set: change.do === "enable" ? { enabled: change.enabled } : { actions: change.actions },
              });
      assert.ok(changed.ok, JSON.stringify(change));
      this.#changes = changed.value;
    }
    assert.deepEqual(changesTo(this.now, this.levels, ME), [], "nothing is left to do");
    return this;
  }

  room(room: string, level: "all" | "mentions" | "none" | undefined): this {
    const ofRooms = new Map(this.levels.ofRooms);
    if (level === undefined) ofRooms.delete(room);
    else ofRooms.set(room, level);
    return this.want({ ofRooms });
  }

  /** What comes of a message: nothing, a notice, or a highlight. */
  tells(content: object, where: { readonly room?: string; readonly members?: number; readonly type?: string } = {}) {
    const { room = "!room:test", members = 5, type = "m.room.message" } = where;
    const event: PushEvent = { type, sender: "@bob:test", room_id: room, content: { body: "hi", ...content } };
    const context = { displayName: "Amy", memberCount: members, mayNotify: () => true };
    const outcome = outcomeOf(this.now, event, context);
    return outcome?.notifies === true ? (outcome.highlights ? "loud" : "told") : "silent";
  }
}

const CALLED = { "m.mentions": { user_ids: [ME] } };
const EVERYBODY = { "m.mentions": { room: true } };
const PLAIN = { "m.mentions": {} };
const EDIT = { "m.relates_to": { rel_type: "m.replace", event_id: "$1" }, ...CALLED };

test("the rules that everybody begins with tell of all messages", () => {
  const { levels } = new Rules();
  assert.deepEqual(
    [levels.on, levels.direct, levels.rooms, levels.mentions, levels.atRoom, levels.invitations],
    [true, "all", "all", true, true, true],
  );
  assert.deepEqual([levels.keywords, levels.ofRooms.size], [[], 0]);
});

test("levels of direct messages and of rooms are apart, and come back when they are set back", () => {
  const rules = new Rules().want({ rooms: "mentions" });
  assert.deepEqual(
    [rules.tells(PLAIN), rules.tells(CALLED), rules.tells(PLAIN, { members: 2 })],
    ["silent", "loud", "told"],
  );
  assert.equal(rules.tells({}, { type: "m.room.encrypted" }), "silent");
  rules.want({ direct: "none" });
  assert.deepEqual([rules.tells(CALLED), rules.tells(CALLED, { members: 2 })], ["loud", "silent"]);
  assert.deepEqual([rules.levels.direct, rules.levels.rooms], ["none", "mentions"]);
  rules.want({ direct: "all", rooms: "all" });
  assert.deepEqual(
    rules.now.override.filter((rule) => !rule.default),
    [],
  );
  assert.deepEqual([rules.tells(PLAIN), rules.tells(PLAIN, { members: 2 })], ["told", "told"]);
});

test("a room that is to be otherwise is so under every level, edits and notices not more than before", () => {
  for (const rooms of ["all", "mentions", "none"] as const) {
    const rules = new Rules()
      .want({ rooms })
      .room("!a:test", "all")
      .room("!b:test", "mentions")
      .room("!c:test", "none");
    const [a, b, c] = ["!a:test", "!b:test", "!c:test"].map((room) => ({ room }));
    assert.deepEqual(
      [rules.tells(PLAIN, a), rules.tells(CALLED, a), rules.tells(EVERYBODY, a)],
      ["told", "loud", "loud"],
    );
    assert.equal(rules.tells({}, { ...a, type: "m.room.encrypted" }), "told");
    assert.deepEqual([rules.tells(PLAIN, b), rules.tells(CALLED, b)], ["silent", "loud"]);
    assert.deepEqual([rules.tells(PLAIN, c), rules.tells(CALLED, c)], ["silent", "silent"]);
    assert.deepEqual(
      [rules.tells({ msgtype: "m.notice" }, a), rules.tells({ ...PLAIN, "m.relates_to": EDIT["m.relates_to"] }, a)],
      ["silent", "silent"],
    );
    assert.deepEqual(
      [rules.tells(PLAIN), rules.tells(CALLED)],
      rooms === "all" ? ["told", "loud"] : rooms === "none" ? ["silent", "silent"] : ["silent", "loud"],
    );
    assert.deepEqual(
      rules.levels.ofRooms,
      new Map([
        ["!a:test", "all"],
        ["!b:test", "mentions"],
        ["!c:test", "none"],
      ]),
    );
  }
});

test("in whatever order levels are chosen, the same comes of them", () => {
  const rules = new Rules().room("!a:test", "mentions").want({ rooms: "none" }).room("!a:test", "all");
  const a = { room: "!a:test" };
  assert.deepEqual(
    [rules.tells(PLAIN, a), rules.tells(EDIT, a), rules.tells({ msgtype: "m.notice" }, a)],
    ["told", "silent", "silent"],
  );
  rules.want({ keywords: ["fire"] });
  assert.deepEqual(
    [rules.tells({ ...PLAIN, body: "a fire!" }, a), rules.tells({ ...PLAIN, body: "a fire!" })],
    ["loud", "silent"],
  );
  rules.room("!a:test", undefined);
  assert.deepEqual([rules.tells(PLAIN, a), rules.levels.rooms], ["silent", "none"]);
  rules.want({ rooms: "all" });
  assert.equal(rules.tells(PLAIN, a), "told");
});

test("words are told of in every room that is heard, in Chinese too; what cannot be a rule's name is a word all the same", () => {
  const rules = new Rules().want({ rooms: "mentions", keywords: ["flood", "水浸", "a/b", ".net", "back\\slash"] });
  for (const body of ["the flood is here", "灣仔水浸了", "see a/b now", "in .net only", "a back\\slash"])
    assert.equal(rules.tells({ ...PLAIN, body }), "loud", body);
  assert.equal(rules.tells({ ...PLAIN, body: "floods" }), "silent");
  rules.want({ keywords: ["水浸"] });
  assert.deepEqual(
    [rules.tells({ ...PLAIN, body: "flood" }), rules.tells({ ...PLAIN, body: "水浸" })],
    ["silent", "loud"],
  );
  assert.deepEqual(rules.levels.keywords, ["水浸"]);
  assert.deepEqual(
    [parseKeyword("  two \n words "), parseKeyword("  "), parseKeyword("x".repeat(101))],
    ["two words", undefined, undefined],
  );
});

test("calls by name, @room, invitations and everything at once are switched off and on", () => {
  const rules = new Rules().want({ rooms: "mentions", mentions: false, atRoom: false });
  assert.deepEqual(
    [rules.tells(CALLED), rules.tells({ body: "amy?" }), rules.tells(EVERYBODY)],
    ["silent", "silent", "silent"],
  );
  rules.want({ mentions: true, atRoom: true });
  assert.deepEqual(
    [rules.tells(CALLED), rules.tells({ body: "amy?" }), rules.tells(EVERYBODY)],
    ["loud", "loud", "loud"],
  );
  const invite = { membership: "invite" };
  assert.equal(rules.want({ invitations: false }).levels.invitations, false);
  assert.equal(rules.tells(invite, { type: "m.room.member" }), "silent");
  assert.equal(rules.want({ on: false }).tells(CALLED, { members: 2 }), "silent");
  assert.equal(rules.want({ on: true }).tells(CALLED), "loud");
});

test("what other clients wrote stays: silent words, senders, rules that are off", () => {
  const theirs = readRuleset({
    ...rulesetOf(ME, noChanges),
    content: [
      { rule_id: "spam", pattern: "spam", actions: [], enabled: true },
      { rule_id: "off", pattern: "off", actions: ["notify"], enabled: false },
    ],
    sender: [{ rule_id: "@bob:test", actions: [], enabled: true }],
    room: [{ rule_id: "!r:test", actions: ["notify"], enabled: false }],
    override: [
      {
        rule_id: "theirs",
        actions: [],
        enabled: true,
        conditions: [{ kind: "event_match", key: "type", pattern: "x" }],
      },
    ],
  });
  const levels = levelsOf(theirs);
  assert.deepEqual([levels.keywords, levels.ofRooms.size], [[], 0]);
  const changes = changesTo(theirs, { ...levels, keywords: ["a"], ofRooms: new Map([["!x:test", "all"]]) }, ME);
  assert.deepEqual(
    changes.map((change) => change.do),
    ["put", "put"],
  );
});

test("direct messages keep their level when they had it from the other rooms", () => {
  const rules = readRuleset({
    ...rulesetOf(ME, noChanges),
    underride: rulesetOf(ME, noChanges).underride.map((rule) => ({
      ...rule,
      enabled: !rule.rule_id.includes("one_to_one"),
    })),
  });
  const changes = changesTo(rules, { ...levelsOf(rules), rooms: "mentions" }, ME);
  assert.ok(
    changes.some((change) => change.do === "enable" && change.id === ".m.rule.room_one_to_one" && change.enabled),
  );
});

test("rules in the wrong form are left out", () => {
  for (const bad of [undefined, null, 5, { override: 5 }, { override: [5, null, { rule_id: 5 }, { rule_id: "x" }] }])
    assert.deepEqual(readRuleset(bad).override, []);
});
