import { parseRoomId, parseUserId, type RoomId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** A head's permission to show a room on somebody's personal devices. */
export interface GateGrant {
  readonly id: string;
  readonly roomId: RoomId;
  readonly user: UserId;
  readonly by: UserId;
  readonly reason: string;
  readonly at: number;
  readonly until: number;
  /** From here on the room is there for the devices. */
  readonly pos: number;
}

interface Columns {
  readonly id: string;
  readonly room_id: string;
  readonly user_id: string;
  readonly granted_by: string;
  readonly reason: string;
  readonly at: number;
  readonly until: number;
  readonly pos: number;
}

const ALL = "id, room_id, user_id, granted_by, reason, at, until, pos";
const open = statement<Columns>(`SELECT ${ALL} FROM rooms_gate_grants WHERE ended IS NULL ORDER BY at, id`);

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the database holds an identifier that does not parse");
  return value;
}

/** The grants that nobody has ended. */
export async function openGrants(db: ReadDb): Promise<readonly GateGrant[]> {
  return (await db.all(open())).map((row) => ({
    id: row.id,
    roomId: known(parseRoomId(row.room_id)),
    user: known(parseUserId(row.user_id)),
    by: known(parseUserId(row.granted_by)),
    reason: row.reason,
    at: row.at,
    until: row.until,
    pos: row.pos,
  }));
}

const insert = statement(`INSERT INTO rooms_gate_grants (${ALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
const end = statement(
  "UPDATE rooms_gate_grants SET ended = ?, ended_by = ? WHERE room_id = ? AND user_id = ? AND ended IS NULL",
);

/** Keeps a grant. */
export function addGrant(tx: Tx, made: GateGrant): void {
  tx.add(insert(made.id, made.roomId, made.user, made.by, made.reason, made.at, made.until, made.pos));
}

/** Ends what somebody has been granted for a room. */
export function endGrants(
  tx: Tx,
  of: { readonly roomId: RoomId; readonly user: UserId },
  by: { readonly user: UserId; readonly at: number },
): void {
  tx.add(end(by.at, by.user, of.roomId, of.user));
}
