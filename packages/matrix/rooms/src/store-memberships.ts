import { parseUserId, type RoomId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import type { RoomNumber } from "./stored-event.ts";

/** What somebody is to a room: the last membership event about them there. */
export interface Membership {
  readonly room: RoomNumber;
  readonly roomId: RoomId;
  readonly membership: string;
  /** Who set it: who invited, kicked, or banned. */
  readonly sender: UserId;
  readonly pos: number;
  /** Where it began to be this; changes of the name alone do not count. */
  readonly since: number;
  readonly forgotten: boolean;
}

interface MembershipRow {
  readonly room: number;
  readonly room_id: string;
  readonly membership: string;
  readonly sender: string;
  readonly pos: number;
  readonly since: number;
  readonly forgotten: number;
}

const ofUser = statement<MembershipRow>(
  `SELECT m.room, r.room_id, m.membership, m.sender, m.pos, m.since, m.forgotten FROM rooms_memberships m JOIN rooms_rooms r ON r.room = m.room
   WHERE m.user_id = ?`,
);

/** Everything that somebody is to any room, forgotten ones included. */
export async function membershipsOf(db: ReadDb, user: UserId): Promise<readonly Membership[]> {
  return (await db.all(ofUser(user))).map((row) => ({
    room: row.room,
    roomId: row.room_id as RoomId, // written by us, parsed when the room was made
    membership: row.membership,
    sender: parseUserId(row.sender) ?? user,
    pos: row.pos,
    since: row.since,
    forgotten: row.forgotten === 1,
  }));
}

const put = statement(
  `INSERT INTO rooms_memberships (user_id, room, membership, sender, pos, since, forgotten) VALUES (?, ?, ?, ?, ?, ?, 0)
   ON CONFLICT (user_id, room) DO UPDATE SET
     since = CASE WHEN rooms_memberships.membership = excluded.membership THEN rooms_memberships.since ELSE excluded.since END,
     membership = excluded.membership, sender = excluded.sender, pos = excluded.pos, forgotten = 0`,
);
const forget = statement(
  "UPDATE rooms_memberships SET forgotten = 1 WHERE user_id = ? AND room = ? AND membership IN ('leave', 'ban')",
);

/** Keeps what somebody has become to a room. */
export function putMembership(tx: Tx, user: UserId, now: Omit<Membership, "forgotten" | "roomId" | "since">): void {
  tx.add(put(user, now.room, now.membership, now.sender, now.pos, now.pos));
}

/** Keeps that somebody wants to forget a room that they have left. */
export function forgetMembership(tx: Tx, user: UserId, room: RoomNumber): void {
  tx.add(forget(user, room), { rows: 1, what: "left-room" });
}

const changed = statement<{ readonly room: number }>(
  `SELECT m.room FROM rooms_memberships m JOIN rooms_rooms r ON r.room = m.room
   WHERE m.user_id = ? AND m.membership = 'join' AND r.last_pos > ?`,
);

/** The rooms that somebody is joined to where an event came after a position. */
export async function joinedRoomsChangedSince(db: ReadDb, user: UserId, pos: number): Promise<readonly RoomNumber[]> {
  return (await db.all(changed(user, pos))).map((row) => row.room);
}

const byAge = statement<{ readonly room: number; readonly since: number; readonly last_pos: number }>(
  `SELECT m.room, m.since, r.last_pos FROM rooms_memberships m JOIN rooms_rooms r ON r.room = m.room
   WHERE m.user_id = ? AND m.membership = 'join' ORDER BY r.last_pos DESC`,
);

/** The rooms that somebody is joined to, with where they came in and where the room's last event is. */
export async function joinedRoomsByAge(
  db: ReadDb,
  user: UserId,
): Promise<readonly { readonly room: RoomNumber; readonly since: number; readonly lastPos: number }[]> {
  return (await db.all(byAge(user))).map((row) => ({ room: row.room, since: row.since, lastPos: row.last_pos }));
}
