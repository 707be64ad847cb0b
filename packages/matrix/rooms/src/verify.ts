import { fault, type Fault } from "@causeway/base";
import type { ReadDb } from "@causeway/platform";
import { relationOf } from "./draft.ts";
import { allRelations, allRooms, jsonColumns, orphans } from "./store-verify.ts";
import type { EventVerifier } from "./verify-event.ts";
import { RoomCheck } from "./verify-room.ts";

/**
 * Compares everything that is kept of rooms: each event's columns, hashes and signature; the graph; state, memberships, relations,
 * redactions and counts, which follow from the events; and whatever names an event or a room.
 */
export async function* verifyRooms(db: ReadDb, verifier: EventVerifier): AsyncGenerator<Fault> {
  for await (const room of allRooms(db)) yield* new RoomCheck(db, verifier, room).faults();
  for (const { kind, sql } of orphans) {
    for (const row of await db.all<Record<string, string | number>>({ sql, parameters: [] }))
      yield fault(kind, { ...row });
  }
  yield* strayRelations(db);
  yield* brokenJson(db);
}

/** Relations that their event does not declare, or no longer since it was redacted. */
async function* strayRelations(db: ReadDb): AsyncGenerator<Fault> {
  for await (const row of allRelations(db)) {
    const declared = relationIn(row.client);
    if (
      declared === undefined ||
      declared.target !== row.target ||
      declared.relType !== row.rel_type ||
      (declared.key ?? null) !== row.aggregation_key
    )
      yield fault("relation-not-declared", { event: row.event_id });
  }
}

function relationIn(client: string): ReturnType<typeof relationOf> {
  const parsed = parsedOr(client, undefined);
  const content: unknown = Reflect.get(Object(parsed), "content");
  return relationOf({ ...Object(content) });
}

async function* brokenJson(db: ReadDb): AsyncGenerator<Fault> {
  const broken = Symbol("broken");
  for (const { table, sql } of jsonColumns) {
    for (const row of await db.all<{ readonly person: string; readonly text: string }>({ sql, parameters: [] })) {
      if (parsedOr(row.text, broken) === broken) yield fault("not-json", { table, person: row.person });
    }
  }
}

function parsedOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
