import { failure, ok, type RoomId } from "@causeway/base";
import { delayEvent, getDelayed, listDelayed, manageDelayed, manageDelayedByBody } from "@causeway/contract";
import { serve, type Caller, type Route } from "@causeway/platform";
import type { DelayedEvents } from "./delayed-events.ts";
import type { RoomsCore } from "./rooms.ts";
import type { DelayedRow } from "./store-delayed.ts";

/** Events that are sent later. Names of earlier forms of the proposal stand beside today's, because clients use both. */
export function delayedRoutes(core: RoomsCore, delayed: DelayedEvents): readonly Route[] {
  return [
    serve(delayEvent, ({ caller, params, body }) =>
      delayed.schedule(caller, params.roomId, {
        type: params.eventType,
        stateKey: body.state_key,
        content: body.content,
        txnId: params.txnId,
        delayMs: body.delay_ms,
      }),
    ),
    serve(listDelayed, async ({ caller, query }) => {
      const isWanted = (row: DelayedRow): boolean => query.delay_id?.includes(row.id) !== false;
      const { scheduled, finalised } = await delayed.of(caller.user);
      const hidden = await hiddenFrom(core, caller, [...scheduled, ...finalised]);
      const shown = (rows: readonly DelayedRow[]): readonly DelayedRow[] =>
        rows.filter((row) => isWanted(row) && !hidden.has(row.roomId));
      const waiting = query.status === "finalised" ? [] : shown(scheduled).map(viewOf);
      const over = query.status === "scheduled" ? [] : shown(finalised).map(outcomeOf);
      return ok({ delayed_events: waiting, scheduled: waiting, finalised: over });
    }),
    serve(getDelayed, async ({ caller, params }) => {
      const row = await delayed.find(caller.user, params.delayId);
      return row === undefined || (await hiddenFrom(core, caller, [row])).has(row.roomId)
        ? failure("M_NOT_FOUND", "You have no such event.")
        : ok({ ...viewOf(row), ...endOf(row) });
    }),
    serve(manageDelayed, ({ caller, params }) => delayed.manage(caller.user, params.delayId, params.action)),
    serve(manageDelayedByBody, ({ caller, params, body }) => delayed.manage(caller.user, params.delayId, body.action)),
  ];
}

/** The rooms of which a personal device is told nothing; these paths name no room, so that the door of rooms does not see them. */
async function hiddenFrom(core: RoomsCore, caller: Caller, rows: readonly DelayedRow[]): Promise<ReadonlySet<RoomId>> {
  const hidden = new Set<RoomId>();
  if (caller.managed || !core.gate.isOn) return hidden;
  for (const id of new Set(rows.map(({ roomId }) => roomId))) {
    const room = await core.registry.get(id);
    if (room !== undefined && core.gate.hides(caller, room)) hidden.add(id);
  }
  return hidden;
}

function viewOf(row: DelayedRow): object {
  const content: unknown = JSON.parse(row.content);
  return {
    delay_id: row.id,
    room_id: row.roomId,
    type: row.type,
    ...(row.stateKey === undefined ? {} : { state_key: row.stateKey }),
    delay_ms: row.delayMs,
    delay: row.delayMs,
    scheduled_at: row.since,
    running_since: row.since,
    delayed_since_ts: row.since,
    content,
  };
}

/** What one learns of an event that no longer waits. */
function endOf(row: DelayedRow): object {
  if (row.finalised === undefined) return {};
  const error: unknown = row.error === undefined ? undefined : JSON.parse(row.error);
  return {
    ...(error === undefined ? {} : { error }),
    ...(row.eventId === undefined ? {} : { event_id: row.eventId }),
    finalised_ts: row.finalised,
  };
}

function outcomeOf(row: DelayedRow): object {
  const reason = row.status === "failed" ? "error" : isOnTime(row) ? "delay" : "action";
  const end = endOf(row);
  return { delayed_event: viewOf(row), outcome: row.status === "sent" ? "send" : "cancel", reason, ...end };
}

function isOnTime(row: DelayedRow): boolean {
  return row.status === "sent" && (row.finalised ?? 0) >= row.due;
}
