import type { EventId } from "@causeway/base";
import type { CallKind } from "./calls.ts";
import type { Receipt, ReceiptKind } from "./store-receipts.ts";
import type { RoomNumber } from "./stored-event.ts";

/** How far somebody has read, in a room or one of its threads. */
export interface Mark {
  readonly eventPos: number;
  readonly mainOrdinal: number;
  readonly ordinal: number;
  readonly pos: number;
}

/** An event that calls a reader. */
export interface ReaderCall {
  readonly pos: number;
  readonly thread: EventId | undefined;
  readonly kind: CallKind;
}

/** Somebody's marks by room, kind and thread, and the calls that they may not have seen. */
export interface Reader {
  readonly marks: Map<string, Mark>;
  readonly calls: Map<RoomNumber, readonly ReaderCall[]>;
}

/** The name of a mark. */
export function markName(room: RoomNumber, thread: string, kind: ReceiptKind): string {
  return `${room} ${kind} ${thread}`;
}

/** Moves a mark on; one that is further already stays. A mark of a whole room forgets the calls up to it. */
export function setMark(reader: Reader, receipt: Receipt): void {
  const name = markName(receipt.room, receipt.thread, receipt.kind);
  if ((reader.marks.get(name)?.eventPos ?? -1) >= receipt.eventPos) return;
  const { eventPos, mainOrdinal, ordinal, pos } = receipt;
  reader.marks.set(name, { eventPos, mainOrdinal, ordinal, pos });
  if (receipt.thread !== "") return;
  const calls = reader.calls.get(receipt.room);
  if (calls !== undefined)
    reader.calls.set(
      receipt.room,
      calls.filter((call) => call.pos > eventPos),
    );
}

/** The furthest of somebody's marks of a thread, whatever made it. */
export function markOf(reader: Reader, room: RoomNumber, thread: string): Mark {
  let best: Mark = { eventPos: 0, mainOrdinal: 0, ordinal: 0, pos: 0 };
  for (const kind of ["public", "private", "own"] as const) {
    const mark = reader.marks.get(markName(room, thread, kind));
    if (mark !== undefined && mark.eventPos > best.eventPos) best = mark;
  }
  return best;
}

/** Adds a call. An event that calls somebody in two ways calls them once, in the way that is their own. */
export function addCall(reader: Reader, room: RoomNumber, call: ReaderCall): void {
  const calls = reader.calls.get(room) ?? [];
  const before = calls.find((known) => known.pos === call.pos);
  const others = calls.filter((known) => known !== before);
  const stays = before !== undefined && (call.kind === "room" || call.kind === "tombstone");
  reader.calls.set(room, [...others, stays ? before : { pos: call.pos, thread: call.thread, kind: call.kind }]);
}
