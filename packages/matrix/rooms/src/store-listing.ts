import { statement, type ReadDb } from "@causeway/platform";
import type { RoomNumber } from "./stored-event.ts";

const after = statement<{ readonly room: number }>("SELECT room FROM rooms_rooms WHERE room > ? ORDER BY room LIMIT ?");

/** The numbers of rooms after one (0: from the first), in the order in which they were made. */
export async function roomNumbersAfter(db: ReadDb, number: RoomNumber, limit: number): Promise<readonly RoomNumber[]> {
  return (await db.all(after(number, limit))).map(({ room }) => room);
}
