import { parseRoomAlias, parseRoomId, type Instant, type RoomAlias, type RoomId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";

/** Where an alias points, and who made it. */
export interface Alias {
  readonly alias: RoomAlias;
  readonly roomId: RoomId;
  readonly creator: string;
}

interface AliasRow {
  readonly alias: string;
  readonly room_id: string;
  readonly creator: string;
}

const byName = statement<AliasRow>("SELECT alias, room_id, creator FROM rooms_aliases WHERE alias = ?");
const byRoom = statement<AliasRow>(
  "SELECT alias, room_id, creator FROM rooms_aliases WHERE room_id = ? ORDER BY alias",
);
const insert = statement(
  "INSERT INTO rooms_aliases (alias, room_id, creator, at) VALUES (?, ?, ?, ?) ON CONFLICT (alias) DO NOTHING",
);
const remove = statement("DELETE FROM rooms_aliases WHERE alias = ?");
const publish = statement("UPDATE rooms_rooms SET published = ? WHERE room_id = ?");

function aliasOf(row: AliasRow): Alias {
  const alias = parseRoomAlias(row.alias);
  const roomId = parseRoomId(row.room_id);
  if (alias === undefined || roomId === undefined) throw new Error("the database holds an alias that does not parse");
  return { alias, roomId, creator: row.creator };
}

/** Finds an alias. */
export async function findAlias(db: ReadDb, alias: RoomAlias): Promise<Alias | undefined> {
  const row = await db.first(byName(alias));
  return row === undefined ? undefined : aliasOf(row);
}

/** The aliases of a room on this server. */
export async function aliasesOf(db: ReadDb, roomId: RoomId): Promise<readonly Alias[]> {
  return (await db.all(byRoom(roomId))).map(aliasOf);
}

/** Keeps a new alias; the transaction fails as `alias-free` when it is taken. */
export function addAlias(
  tx: Tx,
  alias: RoomAlias,
  to: { readonly roomId: RoomId; readonly creator: UserId; readonly at: Instant },
): void {
  tx.add(insert(alias, to.roomId, to.creator, to.at), { rows: 1, what: "alias-free" });
}

/** Forgets an alias. */
export function removeAlias(tx: Tx, alias: RoomAlias): void {
  tx.add(remove(alias), { rows: 1, what: "alias-there" });
}

const move = statement("UPDATE rooms_aliases SET room_id = ? WHERE room_id = ?");
const copyPublished = statement(
  "UPDATE rooms_rooms SET published = (SELECT o.published FROM rooms_rooms o WHERE o.room_id = ?) WHERE room_id = ?",
);

/** Gives a room's aliases, and its place on the list of published rooms, to the room that replaces it. */
export function moveToReplacement(tx: Tx, from: RoomId, to: RoomId): void {
  tx.add(move(to, from));
  tx.add(copyPublished(from, to));
  tx.add(publish(0, from));
}

/** Puts a room on the list of published rooms, or takes it off. */
export function setPublished(tx: Tx, roomId: RoomId, isPublished: boolean): void {
  tx.add(publish(isPublished ? 1 : 0, roomId));
}

const published = statement<{ readonly published: number }>("SELECT published FROM rooms_rooms WHERE room_id = ?");
const allPublished = statement<{ readonly room_id: string }>(
  "SELECT room_id FROM rooms_rooms WHERE published = 1 ORDER BY room LIMIT 5000",
);

/** Whether a room is published; undefined when there is no such room. */
export async function isPublished(db: ReadDb, roomId: RoomId): Promise<boolean | undefined> {
  const row = await db.first(published(roomId));
  return row === undefined ? undefined : row.published === 1;
}

/** The published rooms. */
export async function publishedRooms(db: ReadDb): Promise<readonly RoomId[]> {
  return (await db.all(allPublished())).flatMap((row) => parseRoomId(row.room_id) ?? []);
}
