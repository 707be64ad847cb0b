import type { EventId } from "@causeway/base";
import type { CheckAuth, EventLookup, KnownEvent, RoomVersion, StateMap } from "@causeway/matrix-events";

/**
 * State resolution 2 and 2.1 word for word as room versions 2 and 12 put it, with no thought for speed: what the real one is
 * compared with. It shares the authorisation rules with it and nothing else.
 */
export function slowlyResolve(
  version: RoomVersion,
  states: readonly StateMap[],
  parts: { readonly event: EventLookup; readonly check: CheckAuth },
): Map<string, EventId> {
  return new SlowResolution(version, parts.event, parts.check).resolve(states);
}

type Key = string;

class SlowResolution {
  readonly version: RoomVersion;
  readonly lookup: EventLookup;
  readonly check: CheckAuth;

  constructor(version: RoomVersion, lookup: EventLookup, check: CheckAuth) {
    this.version = version;
    this.lookup = lookup;
    this.check = check;
  }

  resolve(states: readonly StateMap[]): Map<Key, EventId> {
    const keys = new Set(states.flatMap((state) => [...state.keys()]));
    const unconflicted = new Map<Key, EventId>();
    const conflicted = new Set<EventId>();
    for (const key of keys) {
      const values = states.map((state) => state.get(key));
      const [value] = values;
      if (value !== undefined && values.every((other) => other === value)) unconflicted.set(key, value);
      else for (const id of values) if (id !== undefined) conflicted.add(id);
    }
    if (conflicted.size === 0) return unconflicted;
    const isNew = this.version.stateResolution === "2.1";
    const full = new Set([...conflicted, ...this.authDifference(states), ...(isNew ? this.subgraph(conflicted) : [])]);
    const x = new Set([...full].filter((id) => this.isPowerEvent(this.event(id))));
    for (const id of [...x]) for (const other of this.chain(id)) if (full.has(other)) x.add(other);
    const partial = this.iterate(isNew ? new Map() : new Map(unconflicted), this.powerSorted(x));
    const rest = [...full].filter((id) => !x.has(id));
    const result = this.iterate(partial, this.mainlineSorted(partial.get("m.room.power_levels\0"), rest));
    for (const [key, id] of unconflicted) result.set(key, id);
    return result;
  }

  event(id: EventId): KnownEvent & { readonly event_id: EventId } {
    const event = this.lookup(id);
    if (event === undefined) throw new Error(`no event ${id}`);
    return { ...event, event_id: id };
  }

  chain(id: EventId): Set<EventId> {
    const chain = new Set<EventId>();
    const walk = (from: EventId): void => {
      for (const to of this.event(from).auth_events) {
        if (chain.has(to)) continue;
        chain.add(to);
        walk(to);
      }
    };
    walk(id);
    return chain;
  }

  authDifference(states: readonly StateMap[]): EventId[] {
    const chains = states.map((state) => new Set([...state.values()].flatMap((id) => [...this.chain(id)])));
    const union = new Set(chains.flatMap((chain) => [...chain]));
    return [...union].filter((id) => !chains.every((chain) => chain.has(id)));
  }

  subgraph(conflicted: ReadonlySet<EventId>): Set<EventId> {
    const found = new Set<EventId>();
    for (const from of conflicted) {
      for (const middle of [from, ...this.chain(from)]) {
        const leads = conflicted.has(middle) || [...this.chain(middle)].some((id) => conflicted.has(id));
        if (leads) found.add(middle);
      }
    }
    return found;
  }

  isPowerEvent(event: KnownEvent): boolean {
    if (event.state_key === undefined) return false;
    if (["m.room.power_levels", "m.room.join_rules"].includes(event.type)) return true;
    const removes = ["leave", "ban"].includes(String(event.content["membership"]));
    return event.type === "m.room.member" && removes && event.sender !== event.state_key;
  }

  authEvent(event: KnownEvent, type: string): KnownEvent | undefined {
    return event.auth_events.map((id) => this.event(id)).find((other) => other.type === type && other.state_key === "");
  }

  createOf(event: KnownEvent): KnownEvent | undefined {
    if (event.type === "m.room.create") return event;
    if (!this.version.createEventIsRoom) return this.authEvent(event, "m.room.create");
    return this.event(`$${String(event.room_id).slice(1)}` as EventId); // only made-up ids here
  }

  powerOf(event: KnownEvent): number {
    const create = this.createOf(event);
    const more: unknown = create?.content["additional_creators"];
    const isCreator = create?.sender === event.sender || (Array.isArray(more) && more.includes(event.sender));
    if (isCreator && this.version.createEventIsRoom) return Number.POSITIVE_INFINITY;
    const levels = this.authEvent(event, "m.room.power_levels");
    if (levels === undefined) return isCreator ? 100 : 0;
    const users: Readonly<Record<string, unknown>> = Object(levels.content["users"]);
    return Number(users[event.sender] ?? levels.content["users_default"] ?? 0);
  }

  comesBefore(x: EventId, y: EventId): boolean {
    const [one, other] = [this.event(x), this.event(y)];
    const [power, otherPower] = [this.powerOf(one), this.powerOf(other)];
    if (power !== otherPower) return power > otherPower;
    if (one.origin_server_ts !== other.origin_server_ts) return one.origin_server_ts < other.origin_server_ts;
    return x < y;
  }

  powerSorted(events: ReadonlySet<EventId>): EventId[] {
    const sorted: EventId[] = [];
    const left = new Set(events);
    while (left.size > 0) {
      const candidates = [...left].filter((id) => !this.event(id).auth_events.some((other) => left.has(other)));
      const smallest = candidates.find((id) =>
        candidates.every((other) => id === other || this.comesBefore(id, other)),
      );
      if (smallest === undefined) throw new Error("no smallest event");
      sorted.push(smallest);
      left.delete(smallest);
    }
    return sorted;
  }

  powerLevelsBehind(event: KnownEvent): EventId[] {
    const list: EventId[] = [];
    let levels = this.authEvent(event, "m.room.power_levels");
    while (levels?.event_id !== undefined) {
      list.push(levels.event_id);
      levels = this.authEvent(levels, "m.room.power_levels");
    }
    return list;
  }

  mainlineSorted(p: EventId | undefined, events: readonly EventId[]): EventId[] {
    const mainline = p === undefined ? [] : [p, ...this.powerLevelsBehind(this.event(p))];
    const positionOf = (id: EventId): number => {
      const first = this.powerLevelsBehind(this.event(id)).find((levels) => mainline.includes(levels));
      return first === undefined ? Number.POSITIVE_INFINITY : mainline.indexOf(first);
    };
    return events.toSorted((x, y) => {
      const [one, other] = [positionOf(x), positionOf(y)];
      if (one !== other) return one > other ? -1 : 1;
      const times = this.event(x).origin_server_ts - this.event(y).origin_server_ts;
      if (times !== 0) return times;
      return x < y ? -1 : 1;
    });
  }

  iterate(state: Map<Key, EventId>, events: readonly EventId[]): Map<Key, EventId> {
    for (const id of events) {
      const event = this.event(id);
      if (event.state_key === undefined) continue;
      const known = new Map<Key, KnownEvent>();
      const create = this.createOf(event);
      for (const other of [...event.auth_events.map((authId) => this.event(authId)), ...(create ? [create] : [])]) {
        if (other.rejected !== true) known.set(`${other.type}\0${other.state_key}`, other);
      }
      for (const [key, value] of state) known.set(key, this.event(value));
      const decision = this.check(this.version, event, (type, stateKey) => known.get(`${type}\0${stateKey}`));
      if (decision.allowed) state.set(`${event.type}\0${event.state_key}`, id);
    }
    return state;
  }
}
