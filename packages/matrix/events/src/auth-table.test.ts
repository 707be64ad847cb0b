import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAuth } from "./auth-rules.ts";
import { roomVersions } from "./room-versions.ts";
import {
  alice,
  all,
  base,
  bob,
  carol,
  event,
  from,
  id,
  levels,
  mallory,
  member,
  none,
  rules,
  state,
  until,
  type AuthCase,
} from "../tests/auth-cases.ts";

const before = { prev_events: [id.event("$create:example.com")] };
const creating = (content: object, more: object = {}): AuthCase["event"] => ({
  ...event("m.room.create", alice, { content: { creator: alice, ...content }, state_key: "", prev_events: [] }),
  ...more,
});
const { room_id: _, ...roomless } = creating({});
const restricted = { join_authorised_via_users_server: alice };

const CREATE: readonly AuthCase[] = [
  { what: "a create event with a room id", event: creating({}), allowed: until(11) },
  { what: "a create event without a room id", event: roomless, allowed: from(12) },
  {
    what: "a create event after another event",
    event: creating({}, { prev_events: before.prev_events }),
    allowed: none,
  },
  { what: "a create event of another server's room", event: creating({}, { room_id: "!a:elsewhere" }), allowed: none },
  { what: "a create event of a version that nobody knows", event: creating({ room_version: "x" }), allowed: none },
  { what: "a create event of a version that is no text", event: creating({ room_version: 1 }), allowed: none },
  { what: "a create event whose version is null", event: creating({ room_version: null }), allowed: none },
  {
    what: "a create event that names no creator",
    event: { ...creating({}), content: {} },
    allowed: (version) => version === 11,
  },
  ...[null, {}, [1], ["nobody"], ["@a"], "@a:b", [`@${"a".repeat(255)}:b`]].map((additional) => ({
    what: `a create event with ${JSON.stringify(additional).slice(0, 20)} as additional creators`,
    event: { ...roomless, content: { additional_creators: additional } },
    allowed: none,
  })),
  {
    what: "a create event with good additional creators",
    event: { ...roomless, content: { additional_creators: [bob, "@Old ID:x"] } },
    allowed: from(12),
  },
];

const SENDING: readonly AuthCase[] = [
  { what: "a message of a member", event: event("m.room.message", bob), allowed: all },
  { what: "a message of a stranger", event: event("m.room.message", carol), allowed: none },
  {
    what: "a message in a room without a create event",
    event: event("m.room.message", bob),
    without: [["m.room.create", ""]],
    allowed: none,
  },
  {
    what: "a message from elsewhere in a room that is not federated",
    event: event("m.room.message", mallory),
    state: [state("m.room.create", alice, { creator: alice, "m.federate": false }), member(mallory, "join")],
    allowed: none,
  },
  {
    what: "a message from elsewhere in a room that says nothing good about federation",
    event: event("m.room.message", mallory),
    state: [state("m.room.create", alice, { creator: alice, "m.federate": "false" }), member(mallory, "join")],
    allowed: all,
  },
  {
    what: "aliases of one's own server by a stranger",
    event: event("m.room.aliases", carol, { state_key: "example.com" }),
    allowed: until(5),
  },
  {
    what: "aliases of one's own server by a member",
    event: event("m.room.aliases", bob, { state_key: "example.com" }),
    allowed: all,
  },
  {
    what: "aliases of another server by a member",
    event: event("m.room.aliases", bob, { state_key: "elsewhere" }),
    allowed: from(6),
  },
  { what: "aliases without a state key by a member", event: event("m.room.aliases", bob), allowed: from(6) },
  {
    what: "state by a member without power",
    event: state("m.room.topic", carol, {}),
    state: [member(carol, "join")],
    allowed: none,
  },
  {
    what: "state of an unpowered member where the type needs no power",
    event: state("m.room.topic", carol, {}),
    state: [member(carol, "join"), levels({ events: { "m.room.topic": 0 } })],
    allowed: all,
  },
  {
    what: "a message that needs more than the default",
    event: event("m.room.message", bob),
    state: [levels({ events_default: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  {
    what: "state by a member where no power levels are set",
    event: state("m.room.topic", bob, {}),
    without: [["m.room.power_levels", ""]],
    allowed: none,
  },
  {
    what: "state by the creator where no power levels are set",
    event: state("m.room.topic", alice, {}),
    without: [["m.room.power_levels", ""]],
    allowed: all,
  },
  { what: "one's own state", event: event("x", bob, { state_key: bob }), allowed: all },
  { what: "somebody else's state", event: event("x", alice, { state_key: bob }), allowed: none },
  { what: "state of a key that looks like a person's", event: event("x", alice, { state_key: "@" }), allowed: none },
  {
    what: "a third-party invitation by who may not invite",
    event: event("m.room.third_party_invite", bob, { state_key: "token" }),
    state: [levels({ invite: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  {
    what: "a third-party invitation by who may invite and nothing else",
    event: event("m.room.third_party_invite", bob, { state_key: "token" }),
    state: [levels({ invite: 50, state_default: 90, users: { [bob]: 50 } })],
    allowed: all,
  },
  {
    what: "a redaction across servers without power",
    event: event("m.room.redaction", carol, { redacts: "$x:elsewhere", event_id: id.event("$y:example.com") }),
    state: [member(carol, "join")],
    allowed: from(3),
  },
  {
    what: "a redaction on one server without power",
    event: event("m.room.redaction", carol, { redacts: "$x:example.com", event_id: id.event("$y:example.com") }),
    state: [member(carol, "join")],
    allowed: all,
  },
  {
    what: "a redaction of nothing, without power",
    event: event("m.room.redaction", carol, { event_id: id.event("$y") }),
    state: [member(carol, "join")],
    allowed: from(3),
  },
];

const JOINS: readonly AuthCase[] = [
  { what: "the creator's first join", event: { ...member(alice, "join"), ...before }, allowed: all },
  {
    what: "the creator's first join in somebody else's name",
    event: { ...member(alice, "join", carol), ...before },
    allowed: all, // the rule looks at the state key alone
  },
  { what: "somebody else's first join", event: { ...member(carol, "join"), ...before }, allowed: none },
  {
    what: "the creator's join after more than the create event",
    event: { ...member(alice, "join"), prev_events: [...before.prev_events, id.event("$other")] },
    state: [member(alice, "leave")],
    allowed: none,
  },
  {
    what: "a join without a state key",
    event: event("m.room.member", bob, { content: { membership: "join" } }),
    allowed: none,
  },
  { what: "a membership without a membership", event: { ...member(bob, "join"), content: {} }, allowed: none },
  { what: "a membership that nobody knows", event: member(bob, "dance"), allowed: none },
  { what: "a join again", event: member(bob, "join"), allowed: all },
  { what: "a join for somebody else", event: member(carol, "join", alice), state: [rules("public")], allowed: none },
  { what: "a join of the uninvited", event: member(carol, "join"), allowed: none },
  {
    what: "a join of the invited",
    event: member(carol, "join"),
    state: [member(carol, "invite", alice)],
    allowed: all,
  },
  {
    what: "a join where there are no join rules",
    event: member(carol, "join"),
    without: [["m.room.join_rules", ""]],
    allowed: none,
  },
  { what: "a join into a public room", event: member(carol, "join"), state: [rules("public")], allowed: all },
  {
    what: "a join of the banned into a public room",
    event: member(carol, "join"),
    state: [rules("public"), member(carol, "ban", alice)],
    allowed: none,
  },
  {
    what: "a join of the invited where one knocks",
    event: member(carol, "join"),
    state: [rules("knock"), member(carol, "invite", alice)],
    allowed: from(7),
  },
  {
    what: "a join of who knocked",
    event: member(carol, "join"),
    state: [rules("knock"), member(carol, "knock")],
    allowed: none,
  },
  ...["restricted", "knock_restricted"].flatMap((rule): readonly AuthCase[] => {
    const first = rule === "restricted" ? 8 : 10;
    const open = [rules(rule), levels({ invite: 50, users: { [bob]: 50 } })];
    const by = (who: unknown): AuthCase["event"] =>
      member(carol, { membership: "join", join_authorised_via_users_server: who }, carol);
    return [
      {
        what: `a join by ${rule} of the invited`,
        event: member(carol, "join"),
        state: [...open, member(carol, "invite", alice)],
        allowed: from(first),
      },
      { what: `a join by ${rule} for which nobody vouches`, event: member(carol, "join"), state: open, allowed: none },
      { what: `a join by ${rule} for which one with power vouches`, event: by(bob), state: open, allowed: from(first) },
      {
        what: `a join by ${rule} for which one without power vouches`,
        event: by(bob),
        state: [rules(rule), levels({ invite: 51, users: { [bob]: 50 } })],
        allowed: none,
      },
      {
        what: `a join by ${rule} for which one who left vouches`,
        event: by(bob),
        state: [...open, member(bob, "leave")],
        allowed: none,
      },
      { what: `a join by ${rule} for which a number vouches`, event: by(5), state: open, allowed: none },
    ];
  }),
  {
    what: "a join by a rule that nobody knows",
    event: member(carol, { membership: "join", ...restricted }, carol),
    state: [rules("private")],
    allowed: none,
  },
  {
    what: "a join by a rule that is no text",
    event: member(carol, { membership: "join", ...restricted }, carol),
    state: [rules(["public"])],
    allowed: none,
  },
];

const OTHER_MEMBERSHIPS: readonly AuthCase[] = [
  { what: "an invitation", event: member(carol, "invite", bob), allowed: all },
  { what: "an invitation by a stranger", event: member(carol, "invite", mallory), allowed: none },
  { what: "an invitation of a member", event: member(alice, "invite", bob), allowed: none },
  {
    what: "an invitation of the banned",
    event: member(carol, "invite", bob),
    state: [member(carol, "ban", alice)],
    allowed: none,
  },
  {
    what: "an invitation without the power",
    event: member(carol, "invite", bob),
    state: [levels({ invite: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  {
    what: "an invitation by a third party that is not signed",
    event: member(carol, { membership: "invite", third_party_invite: {} }, bob),
    allowed: none,
  },
  {
    what: "an invitation by a third party that is null",
    event: member(carol, { membership: "invite", third_party_invite: null }, bob),
    allowed: none,
  },
  { what: "leaving", event: member(bob, "leave"), allowed: all },
  {
    what: "declining an invitation",
    event: member(carol, "leave"),
    state: [member(carol, "invite", bob)],
    allowed: all,
  },
  { what: "taking a knock back", event: member(carol, "leave"), state: [member(carol, "knock")], allowed: from(7) },
  { what: "leaving twice", event: member(carol, "leave"), state: [member(carol, "leave")], allowed: none },
  { what: "leaving where one never was", event: member(carol, "leave"), allowed: none },
  { what: "leaving while banned", event: member(carol, "leave"), state: [member(carol, "ban", alice)], allowed: none },
  { what: "a kick", event: member(carol, "leave", bob), state: [member(carol, "join")], allowed: all },
  { what: "a kick by a stranger", event: member(bob, "leave", carol), allowed: none },
  {
    what: "a kick of one's equal",
    event: member(carol, "leave", bob),
    state: [member(carol, "join"), levels({ users: { [bob]: 50, [carol]: 50 } })],
    allowed: none,
  },
  {
    what: "a kick of the creator",
    event: member(alice, "leave", bob),
    state: [levels({ users: { [bob]: 100 }, users_default: 0 })],
    allowed: until(11),
  },
  {
    what: "a kick without the power",
    event: member(carol, "leave", bob),
    state: [member(carol, "join"), levels({ kick: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  { what: "the end of a ban", event: member(carol, "leave", bob), state: [member(carol, "ban", alice)], allowed: all },
  {
    what: "the end of a ban by who may only kick",
    event: member(carol, "leave", bob),
    state: [member(carol, "ban", alice), levels({ ban: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  { what: "a ban", event: member(carol, "ban", bob), allowed: all },
  { what: "a ban by a stranger", event: member(bob, "ban", carol), allowed: none },
  {
    what: "a ban of one's equal",
    event: member(carol, "ban", bob),
    state: [levels({ users: { [bob]: 50, [carol]: 50 } })],
    allowed: none,
  },
  {
    what: "a ban without the power",
    event: member(carol, "ban", bob),
    state: [levels({ ban: 51, users: { [bob]: 50 } })],
    allowed: none,
  },
  { what: "a ban of oneself", event: member(bob, "ban"), allowed: none },
  { what: "a knock where one does not knock", event: member(carol, "knock"), allowed: none },
  { what: "a knock", event: member(carol, "knock"), state: [rules("knock")], allowed: from(7) },
  {
    what: "a knock where one knocks or is let in",
    event: member(carol, "knock"),
    state: [rules("knock_restricted")],
    allowed: from(10),
  },
  { what: "a knock for somebody else", event: member(carol, "knock", bob), state: [rules("knock")], allowed: none },
  ...["ban", "invite", "join"].map((now) => ({
    what: `a knock after ${now}`,
    event: member(carol, "knock"),
    state: [rules("knock"), member(carol, now, alice)],
    allowed: none,
  })),
  {
    what: "a second knock",
    event: member(carol, "knock"),
    state: [rules("knock"), member(carol, "knock")],
    allowed: from(7),
  },
];

/** Bob, who has 50, changes the levels of a room from one content to another. */
function change(what: string, change: readonly [was: object, is: object], allowed: AuthCase["allowed"]): AuthCase {
  const users = { [bob]: 50 };
  return {
    what: `levels: ${what}`,
    event: levels({ users, ...change[0], ...change[1] }, bob),
    state: [levels({ users, ...change[0] })],
    allowed,
  };
}

const LEVELS: readonly AuthCase[] = [
  change("nothing", [{}, {}], all),
  change("a default up to one's own", [{}, { users_default: 50 }], all),
  change("a default above one's own", [{}, { users_default: 51 }], none),
  change("a default that was above one's own", [{ ban: 51 }, { ban: 50 }], none),
  change("a default that was above one's own taken away", [{ ban: 51 }, { ban: undefined }], none),
  change("a type up to one's own", [{}, { events: { x: 50 } }], all),
  change("a type above one's own", [{}, { events: { x: 51 } }], none),
  change("a type that was above one's own", [{ events: { x: 51 } }, { events: {} }], none),
  change("a type that stays above one's own", [{ events: { x: 51 } }, { events: { x: 51, y: 3 } }], all),
  change("notifications above one's own", [{}, { notifications: { room: 51 } }], until(5)),
  change("notifications that were above one's own", [{ notifications: { room: 51 } }, { notifications: {} }], until(5)),
  change("somebody up to one's own", [{}, { users: { [bob]: 50, [carol]: 50 } }], all),
  change("somebody above one's own", [{}, { users: { [bob]: 50, [carol]: 51 } }], none),
  change("oneself up", [{}, { users: { [bob]: 51 } }], none),
  change("oneself down", [{}, { users: { [bob]: 0 } }], all),
  change("oneself out", [{}, { users: {} }], all),
  change("one's equal down", [{ users: { [bob]: 50, [carol]: 50 } }, { users: { [bob]: 50, [carol]: 0 } }], none),
  change("one's equal out", [{ users: { [bob]: 50, [carol]: 50 } }, { users: { [bob]: 50 } }], none),
  change("one's lesser out", [{ users: { [bob]: 50, [carol]: 49 } }, { users: { [bob]: 50 } }], all),
  change("the creator named", [{}, { users: { [bob]: 50, [alice]: 50 } }], until(11)),
  change("users that are a list", [{}, { users: [] }], none),
  change("users that are null", [{}, { users: null }], none),
  change("users with a key that is no user", [{}, { users: { [bob]: 50, bob: 1 } }], none),
  change("users with a level that is text", [{}, { users: { [bob]: 50, [carol]: " +010 " } }], until(9)),
  change("users with a level that is text of a fraction", [{}, { users: { [bob]: 50, [carol]: "1.0" } }], none),
  change("users with a level that is a fraction", [{}, { users: { [bob]: 50, [carol]: 50.9 } }], until(5)),
  change("users with a level that is too large", [{}, { users: { [bob]: 50, [carol]: 2 ** 53 } }], none),
  change("users with a level that is null", [{}, { users: { [bob]: 50, [carol]: null } }], none),
  change("users with a level that is true", [{}, { users: { [bob]: 50, [carol]: true } }], none),
  change("a default that is text", [{}, { invite: "5" }], until(9)),
  change("a default that is null", [{}, { invite: null }], until(9)),
  change("events that are a list", [{}, { events: [] }], until(9)),
  change("events with a level that is text", [{}, { events: { x: "5" } }], until(9)),
  change("notifications with a level that is text", [{}, { notifications: { x: "5" } }], until(9)),
  change("notifications that are a number", [{}, { notifications: 5 }], until(9)),
  change("users named like a member of every object", [{}, { users: { [bob]: 50, constructor: 1 } }], none),
  {
    what: "levels: the first in a room, by who has the power",
    event: levels({ users: { [bob]: 7000 } }),
    without: [["m.room.power_levels", ""]],
    allowed: all,
  },
];

const TABLE = [...CREATE, ...SENDING, ...JOINS, ...OTHER_MEMBERSHIPS, ...LEVELS];

test("the table has a line for each rule", () => {
  assert.ok(TABLE.length > 120);
  assert.equal(new Set(TABLE.map(({ what }) => what)).size, TABLE.length);
});

for (const version of roomVersions) {
  test(`version ${version.id} decides each case of the table as its rules say`, () => {
    const number = Number(version.id);
    for (const one of TABLE) {
      const decision = checkAuth(version, one.event, base(number, one));
      assert.equal(decision.allowed, one.allowed(number), one.what);
    }
  });
}
