import { parseEventId, parseRoomId, parseUserId, type EventId, type RoomId, type UserId } from "@causeway/base";
import { stateKeyOf, type AuthEvent, type Content, type StateLookup } from "@causeway/matrix-events";

/** In which room versions, by number, an event is allowed. */
type Versions = (version: number) => boolean;

/** One line of the table: an event, the state that it follows (beside that of `base`), and where it is allowed. */
export interface AuthCase {
  readonly what: string;
  readonly event: AuthEvent;
  readonly state?: readonly AuthEvent[];
  /** What the state has no more. */
  readonly without?: readonly (readonly [type: string, stateKey: string])[];
  readonly allowed: Versions;
}

export const all: Versions = () => true;
export const none: Versions = () => false;
export const from =
  (first: number): Versions =>
  (version) =>
    version >= first;
export const until =
  (last: number): Versions =>
  (version) =>
    version <= last;

function sure<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("an id of the table is none");
  return value;
}

/** Made-up ids: the rules look at little of them. */
export const id = {
  user: (text: string): UserId => sure(parseUserId(text)),
  event: (text: string): EventId => sure(parseEventId(text)),
};
export const ROOM: RoomId = sure(parseRoomId("!room:example.com"));

export const alice: UserId = id.user("@alice:example.com");
export const bob: UserId = id.user("@bob:example.com");
export const carol: UserId = id.user("@carol:example.com");
export const mallory: UserId = id.user("@mallory:elsewhere.example");

/** An event of the table. */
export function event(
  type: string,
  sender: UserId,
  more: Partial<AuthEvent> & { readonly content?: Content } = {},
): AuthEvent {
  return { type, sender, content: {}, room_id: ROOM, prev_events: [id.event("$before:example.com")], ...more };
}

export function state(type: string, sender: UserId, content: Content): AuthEvent {
  return event(type, sender, { content, state_key: "" });
}

export function member(target: UserId, membership: string | Content, sender = target): AuthEvent {
  const content = typeof membership === "string" ? { membership } : membership;
  return event("m.room.member", sender, { content, state_key: target });
}

export function levels(content: Content, sender = alice): AuthEvent {
  return state("m.room.power_levels", sender, content);
}

export function rules(rule: unknown): AuthEvent {
  return state("m.room.join_rules", alice, { join_rule: rule });
}

/** A room of Alice's, with Bob in it at level 50; nobody else; only those who are invited may join. In version 12 Alice has no level. */
export function base(version: number, one: AuthCase): StateLookup {
  const users = version >= 12 ? { [bob]: 50 } : { [alice]: 100, [bob]: 50 };
  const events = [
    event("m.room.create", alice, {
      content: { creator: alice, room_version: String(version) },
      state_key: "",
      event_id: id.event("$create:example.com"),
    }),
    member(alice, "join"),
    member(bob, "join"),
    rules("invite"),
    levels({ users }),
    ...(one.state ?? []),
  ];
  const map = new Map(events.map((each) => [stateKeyOf(each.type, each.state_key ?? ""), each]));
  for (const [type, stateKey] of one.without ?? []) map.delete(stateKeyOf(type, stateKey));
  return (type, stateKey) => map.get(stateKeyOf(type, stateKey));
}
