import { engines, path, sharedWorld, type Answered, type Person, type TestWorld } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

type State = "none" | "invite" | "join" | "knock" | "leave" | "ban";
type Role = "admin" | "mod" | "member";
type Deed = "invite" | "kick" | "ban" | "unban";

/** A room that takes knocks, with an administrator (100), a moderator (50) and a member (0); inviting needs 50. */
interface Stage {
  readonly room: string;
  readonly admin: Person;
  readonly mod: Person;
  readonly member: Person;
}

async function stageOf(world: TestWorld, version = "11"): Promise<Stage> {
  const [admin, mod, member] = await world.people("admin", "mod", "member");
  const levels = version === "12" ? { [mod.userId]: 50 } : { [admin.userId]: 100, [mod.userId]: 50 };
  const room = await admin.createRoomWith([mod, member], {
    room_version: version,
    power_level_content_override: { users: levels, invite: 50 },
    initial_state: [{ type: "m.room.join_rules", content: { join_rule: "knock" } }],
  });
  return { room, admin, mod, member };
}

async function membershipOf(stage: Stage, person: Person): Promise<string> {
  const found = await stage.admin.state(stage.room, "m.room.member", person.userId);
  return found.status === 404 ? "none" : found.ok().at("membership").text;
}

/** Brings somebody into a state. */
async function bring(stage: Stage, person: Person, state: State): Promise<void> {
  const { room, admin } = stage;
  if (state === "knock") (await person.post(path`/knock/${room}`)).ok();
  if (state === "invite" || state === "join" || state === "leave") (await admin.about("invite", room, person)).ok();
  if (state === "join" || state === "leave") (await person.join(room)).ok();
  if (state === "leave") (await person.leave(room)).ok();
  if (state === "ban") (await admin.about("ban", room, person)).ok();
  assert.equal(await membershipOf(stage, person), state);
}

/** What comes of a deed to somebody without power: the answer, and their membership afterwards. */
const TO_OTHERS: readonly (readonly [Deed, Role, State, string, State])[] = [
  ["invite", "mod", "none", "200", "invite"],
  ["invite", "mod", "invite", "200", "invite"],
  ["invite", "mod", "knock", "200", "invite"],
  ["invite", "mod", "leave", "200", "invite"],
  ["invite", "mod", "join", "403 M_FORBIDDEN", "join"],
  ["invite", "mod", "ban", "403 M_FORBIDDEN", "ban"],
  ["invite", "member", "none", "403 M_FORBIDDEN", "none"],
  ["kick", "mod", "join", "200", "leave"],
  ["kick", "mod", "invite", "200", "leave"],
  ["kick", "mod", "knock", "200", "leave"],
  ["kick", "mod", "none", "403 M_FORBIDDEN", "none"],
  ["kick", "mod", "leave", "403 M_FORBIDDEN", "leave"],
  ["kick", "mod", "ban", "403 M_FORBIDDEN", "ban"],
  ["kick", "member", "join", "403 M_FORBIDDEN", "join"],
  ["ban", "mod", "none", "200", "ban"],
  ["ban", "mod", "join", "200", "ban"],
  ["ban", "mod", "invite", "200", "ban"],
  ["ban", "mod", "knock", "200", "ban"],
  ["ban", "mod", "leave", "200", "ban"],
  ["ban", "mod", "ban", "200", "ban"],
  ["ban", "member", "join", "403 M_FORBIDDEN", "join"],
  ["unban", "mod", "ban", "200", "leave"],
  ["unban", "mod", "join", "403 M_FORBIDDEN", "join"],
  ["unban", "mod", "invite", "403 M_FORBIDDEN", "invite"],
  ["unban", "mod", "none", "403 M_FORBIDDEN", "none"],
  ["unban", "member", "ban", "403 M_FORBIDDEN", "ban"],
];

type Own = "join" | "leave" | "knock" | "forget";

/** What somebody can do about themselves. */
const OWN: readonly (readonly [Own, State, string, State])[] = [
  ["join", "none", "403 M_FORBIDDEN", "none"],
  ["join", "knock", "403 M_FORBIDDEN", "knock"],
  ["join", "invite", "200", "join"],
  ["join", "join", "200", "join"],
  ["join", "leave", "403 M_FORBIDDEN", "leave"],
  ["join", "ban", "403 M_FORBIDDEN", "ban"],
  ["leave", "none", "403 M_FORBIDDEN", "none"],
  ["leave", "invite", "200", "leave"],
  ["leave", "join", "200", "leave"],
  ["leave", "knock", "200", "leave"],
  ["leave", "leave", "200", "leave"],
  ["leave", "ban", "403 M_FORBIDDEN", "ban"],
  ["knock", "none", "200", "knock"],
  ["knock", "knock", "200", "knock"],
  ["knock", "leave", "200", "knock"],
  ["knock", "invite", "403 M_FORBIDDEN", "invite"],
  ["knock", "join", "403 M_FORBIDDEN", "join"],
  ["knock", "ban", "403 M_FORBIDDEN", "ban"],
  ["forget", "none", "404 M_NOT_FOUND", "none"],
  ["forget", "invite", "400 M_UNKNOWN", "invite"],
  ["forget", "join", "400 M_UNKNOWN", "join"],
  ["forget", "knock", "400 M_UNKNOWN", "knock"],
  ["forget", "leave", "200", "leave"],
  ["forget", "ban", "200", "ban"],
];

function does(person: Person, own: Own, room: string): Promise<Answered> {
  if (own === "join") return person.join(room);
  return own === "knock" ? person.post(path`/knock/${room}`) : person.post(path`/rooms/${room}/${own}`);
}

for (const engine of engines) {
  describe(`membership on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("what others do about somebody follows the room's levels and what somebody is", async () => {
      for (const version of ["10", "12"]) {
        const stage = await stageOf(world(), version);
        for (const [deed, role, before, answer, after] of TO_OTHERS) {
          const target = await world().person("target");
          await bring(stage, target, before);
          const name = `version ${version}: ${role} does ${deed} to ${before}`;
          assert.equal((await stage[role].about(deed, stage.room, target)).brief, answer, name);
          assert.equal(await membershipOf(stage, target), after, name);
        }
      }
    });

    test("what somebody does about themselves follows what they are", async () => {
      const stage = await stageOf(world());
      for (const [own, before, answer, after] of OWN) {
        const target = await world().person("target");
        await bring(stage, target, before);
        assert.equal((await does(target, own, stage.room)).brief, answer, `${own} when ${before}`);
        assert.equal(await membershipOf(stage, target), after, `after ${own} when ${before}`);
      }
    });

    test("nobody removes somebody of the same or more power, and creators of version 12 cannot be removed", async () => {
      for (const version of ["11", "12"]) {
        const stage = await stageOf(world(), version);
        for (const deed of ["kick", "ban"] as const) {
          assert.equal((await stage.mod.about(deed, stage.room, stage.admin)).brief, "403 M_FORBIDDEN");
          const equal = await world().person("equal");
          await bring(stage, equal, "join");
          const levels = (await stage.admin.state(stage.room, "m.room.power_levels")).ok();
          const users = { ...Object(levels.at("users").value), [equal.userId]: 50 };
          const content = { ...Object(levels.body), users };
          (await stage.admin.setState(stage.room, "m.room.power_levels", { content })).ok();
          assert.equal((await stage.mod.about(deed, stage.room, equal)).brief, "403 M_FORBIDDEN");
          assert.equal((await stage.member.about(deed, stage.room, stage.mod)).brief, "403 M_FORBIDDEN");
        }
        assert.equal((await stage.admin.about("ban", stage.room, stage.mod)).brief, "200");
      }
    });

    test("somebody outside can do nothing to anybody, whether the room exists or not", async () => {
      const stage = await stageOf(world());
      const stranger = await world().person("stranger");
      for (const room of [stage.room, "!nowhere:localhost"]) {
        for (const deed of ["invite", "kick", "ban", "unban"] as const)
          assert.equal((await stranger.about(deed, room, stage.member)).brief, "403 M_FORBIDDEN");
        for (const at of ["state", "members", "joined_members", "aliases", "messages?dir=b"])
          assert.equal((await stranger.get(`${path`/rooms/${room}`}/${at}`)).brief, "403 M_FORBIDDEN", at);
        assert.equal((await stranger.join(room)).brief, "403 M_FORBIDDEN");
        assert.equal((await stranger.leave(room)).brief, "403 M_FORBIDDEN");
        assert.equal((await stranger.trySend(room, { body: "x" })).brief, "403 M_FORBIDDEN");
        assert.equal((await stranger.redact(room, "$nothing")).brief, "403 M_FORBIDDEN");
        assert.equal((await stranger.get(path`/rooms/${room}/event/${"$nothing"}`)).brief, "404 M_NOT_FOUND");
      }
    });

    test("reasons are kept in the event, and a knock carries its own to those who decide", async () => {
      const stage = await stageOf(world());
      const [target, knocker] = await world().people("target", "knocker");
      await stage.mod.post(path`/rooms/${stage.room}/invite`, { user_id: target.userId, reason: "come" });
      const invited = await stage.mod.state(stage.room, "m.room.member", target.userId);
      assert.equal(invited.at("reason").text, "come");
      (await target.post(path`/rooms/${stage.room}/join`, { reason: "here I am" })).ok();
      (await stage.mod.post(path`/rooms/${stage.room}/kick`, { user_id: target.userId, reason: "go" })).ok();
      assert.equal((await stage.mod.state(stage.room, "m.room.member", target.userId)).at("reason").text, "go");
      (await knocker.post(path`/knock/${stage.room}`, { reason: "please" })).ok();
      assert.equal((await stage.mod.state(stage.room, "m.room.member", knocker.userId)).at("reason").text, "please");
      const mine = (await knocker.sync()).at("rooms", "knock", stage.room, "knock_state", "events").list;
      assert.ok(mine.some((event) => event.at("type").value === "m.room.join_rules"));
      (await stage.mod.about("invite", stage.room, knocker)).ok();
      const news = await knocker.sync();
      assert.ok(news.at("rooms", "invite", stage.room).isThere);
      (await knocker.join(stage.room)).ok();
    });

    test("a room that takes no knocks refuses them", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom();
      assert.equal((await bob.post(path`/knock/${room}`)).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.post(path`/knock/${"#nothing:localhost"}`)).brief, "404 M_NOT_FOUND");
      const old = await alice.createRoom({ room_version: "6" });
      await alice.setState(old, "m.room.join_rules", { content: { join_rule: "knock" } });
      assert.equal((await bob.post(path`/knock/${old}`)).brief, "403 M_FORBIDDEN", "version 6 knows no knocking");
    });

    test("who forgets a room hears nothing of it and reads nothing of it, and may come back when invited", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const said = await alice.send(room, "before");
      (await bob.leave(room)).ok();
      assert.equal((await bob.get(path`/rooms/${room}/messages`, { dir: "b" })).brief, "200");
      assert.equal((await bob.get(path`/rooms/${room}/state`)).brief, "200");
      (await bob.post(path`/rooms/${room}/forget`)).ok();
      assert.equal((await bob.get(path`/rooms/${room}/messages`, { dir: "b" })).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.get(path`/rooms/${room}/state`)).brief, "403 M_FORBIDDEN");
      assert.equal((await bob.get(path`/rooms/${room}/event/${said}`)).brief, "404 M_NOT_FOUND");
      const all = await bob.sync({ since: "none", filter: { room: { include_leave: true } } });
      assert.equal(all.at("rooms", "leave", room).isThere, false);
      (await alice.about("invite", room, bob)).ok();
      (await bob.join(room)).ok();
      assert.equal((await bob.get(path`/rooms/${room}/event/${said}`)).brief, "200");
    });

    test("an invitation that is sent twice with the same words is one event", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoom({ invite: [bob.userId] });
      const before = (
        await alice.get(path`/rooms/${room}/state/m.room.member/${bob.userId}`, { format: "event" })
      ).ok();
      (await alice.about("invite", room, bob)).ok();
      const after = (await alice.get(path`/rooms/${room}/state/m.room.member/${bob.userId}`, { format: "event" })).ok();
      assert.equal(after.at("event_id").text, before.at("event_id").text);
    });

    test("nobody can be invited who has no account here, whichever way is tried, and strangers are not told who has", async () => {
      const stage = await stageOf(world());
      const { mod, room } = stage;
      const ghost = "@ghost:localhost";
      assert.equal((await mod.about("invite", room, ghost)).brief, "404 M_NOT_FOUND");
      assert.equal((await mod.about("invite", room, "@a:elsewhere.example")).brief, "403 M_FORBIDDEN");
      const invite = { content: { membership: "invite" }, key: ghost };
      assert.equal((await mod.setState(room, "m.room.member", invite)).brief, "404 M_NOT_FOUND");
      const stranger = await world().person("stranger");
      assert.equal((await stranger.about("invite", room, ghost)).brief, "403 M_FORBIDDEN");
      assert.equal(
        (await mod.post(path`/rooms/${room}/invite`, { id_server: "x", medium: "email", address: "a@b.c" })).brief,
        "403 M_THREEPID_DENIED",
      );
      assert.equal((await mod.post(path`/rooms/${room}/invite`, {})).brief, "400 M_BAD_JSON");
      assert.equal((await mod.post(path`/rooms/${room}/invite`, { user_id: "bob" })).brief, "400 M_BAD_JSON");
    });

    test("joins by state follow the same rules as joins, and nobody joins for somebody else", async () => {
      const stage = await stageOf(world());
      const target = await world().person("target");
      const join = { content: { membership: "join" }, key: target.userId };
      assert.equal((await target.setState(stage.room, "m.room.member", join)).brief, "403 M_FORBIDDEN");
      assert.equal((await stage.admin.setState(stage.room, "m.room.member", join)).brief, "403 M_FORBIDDEN");
      (await stage.admin.about("invite", stage.room, target)).ok();
      (await target.setState(stage.room, "m.room.member", join)).ok();
      assert.equal(await membershipOf(stage, target), "join");
    });

    test("members are listed by what they are, and as they were at a point in time", async () => {
      const stage = await stageOf(world());
      const [invited, banned] = await world().people("invited", "banned");
      const before = (await stage.admin.sync()).at("rooms", "join", stage.room, "timeline", "prev_batch").text;
      const at = stage.admin.since;
      await bring(stage, invited, "invite");
      await bring(stage, banned, "ban");
      const list = async (query: Record<string, string>): Promise<readonly string[]> => {
        const found = (await stage.admin.get(path`/rooms/${stage.room}/members`, query)).ok();
        return found
          .at("chunk")
          .list.map((event) => event.at("state_key").text)
          .toSorted();
      };
      const inside = [stage.admin, stage.mod, stage.member].map((one) => one.userId).toSorted();
      assert.deepEqual(await list({ membership: "join" }), inside);
      assert.deepEqual(await list({ membership: "ban" }), [banned.userId]);
      assert.deepEqual(await list({ not_membership: "join" }), [invited.userId, banned.userId].toSorted());
      assert.deepEqual(await list({ at: at ?? "" }), inside);
      assert.ok((await list({ at: before })).length <= inside.length);
      assert.equal(
        (await stage.admin.get(path`/rooms/${stage.room}/members`, { at: "x" })).brief,
        "400 M_INVALID_PARAM",
      );
      const joined = (await stage.member.get(path`/rooms/${stage.room}/joined_members`)).ok();
      assert.deepEqual(joined.at("joined").names.toSorted(), inside);
      assert.equal((await invited.get(path`/rooms/${stage.room}/joined_members`)).brief, "403 M_FORBIDDEN");
      assert.equal((await banned.get(path`/rooms/${stage.room}/joined_members`)).brief, "403 M_FORBIDDEN");
      const mine = (await stage.member.get("/joined_rooms")).ok();
      assert.deepEqual(mine.at("joined_rooms").value, [stage.room]);
      assert.deepEqual((await invited.get("/joined_rooms")).body, { joined_rooms: [] });
    });
  });

  describe(`restricted rooms on ${engine}`, () => {
    const world = sharedWorld({ engine });

    for (const [rule, version] of [
      ["restricted", "8"],
      ["restricted", "12"],
      ["knock_restricted", "10"],
      ["knock_restricted", "12"],
    ] as const) {
      test(`${rule} in version ${version} lets in the members of the rooms that it names`, async () => {
        const [admin, insider, outsider] = await world().people("admin", "insider", "outsider");
        const club = await admin.createRoomWith([insider]);
        const room = await admin.createRoom({
          room_version: version,
          initial_state: [
            {
              type: "m.room.join_rules",
              content: { join_rule: rule, allow: [{ type: "m.room_membership", room_id: club }, { type: "x" }, 5] },
            },
          ],
        });
        assert.equal((await outsider.join(room)).brief, "403 M_FORBIDDEN");
        (await insider.join(room)).ok();
        const member = (await admin.state(room, "m.room.member", insider.userId)).ok();
        assert.equal(member.at("join_authorised_via_users_server").text, admin.userId);
        const knock = await outsider.post(path`/knock/${room}`);
        assert.equal(knock.brief, rule === "restricted" ? "403 M_FORBIDDEN" : "200");
        (await admin.about("invite", room, outsider)).ok();
        (await outsider.join(room)).ok();
        const invited = (await admin.state(room, "m.room.member", outsider.userId)).ok();
        assert.equal(invited.at("join_authorised_via_users_server").isThere, false, "an invitation needs no voucher");
        (await insider.leave(club)).ok();
        (await insider.leave(room)).ok();
        assert.equal((await insider.join(room)).brief, "403 M_FORBIDDEN", "no longer in the club");
      });
    }

    test("who is banned stays out, and a room that nobody may invite to cannot grant a join", async () => {
      const [admin, insider] = await world().people("admin", "insider");
      const club = await admin.createRoomWith([insider]);
      const rule = { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: club }] };
      const room = await admin.createRoom({ initial_state: [{ type: "m.room.join_rules", content: rule }] });
      (await admin.about("ban", room, insider)).ok();
      assert.equal((await insider.join(room)).brief, "403 M_FORBIDDEN");
      const closed = await admin.createRoom({
        room_version: "11",
        power_level_content_override: { invite: 101 },
        initial_state: [{ type: "m.room.join_rules", content: rule }],
      });
      assert.equal((await insider.join(closed)).brief, "400 M_UNABLE_TO_GRANT_JOIN");
    });

    test("a profile change of a member who was vouched for does not lose the voucher's sense", async () => {
      const [admin, insider] = await world().people("admin", "insider");
      const club = await admin.createRoomWith([insider]);
      const rule = { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: club }] };
      const room = await admin.createRoom({ initial_state: [{ type: "m.room.join_rules", content: rule }] });
      (await insider.join(room)).ok();
      (await insider.put(path`/profile/${insider.userId}/displayname`, { displayname: "Ins" })).ok();
      const member = (await admin.state(room, "m.room.member", insider.userId)).ok();
      assert.equal(member.at("displayname").text, "Ins");
      assert.equal(member.at("membership").text, "join");
    });
  });
}
