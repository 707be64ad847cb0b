import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEventId, parseUserId, type UserId } from "@causeway/base";
import fc from "fast-check";
import { checkAuth } from "./auth-rules.ts";
import { stateKeyOf, type AuthEvent, type Content, type StateLookup } from "./event.ts";
import { ABOVE_ALL, PowerLevels } from "./power-levels.ts";
import { roomVersion, type RoomVersion } from "./room-versions.ts";

function user(name: string): UserId {
  const parsed = parseUserId(`@${name}:example.com`);
  assert.ok(parsed);
  return parsed;
}

function version(id: string): RoomVersion {
  const found = roomVersion(id);
  assert.ok(found);
  return found;
}

const [creator, member, stranger] = [user("creator"), user("member"), user("stranger")];

function event(type: string, sender: UserId, content: Content, stateKey?: string): AuthEvent {
  const id = parseEventId("$x");
  return {
    type,
    sender,
    content,
    ...(stateKey === undefined ? {} : { state_key: stateKey }),
    prev_events: id === undefined ? [] : [id],
  };
}

/** A room with a creator and a member, and what a test adds. */
function room(...more: readonly AuthEvent[]): StateLookup {
  const state = new Map<string, AuthEvent>();
  const events = [
    event("m.room.create", creator, { creator, room_version: "x" }, ""),
    event("m.room.member", creator, { membership: "join" }, creator),
    event("m.room.member", member, { membership: "join" }, member),
    event("m.room.join_rules", creator, { join_rule: "invite" }, ""),
    ...more,
  ];
  for (const one of events) state.set(stateKeyOf(one.type, one.state_key ?? ""), one);
  return (type, stateKey) => state.get(stateKeyOf(type, stateKey));
}

const levels = (content: Content): AuthEvent => event("m.room.power_levels", creator, content, "");
const join = (who: UserId, more: Content = {}): AuthEvent =>
  event("m.room.member", who, { membership: "join", ...more }, who);

function allowed(id: string, what: AuthEvent, state: StateLookup): boolean {
  return checkAuth(version(id), what, state).allowed;
}

test("only those who are in a room may send", () => {
  assert.equal(allowed("11", event("m.room.message", member, {}), room()), true);
  assert.equal(allowed("11", event("m.room.message", stranger, {}), room()), false);
});

test("nobody enters a closed room uninvited, and nobody for somebody else", () => {
  assert.equal(allowed("11", join(stranger), room()), false);
  const invited = room(event("m.room.member", creator, { membership: "invite" }, stranger));
  assert.equal(allowed("11", join(stranger), invited), true);
  assert.equal(allowed("11", event("m.room.member", member, { membership: "join" }, stranger), invited), false);
  const banned = room(
    event("m.room.member", creator, { membership: "ban" }, stranger),
    event("m.room.join_rules", creator, { join_rule: "public" }, ""),
  );
  assert.equal(allowed("11", join(stranger), banned), false);
});

test("a restricted room needs a member who may invite to vouch, from version 8 on", () => {
  const restricted = room(
    event("m.room.join_rules", creator, { join_rule: "restricted", allow: [] }, ""),
    levels({ invite: 50, users: { [creator]: 100 } }),
  );
  assert.equal(allowed("10", join(stranger), restricted), false);
  assert.equal(allowed("10", join(stranger, { join_authorised_via_users_server: creator }), restricted), true);
  assert.equal(allowed("10", join(stranger, { join_authorised_via_users_server: member }), restricted), false);
  assert.equal(allowed("7", join(stranger, { join_authorised_via_users_server: creator }), restricted), false);
});

test("knocking needs a room that takes knocks, and a version that has them", () => {
  const knock = event("m.room.member", stranger, { membership: "knock" }, stranger);
  const open = room(event("m.room.join_rules", creator, { join_rule: "knock" }, ""));
  assert.equal(allowed("7", knock, open), true);
  assert.equal(allowed("6", knock, open), false);
  assert.equal(allowed("7", knock, room()), false);
});

test("in version 12 creators stand above all, and no power levels may name them", () => {
  const state = room(levels({ users: { [member]: 9000 } }));
  assert.equal(new PowerLevels(version("12"), state).of(creator), ABOVE_ALL);
  const kick = event("m.room.member", member, { membership: "leave" }, creator);
  assert.equal(allowed("12", kick, state), false);
  assert.equal(allowed("11", kick, state), true);
  const named = event("m.room.power_levels", creator, { users: { [creator]: 100 } }, "");
  assert.equal(allowed("12", named, state), false);
});

test("power levels as text count in old versions and are refused from version 10 on", () => {
  const change = event("m.room.power_levels", creator, { users: { [member]: "50" } }, "");
  assert.equal(allowed("9", change, room()), true);
  assert.equal(allowed("10", change, room()), false);
});

test("whatever somebody with power 50 writes, nobody ends up above 50 and nobody at 50 or more is changed", () => {
  const other = user("other");
  const before = { users: { [creator]: 100, [member]: 50, [other]: 50 }, state_default: 50, ban: 60 };
  const state = room(levels(before));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 0, max: 120 }),
      fc.integer({ min: 0, max: 120 }),
      (a, b, ban) => {
        const after = { ...before, users: { [creator]: 100, [member]: 50, [other]: a, [stranger]: b }, ban };
        const may = allowed("11", event("m.room.power_levels", member, after, ""), state);
        assert.equal(may, a === 50 && b <= 50 && ban === 60);
      },
    ),
  );
});

test("a create event has nothing before it, and in version 12 no room id", () => {
  const create = {
    type: "m.room.create",
    sender: creator,
    state_key: "",
    content: { room_version: "12" },
    prev_events: [],
  };
  assert.equal(checkAuth(version("12"), create, () => undefined).allowed, true);
  assert.equal(checkAuth(version("11"), create, () => undefined).allowed, false);
  assert.equal(checkAuth(version("12"), event("m.room.create", creator, {}, ""), () => undefined).allowed, false);
});
