import type { EventId } from "@causeway/base";
import type { NamedEvent } from "./auth-events.ts";

/** A state event as state resolution sees it. A `Pdu` is one; what is told of its rejection stands beside it. */
export interface KnownEvent extends NamedEvent {
  readonly origin_server_ts: number;
  readonly depth: number;
  readonly prev_events: readonly EventId[];
  readonly auth_events: readonly EventId[];
}

/** The event behind an id, or undefined when it is not at hand (yet). */
export type EventLookup = (id: EventId) => KnownEvent | undefined;

/** Adds to the list that a map has under a key. */
export function listUnder<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** The graph that events and their `auth_events` make up. Remembers what was asked for and is not at hand. No walk recurses. */
export class AuthGraph {
  readonly missing = new Set<EventId>();
  readonly #lookup: EventLookup;
  readonly #known = new Map<EventId, KnownEvent>();

  constructor(lookup: EventLookup) {
    this.#lookup = lookup;
  }

  /** An event, with its id in it. */
  event(id: EventId): KnownEvent | undefined {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const found = this.#lookup(id);
    if (found === undefined) {
      this.missing.add(id);
      return undefined;
    }
    const named = found.event_id === id ? found : { ...found, event_id: id };
    this.#known.set(id, named);
    return named;
  }

  /** What authorises an event directly. */
  authEventsOf(id: EventId): readonly EventId[] {
    return this.event(id)?.auth_events ?? [];
  }

  /** The union of the auth chains of events: what authorises them, and what authorises that, back to the start. */
  chainOf(ids: Iterable<EventId>): Set<EventId> {
    const chain = new Set<EventId>();
    const waiting = [...ids];
    const walked = new Set(waiting);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const authEvent of this.authEventsOf(id)) {
        chain.add(authEvent);
        if (walked.has(authEvent)) continue;
        walked.add(authEvent);
        waiting.push(authEvent);
      }
    }
    return chain;
  }

  /** The events on the paths between any two of some events, those included (room version 12, "Conflicted state subgraph"). */
  between(ids: ReadonlySet<EventId>): Set<EventId> {
    const namedBy = new Map<EventId, EventId[]>();
    // Everything that authorises one of them; of that, what one of them authorises.
    for (const id of new Set([...this.chainOf(ids), ...ids])) {
      for (const authEvent of this.authEventsOf(id)) listUnder(namedBy, authEvent, id);
    }
    const between = new Set(ids);
    const waiting = [...ids];
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      for (const later of namedBy.get(id) ?? []) {
        if (between.has(later)) continue;
        between.add(later);
        waiting.push(later);
      }
    }
    return between;
  }

  /** The events of a kind among those that authorise an event directly: the first. */
  authEventOf(event: KnownEvent, type: string, stateKey: string): KnownEvent | undefined {
    for (const id of event.auth_events) {
      const authEvent = this.event(id);
      if (authEvent?.type === type && authEvent.state_key === stateKey) return authEvent;
    }
    return undefined;
  }
}
