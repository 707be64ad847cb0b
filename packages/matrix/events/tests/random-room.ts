import type { EventId, UserId } from "@causeway/base";
import fc from "fast-check";
import { TestRoom, user, valueOf } from "./test-room.ts";

/** One thing that somebody does, on one of the forks of a room. */
interface Act {
  readonly fork: number;
  readonly actor: number;
  readonly target: number;
  readonly kind: (typeof KINDS)[number];
  readonly level: number;
  readonly time: number;
}

const KINDS = ["join", "leave", "kick", "ban", "invite", "levels", "rules", "topic", "merge", "rewind"] as const;
const PEOPLE: readonly UserId[] = ["alice", "bob", "carol", "dave"].map(user);
const RULES = ["public", "invite", "knock"];
const FORKS = 3;

/** What people do in a room that forks. Few people, levels and moments, so that much is tied. */
export const acts: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({
    fork: fc.nat(FORKS - 1),
    actor: fc.nat(PEOPLE.length - 1),
    target: fc.nat(PEOPLE.length - 1),
    kind: fc.constantFrom(...KINDS),
    level: fc.constantFrom(0, 25, 50, 100),
    time: fc.nat(8),
  }),
  { minLength: 4, maxLength: 40, size: "max" },
);

/** A room in which all that was done, with the last event of each of its forks. */
export interface RandomRoom {
  readonly room: TestRoom;
  readonly heads: readonly EventId[];
}

/** Plays acts. What is not allowed where it is done stays in the graph as a rejected event, and nothing follows it. */
export function play(id: string, list: readonly Act[]): RandomRoom {
  const room = new TestRoom(id);
  room.levels({ [user("bob")]: 50 }, { time: 1 });
  room.state("m.room.join_rules", user("alice"), { content: { join_rule: "public" }, time: 1 });
  const heads: EventId[] = Array.from({ length: FORKS }, () => room.last);
  for (const act of list) {
    const head = heads[act.fork] ?? room.last;
    if (act.kind === "rewind") {
      heads[act.fork] = room.event(head).prev_events[0] ?? head;
      continue;
    }
    const event =
      act.kind === "merge" ? merge(room, [head, heads[act.target % FORKS] ?? head], act) : one(room, head, act);
    if (room.event(event).rejected !== true) heads[act.fork] = event;
  }
  return { room, heads };
}

function merge(room: TestRoom, after: readonly EventId[], act: Act): EventId {
  return room.add({ type: "m.room.message", sender: person(act.actor), after: [...new Set(after)], time: act.time });
}

function one(room: TestRoom, head: EventId, act: Act): EventId {
  const place = { sender: person(act.actor), after: [head], time: act.time };
  const membership = { kick: "leave", ban: "ban", invite: "invite" };
  switch (act.kind) {
    case "join":
    case "leave":
      return room.member(place.sender, { ...place, content: { membership: act.kind } });
    case "kick":
    case "ban":
    case "invite":
      return room.member(person(act.target), { ...place, content: { membership: membership[act.kind] } });
    case "levels":
      return room.state("m.room.power_levels", place.sender, { ...place, content: levelsAfter(room, head, act) });
    case "rules":
      return room.state("m.room.join_rules", place.sender, {
        ...place,
        content: { join_rule: RULES[act.target % RULES.length] },
      });
    default:
      return room.state("m.room.topic", place.sender, place);
  }
}

function levelsAfter(room: TestRoom, head: EventId, act: Act): Record<string, unknown> {
  const before = valueOf(room.stateAfter(head), "m.room.power_levels");
  const users: object = Object(before === undefined ? {} : room.event(before).content["users"]);
  const target = person(act.target);
  const mayBeNamed = !(room.version.createEventIsRoom && target === room.creator);
  return { users: { ...users, ...(mayBeNamed ? { [target]: act.level } : {}) }, state_default: 25 };
}

function person(index: number): UserId {
  return PEOPLE[index] ?? user("alice");
}
