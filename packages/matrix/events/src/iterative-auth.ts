import type { EventId } from "@causeway/base";
import type { AuthGraph, KnownEvent } from "./auth-graph.ts";
import type { CheckAuth } from "./auth-rules.ts";
import { createEventOf } from "./create-event.ts";
import { stateKeyOf, type StateLookup } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";

/** What the checks of resolution need. */
export interface ResolutionRules {
  readonly version: RoomVersion;
  readonly graph: AuthGraph;
  readonly check: CheckAuth;
}

/**
 * Adds to a state, in the order given, each event that the authorisation rules allow by the state so far (room version 2,
 * "Iterative auth checks"). Where the state lacks something, what authorised the event stands in, unless it was rejected.
 */
export function addAllowed(rules: ResolutionRules, state: Map<string, EventId>, events: readonly EventId[]): void {
  for (const id of events) {
    const event = rules.graph.event(id);
    if (event?.state_key === undefined) continue;
    const decision = rules.check(rules.version, event, lookupFor(rules, state, event));
    if (decision.allowed) state.set(stateKeyOf(event.type, event.state_key), id);
  }
}

/** The state as one event's check sees it. */
function lookupFor(rules: ResolutionRules, state: ReadonlyMap<string, EventId>, event: KnownEvent): StateLookup {
  const { version, graph } = rules;
  return (type, stateKey) => {
    const id = state.get(stateKeyOf(type, stateKey));
    if (id !== undefined) return graph.event(id);
    const standIn =
      type === "m.room.create" ? createEventOf(version, graph, event) : graph.authEventOf(event, type, stateKey);
    return standIn?.rejected === true ? undefined : standIn;
  };
}
