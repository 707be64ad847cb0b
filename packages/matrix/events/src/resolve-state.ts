import type { EventId } from "@causeway/base";
import { AuthGraph, type EventLookup, type KnownEvent } from "./auth-graph.ts";
import type { CheckAuth } from "./auth-rules.ts";
import { stateKeyOf, type StateMap } from "./event.ts";
import { addAllowed, type ResolutionRules } from "./iterative-auth.ts";
import { mainlineOrder } from "./mainline.ts";
import { powerOrder } from "./power-order.ts";
import { resolveFirstVersion } from "./resolve-state-v1.ts";
import type { RoomVersion } from "./room-versions.ts";

/** What resolution is handed. */
export interface ResolutionParts {
  readonly event: EventLookup;
  readonly check: CheckAuth;
  /** The SHA-1 of a text's UTF-8 bytes in lower-case hexadecimal digits: room version 1 alone breaks ties by it. */
  readonly sha1?: (text: string) => string;
}

/** What resolution found: the state; or which events it needs and did not get, to be loaded before it is tried again. */
export type Resolution =
  | { readonly kind: "resolved"; readonly state: StateMap }
  | { readonly kind: "missing"; readonly events: readonly EventId[] };

/** States, taken apart (room version 2, "Unconflicted state map and conflicted state set"). */
interface Conflict {
  readonly unconflicted: Map<string, EventId>;
  /** What each state has of its own: what not all have. */
  readonly own: readonly ReadonlySet<EventId>[];
}

const POWER_LEVELS = stateKeyOf("m.room.power_levels", "");

/**
 * The state that states resolve to, by the algorithm of the room version. Pure, and the same in every order of the states and
 * whatever the lookup has beside what is needed. Nothing is awaited: events that are not at hand are named (all of one
 * generation at once), the caller loads them, best with their auth chains, and tries again.
 */
export function resolveState(version: RoomVersion, states: readonly StateMap[], parts: ResolutionParts): Resolution {
  const graph = new AuthGraph(parts.event);
  const rules: ResolutionRules = { version, graph, check: parts.check };
  const state =
    version.stateResolution === "1" ? resolveFirstVersion(rules, states, parts.sha1) : resolveLater(rules, states);
  return state === undefined || graph.missing.size > 0
    ? { kind: "missing", events: [...graph.missing] }
    : { kind: "resolved", state };
}

/** Versions 2 and 2.1; undefined when not all events were at hand. */
function resolveLater(rules: ResolutionRules, states: readonly StateMap[]): StateMap | undefined {
  const { version, graph } = rules;
  const { unconflicted, own } = takeApart(states);
  if (own.every((events) => events.size === 0)) return unconflicted;
  const conflicted = fullConflictedSet(version, graph, { unconflicted, own });
  if (graph.missing.size > 0) return undefined;

  const first = withTheirChains(graph, conflicted);
  const state = version.stateResolution === "2.1" ? new Map<string, EventId>() : new Map(unconflicted);
  addAllowed(rules, state, powerOrder(version, graph, first));
  const rest = [...conflicted].filter((id) => !first.has(id));
  addAllowed(rules, state, mainlineOrder(graph, state.get(POWER_LEVELS), rest));
  for (const [key, id] of unconflicted) state.set(key, id);
  return state;
}

function takeApart(states: readonly StateMap[]): Conflict {
  const [one = new Map<string, EventId>(), ...others] = states;
  const unconflicted = new Map<string, EventId>();
  for (const [key, id] of one) if (others.every((other) => other.get(key) === id)) unconflicted.set(key, id);
  const own = states.map((state) => {
    const events = new Set<EventId>();
    for (const [key, id] of state) if (!unconflicted.has(key)) events.add(id);
    return events;
  });
  return { unconflicted, own };
}

/** The events in question: those in conflict, those that do not authorise all states, and in 2.1 what lies between. */
function fullConflictedSet(version: RoomVersion, graph: AuthGraph, conflict: Conflict): Set<EventId> {
  const conflicted = new Set(conflict.own.flatMap((events) => [...events]));
  const full = version.stateResolution === "2.1" ? graph.between(conflicted) : new Set(conflicted);
  for (const id of authDifference(graph, conflict)) full.add(id);
  return full;
}

/** What is in the auth chain of one state and not of all (room version 2, "Auth difference"). */
function authDifference(graph: AuthGraph, { unconflicted, own }: Conflict): readonly EventId[] {
  const chains = own.map((events) => graph.chainOf(events));
  const [one = new Set<EventId>(), ...others] = chains;
  const union = new Set(chains.flatMap((chain) => [...chain]));
  const different = [...union].filter((id) => !one.has(id) || !others.every((other) => other.has(id)));
  if (different.length === 0) return different;
  // What authorises something that all states have is in the chains of all.
  const shared = graph.chainOf(unconflicted.values());
  return different.filter((id) => !shared.has(id));
}

/** The power events of a set, with what of the set authorises them, directly or not. */
function withTheirChains(graph: AuthGraph, set: ReadonlySet<EventId>): Set<EventId> {
  const chosen = new Set([...set].filter((id) => isPowerEvent(graph.event(id))));
  for (const id of graph.chainOf(chosen)) if (set.has(id)) chosen.add(id);
  return chosen;
}

/** Whether an event may take away what somebody could do (room version 2, "Power events"). */
function isPowerEvent(event: KnownEvent | undefined): boolean {
  if (event?.state_key === undefined) return false;
  if (event.type === "m.room.power_levels" || event.type === "m.room.join_rules") return true;
  const { membership } = event.content;
  return (
    event.type === "m.room.member" &&
    (membership === "leave" || membership === "ban") &&
    event.sender !== event.state_key
  );
}
