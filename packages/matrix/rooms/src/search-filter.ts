import { ok, type Result } from "@causeway/base";
import type { RoomEventsSearch } from "@causeway/contract";
import { placeholders } from "@causeway/platform";
import { parseEventFilter, type RelatedBy } from "./event-filter.ts";
import { keysOfState } from "./search-text.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Which events a search is about, apart from their words and rooms. */
export interface SearchFilter {
  /** For the database. */
  readonly clauses: readonly { readonly sql: string; readonly parameters: readonly string[] }[];
  /** What the database cannot tell. */
  readonly wants: (event: StoredEvent) => boolean;
}

type Clause = SearchFilter["clauses"][number];

/** Reads the keys and the filter of a search (client-server API, "Filtering", `RoomEventFilter`). */
export function searchFilterOf(wish: Pick<RoomEventsSearch, "keys" | "filter">): Result<SearchFilter> {
  const { rooms: _rooms, not_rooms: _notRooms, limit: _limit, ...rest } = wish.filter ?? {};
  const filter = parseEventFilter(JSON.stringify(rest), "");
  if (!filter.ok) return filter;
  const { senders, not_senders: notSenders, types } = rest;
  return ok({
    wants: filter.value.wants,
    clauses: [
      ...keyClauses(wish.keys),
      ...(senders === undefined ? [] : [oneOf("e.sender", senders)]),
      ...(notSenders === undefined || notSenders.length === 0 ? [] : [noneOf("e.sender", notSenders)]),
      ...(types === undefined || types.some((type) => type.includes("*")) ? [] : [oneOf("e.type", types)]),
      ...relatedClauses(filter.value.relatedBy),
    ],
  });
}

function oneOf(column: string, values: readonly string[]): Clause {
  return values.length === 0
    ? { sql: "1 = 0", parameters: [] }
    : { sql: `${column} IN (${placeholders(values.length)})`, parameters: values };
}

function noneOf(column: string, values: readonly string[]): Clause {
  return { sql: `${column} NOT IN (${placeholders(values.length)})`, parameters: values };
}

/** An event is found by one key, which its type decides. */
function keyClauses(keys: RoomEventsSearch["keys"]): readonly Clause[] {
  const states = Object.entries(keysOfState);
  if (keys === undefined || keys.length === 0 || new Set(keys).size === states.length + 1) return [];
  const wanted = states.filter(([, { key }]) => keys.includes(key)).map(([type]) => type);
  if (!keys.includes("content.body")) return [oneOf("e.type", wanted)];
  const unwanted = states.map(([type]) => type).filter((type) => !wanted.includes(type));
  return unwanted.length === 0 ? [] : [noneOf("e.type", unwanted)];
}

/** Only events to which others relate in some way, or to which somebody's events relate. */
function relatedClauses(by: RelatedBy | undefined): readonly Clause[] {
  if (by === undefined) return [];
  const clauses = [
    { sql: "q.target = e.event_id AND q.room = e.room", parameters: [] },
    ...(by.relTypes === undefined ? [] : [oneOf("q.rel_type", by.relTypes)]),
    ...(by.senders === undefined ? [] : [oneOf("q.sender", by.senders)]),
  ];
  const where = clauses.map((clause) => clause.sql).join(" AND ");
  return [
    {
      sql: `EXISTS (SELECT 1 FROM rooms_relations q WHERE ${where})`,
      parameters: clauses.flatMap((clause) => clause.parameters),
    },
  ];
}
