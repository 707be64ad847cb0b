import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { parseEventId, parseRoomId, parseUserId, type EventId, type UserId } from "@causeway/base";
import {
  authTypesFor,
  checkAuth,
  resolveState,
  roomVersion,
  stateKeyOf,
  type Content,
  type KnownEvent,
  type Resolution,
  type RoomVersion,
  type StateMap,
} from "@causeway/matrix-events";

/** A user id of the tests. */
export function user(name: string): UserId {
  const parsed = parseUserId(`@${name}:example.com`);
  assert.ok(parsed);
  return parsed;
}

/** A room version that must exist. */
export function version(id: string): RoomVersion {
  const found = roomVersion(id);
  assert.ok(found);
  return found;
}

/** SHA-1 as room version 1 wants it. */
export const sha1 = (text: string): string => hash("sha1", text, "hex");

/** An event to be added. */
export interface NewEvent {
  readonly type: string;
  readonly sender: UserId;
  readonly stateKey?: string;
  readonly content?: Content;
  /** What it follows; without it the last event. */
  readonly after?: readonly EventId[];
  /** What its sender says authorises it; without it what does by the state before it. */
  readonly authEvents?: readonly EventId[];
  readonly time?: number;
}

/** A room's graph of events that can fork. What the rules do not allow is kept as rejected and changes no state. */
export class TestRoom {
  readonly version: RoomVersion;
  readonly creator: UserId;
  readonly create: EventId;
  readonly events = new Map<EventId, KnownEvent>();
  readonly #states = new Map<EventId, StateMap>();
  readonly #roomId;
  last: EventId;

  constructor(id: string, creator = user("alice")) {
    this.version = version(id);
    this.creator = creator;
    this.#roomId = parseRoomId(this.version.createEventIsRoom ? "!create" : "!room:example.com");
    this.create = this.last = this.#named("create");
    const content = { creator, room_version: id };
    const roomId = this.version.createEventIsRoom ? {} : { room_id: this.#roomId };
    const create = { type: "m.room.create", sender: creator, state_key: "", content, ...roomId };
    this.#keep({ ...create, origin_server_ts: 0, depth: 0, prev_events: [], auth_events: [] }, new Map());
    this.join(creator);
  }

  /** Adds an event; its id tells when it was added. */
  add(event: NewEvent): EventId {
    const after = event.after ?? [this.last];
    const before = this.resolved(after.map((id) => this.stateAfter(id)));
    const shape = {
      type: event.type,
      sender: event.sender,
      content: event.content ?? {},
      ...(event.stateKey === undefined ? {} : { state_key: event.stateKey }),
    };
    const selected = authTypesFor(this.version, shape).flatMap(
      ([type, stateKey]) => before.get(stateKeyOf(type, stateKey)) ?? [],
    );
    this.last = this.#named(`e${String(this.events.size).padStart(6, "0")}`);
    const depth = 1 + Math.max(...after.map((id) => this.event(id).depth));
    const times = { origin_server_ts: event.time ?? this.events.size, depth };
    const graph = { prev_events: after, auth_events: event.authEvents ?? selected };
    this.#keep({ ...shape, room_id: this.#roomId, ...times, ...graph }, before);
    return this.last;
  }

  join(who: UserId, more: Partial<NewEvent> = {}): EventId {
    return this.member(who, { sender: who, content: { membership: "join" }, ...more });
  }

  member(who: UserId, more: Partial<NewEvent> & { readonly sender: UserId; readonly content: Content }): EventId {
    return this.add({ type: "m.room.member", stateKey: who, ...more });
  }

  state(type: string, sender: UserId, more: Partial<NewEvent> = {}): EventId {
    return this.add({ type, sender, stateKey: "", ...more });
  }

  levels(users: Readonly<Record<string, number>>, more: Partial<NewEvent> = {}): EventId {
    const mine = this.version.createEventIsRoom ? {} : { [this.creator]: 100 };
    return this.state("m.room.power_levels", this.creator, { content: { users: { ...mine, ...users } }, ...more });
  }

  event(id: EventId): KnownEvent {
    const event = this.events.get(id);
    assert.ok(event, id);
    return event;
  }

  stateAfter(id: EventId): StateMap {
    const state = this.#states.get(id);
    assert.ok(state, id);
    return state;
  }

  /** What resolution says. */
  resolve(states: readonly StateMap[]): Resolution {
    return resolveState(this.version, states, { event: (id) => this.events.get(id), check: checkAuth, sha1 });
  }

  /** The state that states resolve to. */
  resolved(states: readonly StateMap[]): StateMap {
    const resolution = this.resolve(states);
    assert.equal(resolution.kind, "resolved");
    return resolution.kind === "resolved" ? resolution.state : new Map();
  }

  /** The state after all of some events. */
  merged(...ids: readonly EventId[]): StateMap {
    return this.resolved(ids.map((id) => this.stateAfter(id)));
  }

  #keep(event: Record<string, unknown> & Pick<KnownEvent, "type" | "sender" | "content">, before: StateMap): void {
    const id = this.last;
    const kept: KnownEvent = {
      origin_server_ts: 0,
      depth: 0,
      prev_events: [],
      auth_events: [],
      ...event,
      event_id: id,
    };
    const decision = checkAuth(this.version, kept, (type, stateKey) => {
      if (this.version.createEventIsRoom && type === "m.room.create") return this.events.get(this.create);
      const found = before.get(stateKeyOf(type, stateKey));
      return found === undefined ? undefined : this.events.get(found);
    });
    this.events.set(id, { ...kept, rejected: !decision.allowed });
    const after = new Map(before);
    if (decision.allowed && kept.state_key !== undefined) after.set(stateKeyOf(kept.type, kept.state_key), id);
    this.#states.set(id, after);
  }

  #named(name: string): EventId {
    const id = parseEventId(this.version.eventIds === "chosen-by-server" ? `$${name}:example.com` : `$${name}`);
    assert.ok(id);
    return id;
  }
}

/** Which event a state has for something. */
export function valueOf(state: StateMap, type: string, stateKey = ""): EventId | undefined {
  return state.get(stateKeyOf(type, stateKey));
}
