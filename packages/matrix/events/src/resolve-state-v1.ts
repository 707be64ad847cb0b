import type { EventId } from "@causeway/base";
import { stateKeyOf, type StateMap } from "./event.ts";
import type { ResolutionRules } from "./iterative-auth.ts";

/** An event in conflict, with what it is ordered by. */
interface Candidate {
  readonly id: EventId;
  readonly depth: number;
  readonly sha1: string;
}

/**
 * State resolution of room version 1, with its known faults. Undefined when not all events were at hand. Where the prose leaves
 * it open: pieces of state are settled one by one, and memberships do not see how other memberships were settled.
 */
export function resolveFirstVersion(
  rules: ResolutionRules,
  states: readonly StateMap[],
  sha1: ((text: string) => string) | undefined,
): StateMap | undefined {
  if (sha1 === undefined) throw new Error("room version 1 needs SHA-1");
  const { agreed, conflicts } = takeApart(states);
  const ranked = new Map<string, Candidate[]>();
  for (const [key, ids] of conflicts) {
    const candidates = [...ids].map((id) => ({ id, depth: rules.graph.event(id)?.depth ?? 0, sha1: sha1(id) }));
    ranked.set(key, candidates.sort(byDepth));
  }
  if (rules.graph.missing.size > 0) return undefined;
  for (const type of ["m.room.power_levels", "m.room.join_rules", "m.room.member"]) {
    const settled = [...ranked].filter(([key]) => key.startsWith(stateKeyOf(type, "")));
    const winners = settled.map(([key, candidates]) => [key, lastAllowed(rules, agreed, candidates)] as const);
    for (const [key, winner] of winners) if (winner !== undefined) agreed.set(key, winner);
    for (const [key] of settled) ranked.delete(key);
  }
  const others = [...ranked].map(([key, candidates]) => [key, deepestAllowed(rules, agreed, candidates)] as const);
  for (const [key, winner] of others) if (winner !== undefined) agreed.set(key, winner);
  return agreed;
}

/** A piece of state is in conflict where states name different events for it: a state without it does not count. */
function takeApart(states: readonly StateMap[]): {
  readonly agreed: Map<string, EventId>;
  readonly conflicts: ReadonlyMap<string, ReadonlySet<EventId>>;
} {
  const named = new Map<string, Set<EventId>>();
  for (const state of states) {
    for (const [key, id] of state) named.set(key, (named.get(key) ?? new Set()).add(id));
  }
  const agreed = new Map<string, EventId>();
  for (const [key, ids] of named) {
    const [id, second] = ids;
    if (id === undefined || second !== undefined) continue;
    agreed.set(key, id);
    named.delete(key);
  }
  return { agreed, conflicts: named };
}

function byDepth(left: Candidate, right: Candidate): number {
  if (left.depth !== right.depth) return left.depth < right.depth ? -1 : 1;
  if (left.sha1 === right.sha1) return 0;
  return left.sha1 > right.sha1 ? -1 : 1;
}

/** From the first on, each that the one before it allows; the first is taken as it is. */
function lastAllowed(rules: ResolutionRules, agreed: StateMap, candidates: readonly Candidate[]): EventId | undefined {
  let winner: EventId | undefined;
  for (const { id } of candidates) {
    if (winner !== undefined && !isAllowed(rules, [winner, agreed], id)) break;
    winner = id;
  }
  return winner;
}

/** The last that the state allows: of those of the highest depth the one with the lowest hash. */
function deepestAllowed(
  rules: ResolutionRules,
  agreed: StateMap,
  candidates: readonly Candidate[],
): EventId | undefined {
  return candidates.findLast(({ id }) => isAllowed(rules, [undefined, agreed], id))?.id;
}

/** Whether a state, with one event set over it, allows an event. NOTE Nothing stands in for what the state lacks. */
function isAllowed(
  rules: ResolutionRules,
  [over, agreed]: readonly [EventId | undefined, StateMap],
  id: EventId,
): boolean {
  const { version, graph, check } = rules;
  const event = graph.event(id);
  const top = over === undefined ? undefined : graph.event(over);
  if (event === undefined) return false;
  return check(version, event, (type, stateKey) => {
    if (top?.type === type && top.state_key === stateKey) return top;
    const set = agreed.get(stateKeyOf(type, stateKey));
    return set === undefined ? undefined : graph.event(set);
  }).allowed;
}
