import type { RoomId } from "@causeway/base";
import { LABEL } from "./labels.ts";
import type { RoomsCore } from "./rooms.ts";
import { roomNumbersAfter } from "./store-listing.ts";
import type { RoomNumber } from "./stored-event.ts";
import { fullSummaryOf } from "./summary.ts";

/** A room as administrators see it: what it is called and how large it is, never what is said in it. */
export interface RoomCount {
  readonly number: RoomNumber;
  readonly roomId: RoomId;
  readonly name: string | undefined;
  readonly label: string | undefined;
  readonly isSpace: boolean;
  readonly isEncrypted: boolean;
  readonly joined: number;
  /** How much was said in it: what counts as unread for those who are not there. */
  readonly messages: number;
}

/** Rooms after one (0: from the first), in the order in which they were made. */
export async function roomCounts(core: RoomsCore, after: RoomNumber, limit: number): Promise<readonly RoomCount[]> {
  const { db } = core.options;
  const found: RoomCount[] = [];
  for (const number of await roomNumbersAfter(db, after, limit)) {
    const room = await core.registry.get(number);
    if (room === undefined) continue;
    const head = db.stream.head();
    const summary = fullSummaryOf(room, head);
    const { label } = room.contentAt(head, LABEL);
    found.push({
      number,
      roomId: room.id,
      name: summary.name,
      label: typeof label === "string" ? label : undefined,
      isSpace: summary.room_type === "m.space",
      isEncrypted: "encryption" in summary,
      joined: summary.num_joined_members,
      messages: room.progress.ordinal,
    });
  }
  return found;
}
