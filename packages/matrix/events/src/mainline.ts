import type { EventId } from "@causeway/base";
import type { AuthGraph, KnownEvent } from "./auth-graph.ts";
import { byTime } from "./power-order.ts";

/**
 * Events in mainline order (room version 2, "State resolution"): those that rest on older power levels first, then the older,
 * then the smaller id. The mainline is that of the power levels given, or empty.
 */
export function mainlineOrder(
  graph: AuthGraph,
  powerLevels: EventId | undefined,
  events: Iterable<EventId>,
): EventId[] {
  const positions = new Positions(graph, powerLevels);
  const ranked = [];
  for (const id of events) {
    const event = graph.event(id);
    if (event !== undefined) ranked.push({ id, position: positions.of(event), time: event.origin_server_ts });
  }
  ranked.sort((left, right) => {
    // NOTE Never subtract: events that rest on nothing in the mainline are infinitely far back.
    if (left.position !== right.position) return left.position > right.position ? -1 : 1;
    return byTime(left, right);
  });
  return ranked.map(({ id }) => id);
}

/** How far back in a mainline events rest. */
class Positions {
  readonly #graph: AuthGraph;
  /** Of power levels: their own place in the mainline, or the place that they lead to. */
  readonly #places = new Map<EventId, number>();

  constructor(graph: AuthGraph, powerLevels: EventId | undefined) {
    this.#graph = graph;
    let event = powerLevels === undefined ? undefined : graph.event(powerLevels);
    for (let place = 0; event?.event_id !== undefined && !this.#places.has(event.event_id); place += 1) {
      this.#places.set(event.event_id, place);
      event = this.#powerLevelsOf(event);
    }
  }

  /** The place of the first power levels in the mainline that an event rests on; infinity when there are none. */
  of(event: KnownEvent): number {
    const passed = new Set<EventId>();
    let place = Number.POSITIVE_INFINITY;
    for (
      let levels = this.#powerLevelsOf(event);
      levels?.event_id !== undefined;
      levels = this.#powerLevelsOf(levels)
    ) {
      const known = this.#places.get(levels.event_id);
      if (known !== undefined) place = known;
      if (known !== undefined || passed.has(levels.event_id)) break;
      passed.add(levels.event_id);
    }
    for (const id of passed) this.#places.set(id, place);
    return place;
  }

  #powerLevelsOf(event: KnownEvent): KnownEvent | undefined {
    return this.#graph.authEventOf(event, "m.room.power_levels", "");
  }
}
