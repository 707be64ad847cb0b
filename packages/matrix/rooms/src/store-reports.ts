import type { EventId, Instant, RoomId, UserId } from "@causeway/base";
import { statement, type Tx } from "@causeway/platform";

/** What somebody found wrong: a room, an event of a room, or a person. */
export type Reported = { readonly room: RoomId; readonly event?: EventId } | { readonly about: UserId };

/** Who found what wrong, when and why. */
export type Report = Reported & { readonly by: UserId; readonly at: Instant; readonly reason: string };

const insert = statement(
  "INSERT INTO rooms_reports (pos, user_id, at, room_id, event_id, about, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
);

/** Keeps a report. */
export function addReport(tx: Tx, report: Report): void {
  const { by, at, reason } = report;
  const of = "room" in report ? [report.room, report.event ?? null, null] : [null, null, report.about];
  tx.add(insert(tx.position(), by, at, ...of, reason.replaceAll("\0", "")));
}
