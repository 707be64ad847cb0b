import type { EventId, Instant, RoomId, UserId } from "@causeway/base";
import { statement, type Tx } from "@causeway/platform";

/** What somebody found wrong: a room, an event of a room, or a person. */
export interface Report {
  readonly by: UserId;
  readonly at: Instant;
  readonly room?: RoomId | undefined;
  readonly event?: EventId | undefined;
  readonly about?: UserId | undefined;
  readonly reason: string;
}

const insert = statement(
  "INSERT INTO rooms_reports (pos, user_id, at, room_id, event_id, about, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
);

/** Keeps a report. */
export function addReport(tx: Tx, report: Report): void {
  const { by, at, room, event, about, reason } = report;
  tx.add(insert(tx.position(), by, at, room ?? null, event ?? null, about ?? null, reason.replaceAll("\0", "")));
}
