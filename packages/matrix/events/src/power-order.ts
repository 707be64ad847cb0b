import type { EventId } from "@causeway/base";
import { listUnder, type AuthGraph, type KnownEvent } from "./auth-graph.ts";
import { createEventOf } from "./create-event.ts";
import { Heap } from "./heap.ts";
import { PowerLevels } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";

/** An event with what it is ordered by. */
interface Ranked {
  readonly id: EventId;
  readonly power: number;
  readonly time: number;
}

/**
 * Events in reverse topological power order (room version 2, "State resolution"): none before one that authorises it; among
 * those that could be next, the most powerful sender first, then the oldest, then the smallest id. The order of what is given
 * has no bearing. Events that authorise themselves in a circle, which no server has accepted, are left out.
 */
export function powerOrder(version: RoomVersion, graph: AuthGraph, events: ReadonlySet<EventId>): EventId[] {
  const waitsFor = new Map<EventId, number>();
  const namedBy = new Map<EventId, EventId[]>();
  const ready = new Heap<Ranked>(byPower);
  const push = (id: EventId): void => {
    const event = graph.event(id);
    if (event !== undefined)
      ready.push({ id, power: powerOfSender(version, graph, event), time: event.origin_server_ts });
  };
  for (const id of events) {
    const before = new Set(graph.authEventsOf(id).filter((authEvent) => events.has(authEvent)));
    waitsFor.set(id, before.size);
    for (const authEvent of before) listUnder(namedBy, authEvent, id);
    if (before.size === 0) push(id);
  }
  const order: EventId[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    order.push(next.id);
    for (const id of namedBy.get(next.id) ?? []) {
      const left = (waitsFor.get(id) ?? 0) - 1;
      waitsFor.set(id, left);
      if (left === 0) push(id);
    }
  }
  return order;
}

function byPower(left: Ranked, right: Ranked): number {
  // NOTE Never subtract: creators of version 12 have infinite power.
  if (left.power !== right.power) return left.power > right.power ? -1 : 1;
  return byTime(left, right);
}

/** The older first, then the smaller id. */
export function byTime(
  left: { readonly id: EventId; readonly time: number },
  right: { readonly id: EventId; readonly time: number },
): number {
  if (left.time !== right.time) return left.time < right.time ? -1 : 1;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

/** How powerful the sender of an event was by what authorised it. */
function powerOfSender(version: RoomVersion, graph: AuthGraph, event: KnownEvent): number {
  const levels = new PowerLevels(version, (type, stateKey) =>
    type === "m.room.create" ? createEventOf(version, graph, event) : graph.authEventOf(event, type, stateKey),
  );
  return levels.of(event.sender);
}
