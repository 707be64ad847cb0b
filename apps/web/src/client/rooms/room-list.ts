import { fold } from "@causeway/base";
import {
  ClientEvent,
  MatrixEventEvent,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  type MatrixClient,
  type Room,
} from "matrix-js-sdk";
import { Model } from "../view-model.ts";
import { directRooms, roomItemOf, type RoomItem } from "./room-item.ts";

/** Which rooms the list shows. */
export type RoomFilter = "all" | "unread" | "direct" | "groups" | "archived";

/** The list of rooms, and what is looked for in it. */
export interface RoomList {
  readonly items: readonly RoomItem[];
  readonly filter: RoomFilter;
  readonly query: string;
  /** How many rooms there are, shown or not. */
  readonly total: number;
  /** Over all rooms, for the title of the window. */
  readonly unread: number;
  readonly mentions: number;
}

/** Changes come in bursts with each sync; the list is drawn once for a burst. */
const GATHER_MS = 16;

/** Follows the account's rooms. Only rooms in which something happened are looked at again. */
export class RoomListModel extends Model<RoomList> {
  #client: MatrixClient;
  #items = new Map<string, RoomItem>();
  #dirty = new Set<string>();
  #counted = new WeakSet<Room>();
  #direct: ReadonlySet<string> = new Set();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: MatrixClient) {
    super({ items: [], filter: "all", query: "", total: 0, unread: 0, mentions: 0 });
    this.#client = client;
    this.#follow();
  }

  /** Looks for rooms by name; Chinese is found in either script and by any part. */
  search(query: string): void {
    this.patch({ query });
    this.#publish();
  }

  /** Rooms by a part of their name, the latest first, whatever the list shows. */
  find(query: string, most: number): readonly RoomItem[] {
    const wanted = fold(query.trim());
    return [...this.#items.values()]
      .filter((item) => wanted === "" || fold(item.name).includes(wanted))
      .toSorted(byNewest)
      .slice(0, most);
  }

  show(filter: RoomFilter): void {
    this.patch({ filter });
    this.#publish();
  }

  #follow(): void {
    const client = this.#client;
    const touched = (roomId: string | undefined): void => this.#touch(roomId);
    client.on(ClientEvent.Room, (room) => touched(room.roomId));
    client.on(ClientEvent.DeleteRoom, touched);
    client.on(RoomEvent.Timeline, (event) => touched(event.getRoomId()));
    client.on(RoomEvent.LocalEchoUpdated, (_event, room) => touched(room.roomId));
    client.on(RoomEvent.Name, (room) => touched(room.roomId));
    client.on(RoomEvent.MyMembership, (room) => touched(room.roomId));
    client.on(RoomEvent.Tags, (_event, room) => touched(room.roomId));
    client.on(RoomEvent.Receipt, (_event, room) => touched(room.roomId));
    client.on(RoomEvent.Redaction, (_event, room) => touched(room.roomId));
    client.on(RoomStateEvent.Events, (event) => touched(event.getRoomId()));
    client.on(RoomMemberEvent.Membership, (event) => touched(event.getRoomId()));
    client.on(MatrixEventEvent.Decrypted, (event) => touched(event.getRoomId()));
    client.on(ClientEvent.AccountData, (event) => {
      if (event.getType() === "m.direct") this.#touchAll();
    });
    this.#touchAll();
  }

  #touch(roomId: string | undefined): void {
    if (roomId === undefined) return;
    this.#dirty.add(roomId);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #touchAll(): void {
    for (const room of this.#client.getRooms()) this.#touch(room.roomId);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#direct = directRooms(this.#client);
    for (const roomId of this.#dirty) {
      const room = this.#client.getRoom(roomId);
      if (room !== null) this.#count(room);
      const item = room === null ? undefined : roomItemOf(this.#client, room, this.#direct);
      if (item === undefined) this.#items.delete(roomId);
      else this.#items.set(roomId, item);
    }
    this.#dirty.clear();
    this.#publish();
  }

  /** The SDK tells of counts at the room alone. */
  #count(room: Room): void {
    if (this.#counted.has(room)) return;
    this.#counted.add(room);
    room.on(RoomEvent.UnreadNotifications, () => this.#touch(room.roomId));
  }

  #publish(): void {
    const { filter, query } = this.snapshot();
    const all = [...this.#items.values()];
    const wanted = fold(query.trim());
    const items = all
      .filter((item) => matches(item, filter) && (wanted === "" || fold(item.name).includes(wanted)))
      .toSorted(byNewest);
    const sum = (of: (item: RoomItem) => number): number => all.reduce((total, item) => total + of(item), 0);
    this.patch({
      items,
      total: all.length,
      unread: sum((item) => item.unread),
      mentions: sum((item) => item.mentions),
    });
  }
}

function matches(item: RoomItem, filter: RoomFilter): boolean {
  switch (filter) {
    case "all":
      return !item.isArchived;
    case "unread":
      return item.unread > 0;
    case "direct":
      return item.isDirect && !item.isArchived;
    case "groups":
      return !item.isDirect && !item.isArchived;
    case "archived":
      return item.isArchived;
  }
}

/** Invitations first, favourites next, then where something happened last. */
function byNewest(left: RoomItem, right: RoomItem): number {
  return (
    Number(right.isInvite) - Number(left.isInvite) ||
    Number(right.isFavourite) - Number(left.isFavourite) ||
    right.at - left.at
  );
}
